import { SetupError, TransientError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import { signedHeaders } from '../../http/signed-headers.ts';
import type { TargetDeps } from '../target.ts';
import { isFine, isThrottled, request, saidIn } from './rest.ts';
import { secretOf } from './template.ts';

/** A signed request that lets servers load a model anew, as a plan holds it: what is `${NAME}` is read when it is sent. */
export type Restart = { readonly url: string; readonly body: Json; readonly secret: string };

/** What `change` leaves behind when the hook has been answered: it cannot throw any more, the label is set. */
const RESTARTED = 'restarted';
const REFUSED = 'refused: ';

/** What is needed to send it. Throws SetupError with the name of a variable that is not set. */
export function readyRestart(
  { url, secret }: Restart,
  { variables }: Pick<TargetDeps, 'variables'>,
): { readonly base: string; readonly key: string } {
  const base = secretOf(url, variables);
  if (!URL.canParse(base)) throw new SetupError('The address of the restart is no web address.');
  return { base, key: secretOf(secret, variables) };
}

/**
 * Sends the signed request, with the run's token as `Idempotency-Key`: sent again, its receiver does nothing. Answers how it was
 * taken, as the reference of the run. Throws TransientError when nobody can tell.
 */
export async function sendRestart(deps: TargetDeps, restart: Restart, token: string): Promise<string> {
  const { base, key } = readyRestart(restart, deps);
  const headers = signedHeaders({ secret: key, body: JSON.stringify(restart.body), id: token, at: deps.now() });
  const rest = { system: 'The restart', base, fetch: deps.fetch, headers };
  const answer = await request(rest, 'POST', '', restart.body);
  if (isFine(answer)) return RESTARTED;
  // 409: it is at the first request of this key still
  if (answer.status === 409 || isThrottled(answer))
    throw new TransientError(`The restart says: ${saidIn(answer)}.`, { cause: null });
  return `${REFUSED}${saidIn(answer)}`;
}

export function isRestarted(reference: string | null): boolean {
  return reference === RESTARTED;
}

/** Why the hook said no; `null`: it did not. */
export function whyRefused(reference: string | null): string | null {
  return reference?.startsWith(REFUSED) ? reference.slice(REFUSED.length) : null;
}
