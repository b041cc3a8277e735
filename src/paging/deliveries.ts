import type { Logger } from 'pino';
import type { Dispatch } from '../app/dispatch.ts';
import { kindOf } from '../app/errors.ts';
import type { LeftBehind, Notice, PageSender, Recipients, Sent } from '../app/page-way.ts';
import type { IncidentStore } from '../app/store.ts';
import { judgePage } from '../domain/escalation-due.ts';
import { situationOf } from '../domain/escalation-situation.ts';
import type { Incident } from '../domain/incident.ts';
import { type Delivery, nextAttempt, type Page, type PageWay, readDeliveryId, waysTo } from '../domain/page.ts';
import { targetKey } from '../domain/policy.ts';
import type { DueQueue } from '../store/due-queue.ts';
import { type Behind, behind, isNobody, type RecipientsDeps } from './recipients.ts';
import type { Tokens } from './tokens.ts';
import type { Told } from './told.ts';
import { inTurns } from './turns.ts';
import type { CardLink } from './ways/card-link.ts';

export interface DeliveriesDeps extends RecipientsDeps {
  readonly store: Pick<IncidentStore, 'load'>;
  readonly dispatch: Dispatch;
  readonly queue: DueQueue;
  readonly senders: Readonly<Record<PageWay['kind'], PageSender>>;
  readonly tokens: Tokens;
  /** Looked up beforehand, so that the ways find it at hand. */
  readonly permalink: CardLink;
  readonly told: Pick<Told, 'remember'>;
  /** Counts an attempt: its way, how it ended, and how long after it was decided, in ms. */
  readonly counted: (way: PageWay['kind'], outcome: 'sent' | 'failed' | 'given_up', lateMs: number) => void;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/** One target of a page that may be sent now. */
interface Ready {
  readonly entry: string;
  readonly notice: Notice;
  readonly target: string;
  readonly wayIndex: number;
  readonly way: PageWay;
  readonly recipients: Recipients;
}

/** How soon to look again at a page that is put off: what put it off may end at any moment. */
const LOOK_AGAIN_MS = 1_000;
/** Where people read one message after the other, many at once are one message. */
const BUNDLED: ReadonlySet<PageWay['kind']> = new Set(['dm', 'mention', 'post', 'sms', 'call', 'mail']);

/**
 * Sends pages that are due, one target each, right after looking again whether they are still owed, and records what became of each
 * attempt. Nobody's telephone gets more than it can show: what comes for one address while that is busy goes in one message.
 */
export function createDeliveries(given: DeliveriesDeps): (entries: readonly string[]) => readonly Promise<void>[] {
  const deps: DeliveriesDeps = { ...given, dispatch: inTurns(given.dispatch) };
  const waiting = new Map<string, Waiting[]>();

  interface Waiting {
    readonly entry: string;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }

  async function deliver(entry: string): Promise<void> {
    const ready = await prepared(deps, entry);
    if (!ready) return;
    const address = addressOf(ready);
    if (address === null) return await send(deps, [ready]);
    if (!waiting.has(address) && deps.tokens.take(address, 1) === 1) return await send(deps, [ready]);
    return await new Promise((resolve, reject) => join(address, { entry, resolve, reject }));
  }

  function join(address: string, one: Waiting): void {
    const others = waiting.get(address);
    if (others) {
      others.push(one);
      return;
    }
    waiting.set(address, [one]);
    const ms = Math.max(0, deps.tokens.nextAt(address) - deps.now());
    setTimeout(() => void flush(address), ms);
  }

  /** What has waited may be owed no more, or to somebody else: it is looked at anew. */
  async function flush(address: string): Promise<void> {
    const ones = waiting.get(address) ?? [];
    waiting.delete(address);
    deps.tokens.take(address, 1);
    const looked = await Promise.allSettled(ones.map(({ entry }) => prepared(deps, entry)));
    const still = looked.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
    const groups = Map.groupBy(still, (ready) => addressOf(ready) ?? ready.entry);
    const ended = await Promise.allSettled([...groups.values()].map((group) => send(deps, group)));
    const failed = [...looked, ...ended].find(({ status }) => status === 'rejected');
    for (const one of ones) failed?.status === 'rejected' ? one.reject(failed.reason) : one.resolve();
  }

  return (entries) => entries.map(deliver);
}

/** Where several notices would be read one after the other; `null` where each is an alert of its own. */
function addressOf({ way, recipients, notice }: Ready): string | null {
  if (!BUNDLED.has(way.kind)) return null;
  const { people, groups, channel } = recipients;
  const place = way.kind === 'mention' ? notice.incident.channel : (channel ?? '');
  const named = groups.map(({ id, alias }) => id ?? `!${alias}`);
  return [way.kind, place, ...people.toSorted(), ...named.toSorted()].join(' ');
}

/** What is to be sent for an entry now; `null` when it was put off, dropped or failed, which is recorded. */
async function prepared(deps: DeliveriesDeps, entry: string): Promise<Ready | null> {
  const first = await onItsWay(deps, entry);
  if (!first) return null;
  // What takes time comes first: between the last look and the sending there is nothing left to wait for.
  const [found] = await Promise.all([
    behind(deps, first.delivery.target, first.incident),
    deps.permalink(first.incident),
  ]);

  const last = await onItsWay(deps, entry);
  if (!last) return null;
  return await judged(deps, entry, last, found);
}

interface OnItsWay {
  readonly incident: Incident;
  readonly escalation: NonNullable<Incident['escalation']>;
  readonly page: Page;
  readonly delivery: Delivery;
}

/** `null`: it is not, which is settled. It may have been decided anew since it was looked at: then it stays due. */
async function onItsWay({ store, queue, now }: DeliveriesDeps, entry: string): Promise<OnItsWay | null> {
  const { incident: id, page: pageId, target } = readDeliveryId(entry);
  const incident = await store.load(id);
  const escalation = incident?.escalation;
  const page = escalation?.state.pages.find((one) => one.id === pageId);
  const delivery = page?.deliveries.find((one) => targetKey(one.target) === target);
  if (escalation && page && delivery) return { incident, escalation, page, delivery };
  return await nothing(incident ? queue.doneAt(entry, incident, now()) : queue.done(entry));
}

async function judged(deps: DeliveriesDeps, entry: string, looked: OnItsWay, found: Behind): Promise<Ready | null> {
  const { incident, page, delivery } = looked;
  const { policy, state } = looked.escalation;
  const now = deps.now();
  const next = nextAttempt(page, delivery);
  if (next.kind !== 'send') return await nothing(deps.queue.doneAt(entry, incident, now));
  if (next.at > now) return await nothing(deps.queue.again(entry, next.at));

  const judgement = judgePage(policy, state, situationOf(incident, policy), page, now);
  if (judgement.kind === 'wait') return await nothing(deps.queue.again(entry, now + LOOK_AGAIN_MS));
  if (judgement.kind === 'drop') {
    return await nothing(deps.dispatch(incident.id, { type: 'page_dropped', page: page.id, why: judgement.why }));
  }

  const recipients = without(found.recipients, [page.except, judgement.except]);
  const way = waysTo(page, delivery)[next.way];
  if (!way) throw new Error(`${entry} has no way ${next.way}`);
  const notice: Notice = { id: entry, incident, page, targetTitle: found.title };
  const ready: Ready = { entry, notice, target: targetKey(delivery.target), wayIndex: next.way, way, recipients };
  const why = whyNot(way, found, recipients);
  if (why === null) return ready;
  await (why === OWNER_HAS_IT ? leftOut(deps, ready) : failed(deps, ready, { ok: false, why, isUsable: false }));
  return null;
}

async function nothing(done: Promise<unknown>): Promise<null> {
  await done;
  return null;
}

function without(recipients: Recipients, left: readonly (string | null)[]): Recipients {
  return { ...recipients, people: recipients.people.filter((person) => !left.includes(person)) };
}

/** These have an address of their own: they wake whoever is behind it, also while a rotation has nobody. */
const NEEDS_NOBODY: ReadonlySet<PageWay['kind']> = new Set(['sns', 'pagerduty', 'webhook']);

const OWNER_HAS_IT = 'whoever is meant has it already';

/** Why there is nobody to tell by this way; `null`: there is. */
function whyNot(way: PageWay, found: Behind, recipients: Recipients): string | null {
  if (!isNobody(recipients)) return null;
  if (!isNobody(found.recipients)) return OWNER_HAS_IT;
  return NEEDS_NOBODY.has(way.kind) ? null : `nobody is behind ${found.title} now`;
}

/** One message for one or several incidents, by the same way to the same people. */
async function send(deps: DeliveriesDeps, group: readonly Ready[]): Promise<void> {
  const [first, ...others] = group;
  if (!first) return;
  const { way, recipients } = first;
  const sender = deps.senders[way.kind];
  const sent = await sender.send(way, [first.notice, ...others.map(({ notice }) => notice)], recipients);
  await Promise.all(group.map((ready) => (sent.ok ? succeeded(deps, ready, sent) : failed(deps, ready, sent))));
}

async function succeeded(deps: DeliveriesDeps, ready: Ready, { left }: Extract<Sent, { ok: true }>): Promise<void> {
  const { notice, target, wayIndex, way } = ready;
  const { id } = notice.incident;
  await remember(deps, notice.incident, left);
  await record(deps, id, { type: 'page_sent', page: notice.page.id, target, way: wayIndex });
  deps.counted(way.kind, 'sent', deps.now() - notice.page.at);
}

/** Somebody was told: that counts, also where they cannot be told what becomes of it. */
async function remember({ told, log }: DeliveriesDeps, incident: Incident, left: readonly LeftBehind[]): Promise<void> {
  try {
    await patiently(() => told.remember(incident, left));
  } catch (error) {
    if (kindOf(error) === 'transient') throw error;
    log.error({ err: error, incident: incident.id }, 'what a page left behind could not be remembered');
  }
}

async function failed(
  deps: DeliveriesDeps,
  ready: Ready,
  { why, isUsable }: Extract<Sent, { ok: false }>,
): Promise<void> {
  const { notice, target, wayIndex, way } = ready;
  const { incident, page } = notice;
  deps.log.warn({ incident: incident.id, page: page.id, target, way: way.kind, why }, 'a page did not go out');
  const after = await record(deps, incident.id, {
    type: 'page_failed',
    page: page.id,
    target,
    way: wayIndex,
    why,
    isUsable,
  });
  deps.counted(way.kind, after && isOnItsWay(after, page.id, target) ? 'failed' : 'given_up', deps.now() - page.at);
}

/** That nobody is told who has it is no trouble, and no attempt that counts. */
async function leftOut(deps: DeliveriesDeps, { notice, target, wayIndex: way }: Ready): Promise<void> {
  const why = { why: OWNER_HAS_IT, isUsable: false, isOwner: true } as const;
  await record(deps, notice.incident.id, { type: 'page_failed', page: notice.page.id, target, way, ...why });
}

function isOnItsWay({ escalation }: Incident, pageId: string, target: string): boolean {
  const page = escalation?.state.pages.find(({ id }) => id === pageId);
  const delivery = page?.deliveries.find((one) => targetKey(one.target) === target);
  return page !== undefined && delivery !== undefined && nextAttempt(page, delivery).kind === 'send';
}

type Outcome = Extract<Parameters<Dispatch>[1], { type: 'page_sent' | 'page_failed' }>;

/** What was sent must not be sent again because Redis was away for a while: so long it is tried to write it down. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 250;

async function patiently<T>(write: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (kindOf(error) !== 'transient' || performance.now() - began > PATIENCE_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

async function record(deps: DeliveriesDeps, id: string, outcome: Outcome): Promise<Incident | null> {
  try {
    const result = await patiently(() => deps.dispatch(id, outcome));
    return result.ok ? result.value : null;
  } catch (error) {
    if (kindOf(error) === 'bug')
      deps.log.error({ err: error, incident: id }, 'what became of a page could not be recorded');
    throw error;
  }
}
