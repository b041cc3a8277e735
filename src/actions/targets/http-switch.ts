import { TransientError } from '../../app/errors.ts';
import { inHeader } from '../../http/signed-headers.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { digest } from './subject.ts';
import { addressOf, bearer, type Known, knownFor, needSecrets, secretsIn } from './template.ts';
import { type Reading, read, refuse, requested } from './web-request.ts';

export type SwitchSealed = {
  readonly url: string;
  readonly method: string;
  readonly health: { readonly url: string; readonly pick: string };
  readonly token: string | null;
  readonly was: string;
  readonly to: string;
  readonly known: Known;
};

/** A model may take so long to load, in ms. */
const LOADS_WITHIN_MS = 10 * 60_000;

/** So long nothing is sent again when its answer was lost: a second request may begin the loading anew. */
const SHOWS_AFTER_MS = 60_000;

/** A server that serves another model when it is told to, and says which. Told twice, it serves the same. */
export const httpSwitch: Target<'http_switch', SwitchSealed> = {
  plan,
  look,
  async change(deps, sealed, { run }) {
    const reading = readingOf(deps, sealed, sealed.url);
    const headers = { ...reading.headers, 'idempotency-key': inHeader(run.token) };
    const got = await requested(deps, { ...reading, headers, method: sealed.method, body: null });
    const { host } = new URL(reading.url);
    refuse(got, host);
    return { reference: `${host} answered ${got.status}` };
  },
  cancel: null,
  repeatable: true,
};

async function plan(deps: TargetDeps, asked: Asked<'http_switch'>): Promise<Draft<SwitchSealed>> {
  const { url, method, health, token = null } = asked.settings;
  const to = asked.inputs.to ?? asked.fill(asked.settings.to);
  const known = knownFor(asked, { ...asked.inputs, to }, [url, health.url]);
  needSecrets([url, health.url, token], deps.variables);
  const asking = { url, method, health, token, to, known: { own: known.own, foreign: known.foreign } };
  const { host } = new URL(addressOf(url, known, deps.variables));
  const was = await serving(deps, asking);
  const isThere = was === to;
  return {
    subject: host,
    lock: `http:${host}:${digest(addressOf(health.url, known, deps.variables))}`,
    ...{ current: was, target: to, differences: [{ what: 'Serves', from: was, to }], deployed: null },
    checks: [
      isThere
        ? { isWell: false, text: `${to} serves already: there is nothing to switch.` }
        : { isWell: true, text: `It answers: ${was} serves now.` },
    ],
    ...{ takesMs: null, cost: null, cannotUndo: [] },
    fingerprint: was,
    sealed: { ...asking, was },
  };
}

async function look(deps: TargetDeps, sealed: SwitchSealed, { sentAt, reference }: Looked): Promise<Sight> {
  const isLate = sentAt !== null && deps.now() > sentAt + LOADS_WITHIN_MS;
  let serves: string;
  try {
    serves = await serving(deps, sealed);
  } catch (error) {
    // A server that loads a model may not answer.
    if (sentAt === null || isLate || !(error instanceof TransientError)) throw error;
    return { kind: 'under_way', phase: 'It does not answer yet', share: null, link: null };
  }
  const { was, to } = sealed;
  if (serves === to) return { kind: 'done', detail: `${to} serves.`, link: null };
  if (serves !== was)
    return { kind: 'moved', why: `${serves} serves now, neither ${was} nor ${to}: somebody else was here.` };
  const isLoading = sentAt !== null && deps.now() < sentAt + SHOWS_AFTER_MS;
  if (reference === null && !isLoading) return { kind: 'untouched' };
  return isLate
    ? { kind: 'failed', why: `${reference ?? 'It was sent'}, and ${was} still serves.`, link: null }
    : { kind: 'under_way', phase: `${was} still serves`, share: null, link: null };
}

type Asking = Omit<SwitchSealed, 'was'>;

async function serving(deps: TargetDeps, asking: Asking): Promise<string> {
  return (await read(deps, readingOf(deps, asking, asking.health.url), asking.health.pick)).value;
}

/** A token goes to the server that switches, and to no other. */
function readingOf({ variables }: TargetDeps, { url: own, token, known }: Asking, template: string): Reading {
  const url = addressOf(template, known, variables);
  const isSame = new URL(url).origin === new URL(addressOf(own, known, variables)).origin;
  return {
    url,
    headers: token !== null && isSame ? { authorization: bearer(token, variables) } : {},
    hides: secretsIn([own, token, template], variables),
  };
}
