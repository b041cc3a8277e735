import type { Json } from '../../domain/action.ts';
import { signedHeaders } from '../../http/signed-headers.ts';
import type { Asked, Draft, Target, TargetDeps } from '../target.ts';
import { lostOrLate } from './lost-answer.ts';
import { digest } from './subject.ts';
import {
  addressOf,
  beforeRun,
  jsonOf,
  type Known,
  knownFor,
  needSecrets,
  OF_THE_RUN,
  secretOf,
  secretsIn,
  withRun,
} from './template.ts';
import { inAnswer, jsonOrNull, orNeverLeft, refuse, refuseOnce, requested } from './web-request.ts';

export type WebhookSealed = {
  readonly url: string;
  readonly body: Json;
  /** The `${NAME}` of it. */
  readonly secret: string;
  readonly repeatable: boolean;
  readonly known: Known;
};

/** A signed request to a receiver of the owner's: done when it is answered with 2xx. */
export const webhookTarget: Target<'webhook', WebhookSealed> = {
  plan,
  async look({ now }, { repeatable }, { sentAt, reference, plan: { subject } }) {
    if (sentAt === null) return { kind: 'untouched' };
    if (reference !== null) {
      const link = LINK.exec(reference)?.[0] ?? null;
      return { kind: 'done', detail: `${subject} answered ${reference}.`, link };
    }
    return repeatable ? { kind: 'untouched' } : lostOrLate(now(), sentAt, subject);
  },
  async change(deps, sealed, { incident, run }) {
    const { variables, now } = deps;
    const url = addressOf(sealed.url, withRun(sealed.known, incident, run), variables);
    const body = JSON.stringify(jsonOf(sealed.body, withRun(sealed.known, incident, run)));
    const headers = signedHeaders({ secret: secretOf(sealed.secret, variables), body, id: run.token, at: now() });
    const hides = secretsIn([sealed.url, sealed.secret], variables);
    const got = await requested(deps, { method: 'POST', url, headers, body, hides }).catch((error: unknown) => {
      if (sealed.repeatable) throw error;
      return orNeverLeft(error);
    });
    const { host } = new URL(url);
    if (sealed.repeatable) refuse(got, host);
    else refuseOnce(got, host);
    return { reference: [got.status, linkIn(got.body)].filter(Boolean).join(' ') };
  },
  cancel: null,
  // `look` itself tells that an answer was lost of what must not be sent twice.
  repeatable: true,
};

const LINK = /https?:\/\/\S+$/;

/** Where what was made can be seen, as GitHub and others answer it. */
function linkIn(body: string): string | null {
  const json = jsonOrNull(body);
  const links = ['html_url', 'link', 'url'].map((path) => inAnswer(json, path) ?? '');
  return links.find((one) => /^https?:\/\/[\x21-\x7e]+$/.test(one) && one.length <= 300) ?? null;
}

async function plan({ variables }: TargetDeps, asked: Asked<'webhook'>): Promise<Draft<WebhookSealed>> {
  const { url, body, secret, repeatable } = asked.settings;
  const { own, foreign } = knownFor(asked, asked.inputs, [url, body], OF_THE_RUN);
  needSecrets([url, secret], variables);
  const address = addressOf(url, beforeRun({ own, foreign }), variables);
  const { host } = new URL(address);
  return {
    subject: host,
    lock: `webhook:${host}:${digest([address, body, { own, foreign }])}`,
    ...{ current: 'not asked', target: 'asked', deployed: null },
    differences: linesOf(body, { own, foreign }),
    checks: repeatable
      ? [{ isWell: true, text: `${host} does the same request once: a lost answer is asked for again.` }]
      : [{ isWell: null, text: 'If its answer is lost, it is not sent again: a person must look.' }],
    ...{ takesMs: null, cost: null, cannotUndo: [] },
    fingerprint: digest([url, body, { own, foreign }]),
    sealed: { url, body, secret, repeatable, known: { own, foreign } },
  };
}

const MOST_LINES = 10;

/** What is asked for, as it will be sent; what only the run knows stands there in braces. */
function linesOf(body: Json, { own, foreign }: Known): Draft<Json>['differences'] {
  const shown = Object.fromEntries(OF_THE_RUN.map((name) => [name, `{${name}}`]));
  const filled = jsonOf(body, { own, foreign: { ...shown, ...foreign } });
  const entries =
    typeof filled === 'object' && filled !== null ? Object.entries(filled) : [['Request', filled] as const];
  return entries.slice(0, MOST_LINES).map(([what, value]) => ({
    ...{ what: what.slice(0, 60), from: 'none' },
    to: (typeof value === 'string' ? value : JSON.stringify(value))
      .replaceAll(/\s+/gu, ' ')
      .slice(0, 150)
      .toWellFormed(),
  }));
}
