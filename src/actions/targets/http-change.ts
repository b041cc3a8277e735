import { SetupError } from '../../app/errors.ts';
import type { Variables } from '../../config/variables.ts';
import type { LiveRun } from '../../domain/live.ts';
import { placeholdersIn } from '../../domain/placeholders.ts';
import { inHeader } from '../../http/signed-headers.ts';
import type { Got } from '../../probes/web.ts';
import type { Sent, TargetDeps } from '../target.ts';
import type { HttpSealed } from './http.ts';
import {
  addressOf,
  beforeRun,
  headerValue,
  jsonOf,
  type Known,
  secretsIn,
  withReference,
  withRun,
} from './template.ts';
import { inAnswer, jsonOrNull, orNeverLeft, type Reading, refuse, refuseOnce, requested } from './web-request.ts';

/** Sends the request with the run's token as its `Idempotency-Key`. */
export async function changed(deps: TargetDeps, sealed: HttpSealed, { incident, run }: LiveRun): Promise<Sent> {
  const { variables } = deps;
  const known = withRun(sealed.known, incident, run);
  const url = addressOf(sealed.url, known, variables);
  const got = await requested(deps, {
    ...{ method: sealed.method, url, hides: secretsIn([sealed.url, sealed.headers], variables) },
    headers: { ...headersOf(sealed, known, variables), 'idempotency-key': inHeader(run.token) },
    body: sealed.hasBody ? JSON.stringify(jsonOf(sealed.body, known)) : null,
  }).catch((error: unknown) => {
    if (sealed.repeatable) throw error;
    return orNeverLeft(error);
  });
  const { host } = new URL(url);
  if (sealed.repeatable) refuse(got, host);
  else refuseOnce(got, host);
  return { reference: referenceIn(sealed, got) };
}

/** What the run is found again by: what the answer says that counts; empty where it does not say it. */
function referenceIn({ done, reference }: HttpSealed, { body }: Got): string {
  const pick = done !== null && done.url === null ? done.pick : reference;
  return pick === null ? '' : (inAnswer(jsonOrNull(body), pick) ?? '');
}

/** Stops what is under way, where the file says how, and it is known what to stop. */
export async function cancelled(deps: TargetDeps, sealed: HttpSealed, { run }: LiveRun): Promise<void> {
  const { cancel } = sealed;
  if (cancel === null) return;
  const isKnown = run.reference !== null && run.reference !== '';
  if (!isKnown && placeholdersIn(cancel.url).includes('reference')) return;
  const known = isKnown ? withReference(sealed.known, run.reference ?? '') : sealed.known;
  const reading = readingOf(deps, sealed, cancel.url, known);
  const headers = { ...reading.headers, 'idempotency-key': inHeader(`${run.token}/cancel`) };
  const got = await requested(deps, { ...reading, headers, method: cancel.method, body: null });
  const isOver = got.status === 404 || got.status === 409 || got.status === 410;
  if (!isOver) refuse(got, new URL(reading.url).host);
}

type Asking = Pick<HttpSealed, 'url' | 'headers' | 'known'>;

/** How something is asked beside the request itself: its headers may hold a secret, and go to nobody else. */
export function readingOf({ variables }: TargetDeps, asking: Asking, template: string, known: Known): Reading {
  const url = addressOf(template, known, variables);
  const isSame = new URL(url).origin === new URL(addressOf(asking.url, beforeRun(asking.known), variables)).origin;
  return {
    url,
    headers: isSame ? headersOf(asking, beforeRun(known), variables) : {},
    hides: secretsIn([asking.url, asking.headers, template], variables),
  };
}

/** In small letters, so that nothing comes twice. Throws SetupError for what belongs to the connection. */
function headersOf({ headers }: Pick<Asking, 'headers'>, known: Known, variables: Variables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, template]) => {
      const small = name.toLowerCase();
      if (!OF_THE_CONNECTION.has(small)) return [small, headerValue(template, known, variables)];
      throw new SetupError(`The header ${name} is set by the connection itself: take it out of the action.`);
    }),
  );
}

const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'connection', 'transfer-encoding', 'upgrade', 'keep-alive', 'expect', 'te', 'trailer'],
]);
