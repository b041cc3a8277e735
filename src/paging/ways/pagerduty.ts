import type { Logger } from 'pino';
import { z } from 'zod';
import { SetupError, TransientError } from '../../app/errors.ts';
import type { LeftBehind, Notice, PageSender, Sent } from '../../app/page-way.ts';
import { resolved, type Variables, variablesIn } from '../../config/variables.ts';
import type { PageWay } from '../../domain/page.ts';
import { post } from '../../probes/web.ts';
import { type CardLink, linkOf } from './card-link.ts';
import { outcome, reachedAll, sent, unusable } from './outcome.ts';
import { dedupKeyOf, triggerOf } from './pagerduty-event.ts';
import { WAY_MS } from './publish.ts';
import { addressOf } from './sns.ts';
import { cut, type Notices, plain } from './words.ts';

export interface PagerDutyDeps {
  readonly fetch: typeof fetch;
  /** `PAGERDUTY_EVENTS_URL`. */
  readonly url: string;
  readonly variables: Variables;
  readonly permalink: CardLink;
  readonly log: Pick<Logger, 'error'>;
}

/** What was left with PagerDuty: an alert that goes on to wake people until it hears that somebody has it. */
export type LeftWithPagerDuty = Extract<LeftBehind, { kind: 'pagerduty' }>;

export interface PagerDutyWay extends PageSender {
  /** Acknowledges or resolves an alert that was left behind. Doing it twice, or to one that is over, is fine with PagerDuty. Never throws. */
  tellPagerDuty(left: LeftWithPagerDuty, action: 'acknowledge' | 'resolve'): Promise<Sent>;
}

/**
 * PagerDuty's Events API v2: an event for each notice, under the same key in every attempt, so that a repetition is no second alert.
 * All of several must be taken; whom it wakes is up to the service of the key.
 * https://developer.pagerduty.com/docs/send-alert-event
 */
export function createPagerDutyWay({ fetch: doFetch, url, variables, permalink, log }: PagerDutyDeps): PagerDutyWay {
  const enqueue = async (to: string, event: object): Promise<Sent> => {
    const key = resolved(to, variables);
    if (key === null) return unusable(`${variablesIn(to).join(', ')} is not set`);
    const answer = await post({
      ...{ fetch: doFetch, url, headers: {}, maxBytes: MAX_BYTES },
      body: JSON.stringify({ routing_key: key, ...event }),
      signal: AbortSignal.timeout(WAY_MS),
    });
    if (answer.status === 202) return sent();
    throw refusal(answer, key);
  };

  const trigger = async (to: string, notice: Notice): Promise<Sent> => {
    const event = triggerOf(notice, await linkOf(permalink, notice.incident));
    const answer = await enqueue(to, event);
    return answer.ok ? sent([{ kind: 'pagerduty', to, dedupKey: dedupKeyOf(notice) }]) : answer;
  };

  const send = async (way: PageWay, notices: Notices): Promise<Sent> => {
    const to = addressOf(way);
    return reachedAll(await Promise.all(notices.map((notice) => outcome(log, () => trigger(to, notice)))));
  };

  return {
    send: (way, notices) => outcome(log, () => send(way, notices)),
    tellPagerDuty: ({ to, dedupKey }, action) =>
      outcome(log, () => enqueue(to, { event_action: action, dedup_key: dedupKey })),
  };
}

const MAX_BYTES = 20_000;
const WORDS = 300;
const Answer = z.looseObject({
  message: z.string().catch(''),
  errors: z.array(z.string()).catch([]),
});

/** https://developer.pagerduty.com/docs/send-alert-event: 400 is never sent again; 429 and 5xx are. */
function refusal({ status, body }: { readonly status: number; readonly body: string }, key: string): Error {
  if (status === 429) return new TransientError('PagerDuty takes no more events for now (429)', { cause: null });
  if (status >= 500) return new TransientError(`PagerDuty does not answer as it should (${status})`, { cause: null });
  const said = Answer.safeParse(parsed(body)).data;
  const words = cut(plain([said?.message ?? '', ...(said?.errors ?? [])].filter(Boolean).join(': ')), WORDS);
  const told = words.replaceAll(key, 'the key');
  return new SetupError(`PagerDuty refuses the event (${status})${told === '' ? '' : `: ${told}`}`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
