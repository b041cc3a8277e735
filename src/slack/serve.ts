import type { KnownBlock } from '@slack/types';
import { incidentCard } from '../../blocks/incident-card.ts';
import type { Message } from '../../blocks/kit.ts';
import type { Remedies } from '../../blocks/remedies.ts';
import { threadNote } from '../../blocks/thread-note.ts';
import { violations } from '../../blocks/validate.ts';
import type { Dispatch } from '../app/dispatch.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import type { Runbook } from '../domain/runbook.ts';
import type { Card, CardMemory } from './card-memory.ts';
import { type Failure, failureOf } from './errors.ts';
import type { Images } from './images.ts';
import type { Pace, Paced } from './pace.ts';
import { type PostingDeps, postOnce } from './posting.ts';
import { metadata } from './protocol.ts';
import { sendOrLess } from './send-or-less.ts';

export interface ServeDeps extends PostingDeps {
  readonly store: Pick<IncidentStore, 'load' | 'events'>;
  readonly dispatch: Dispatch;
  readonly cards: CardMemory;
  readonly pace: Pace;
  readonly cardKey: (id: string) => string;
  /** The runbook whose progress the card shows. */
  readonly runbookOf: (incident: Incident) => Runbook | null;
  /** What can be done about it, and what serves meanwhile: asked once for each drawing. */
  readonly remediesOf: (incident: Incident) => Promise<Remedies>;
  readonly images: Pick<Images, 'withoutRefused' | 'moveToThread'>;
  /** Where cards go whose own channel cannot be posted to; `null` when there is no other. */
  readonly fallbackChannel: () => string | null;
  /** Tells the operators that a channel cannot be posted to. */
  readonly onBrokenChannel: (channel: string, code: string) => Promise<void>;
  /** Seconds from the alarm to the card in Slack, once per incident. */
  readonly onPosted: (incident: Incident, at: number) => void;
}

/**
 * How a round of delivery ended: all done, or to be continued in `ms`. `alone`: the fault is this incident's own, and the
 * others of its channel need not wait.
 */
export type Served = { readonly done: true } | { readonly done: false; readonly ms: number; readonly alone: boolean };

const DONE: Served = { done: true };
/** Slack did not answer clearly: soon enough to matter, late enough to let it recover. */
const RETRY_MS = 2_000;
const BROKEN_CHANNEL_MS = 60_000;
const QUIET_MS = 1_000;
const LONGEST_STALE_MS = 10_000;
/** A new token needs a person, who will not wait for long. */
const REFUSED_TOKEN_MS = 15_000;
const BROKEN_CHANNEL: Served = { done: false, ms: BROKEN_CHANNEL_MS, alone: false };
/** The version that a card shows which an earlier, unanswered try has posted: it is drawn again. */
const NOT_KNOWN = 0;

/** Brings Slack up to date with one incident: its card first, then what its thread has not been told yet. */
export async function serve(deps: ServeDeps, id: string, lane: 'people' | 'machine'): Promise<Served> {
  const [incident, card, untold] = await Promise.all([deps.store.load(id), deps.cards.load(id), deps.cards.outbox(id)]);
  if (!incident) return DONE;

  const drawn = card ? await redraw(deps, incident, card, lane) : await postCard(deps, incident, lane);
  if (!drawn.done || untold.length === 0) return drawn;
  return await tellThread(deps, incident, untold, lane);
}

async function postCard(deps: ServeDeps, incident: Incident, lane: 'people' | 'machine'): Promise<Served> {
  const own = await postCardTo(deps, incident, incident.channel, lane);
  if (own !== 'broken-channel') return own;

  const other = deps.fallbackChannel();
  if (other === null || other === incident.channel) return BROKEN_CHANNEL;
  const there = await postCardTo(deps, incident, other, lane);
  return there === 'broken-channel' ? BROKEN_CHANNEL : there;
}

async function postCardTo(
  deps: ServeDeps,
  incident: Incident,
  channel: string,
  lane: 'people' | 'machine',
): Promise<Served | 'broken-channel'> {
  const name = `${incident.id}/card/${channel}`;
  const served = await paced(deps, { method: 'post', channel }, lane, async () => {
    const message = await cardOf(deps, incident);
    const posting = { memory: deps.cardKey(incident.id), name, eventType: metadata.card, channel, message };
    const { isFound, ...posted } = await postOnce(deps, posting);
    const version = isFound ? NOT_KNOWN : incident.version;
    await deps.cards.posted(incident.id, { ...posted, version, drawnAt: deps.now() }, name);
    await markPosted(deps, incident);
  });
  return served === 'gone' ? 'broken-channel' : served;
}

async function cardOf(deps: ServeDeps, incident: Incident): Promise<Message> {
  const remedies = await deps.remediesOf(incident);
  const card = checked(deps, incidentCard(incident, deps.now(), deps.runbookOf(incident), remedies), incident.id);
  return { ...card, blocks: [...(await deps.images.withoutRefused(card.blocks))] };
}

async function markPosted(deps: ServeDeps, incident: Incident): Promise<void> {
  if (incident.milestones.postedAt !== null) return;
  const at = deps.now();
  const result = await deps.dispatch(incident.id, { type: 'posted', at });
  if (result.ok && result.value.milestones.postedAt === at) deps.onPosted(result.value, at);
}

async function redraw(deps: ServeDeps, incident: Incident, card: Card, lane: 'people' | 'machine'): Promise<Served> {
  await markPosted(deps, incident); // a crash may have come between the post and this
  if (card.version >= card.wanted && card.outdated === 0) return DONE;
  const quietIn = lane === 'machine' ? untilQuiet(incident, card, deps.now()) : 0;
  if (quietIn > 0) return { done: false, ms: quietIn, alone: true };

  const { channel } = card;
  const served = await paced(deps, { method: 'update', channel }, lane, async () => {
    await update(deps, card, await cardOf(deps, incident));
    await deps.cards.drawn(incident.id, card, incident.version, deps.now());
  });
  if (served === 'gone' || served === 'broken-channel') {
    await deps.cards.forget(incident.id);
    return await postCard(deps, incident, lane);
  }
  return served;
}

/**
 * While alarms pour into an incident its card is drawn every ten seconds, and a second after the last one: edits are scarce, and
 * each that shows a number on its way is missing where one would show the last.
 */
function untilQuiet({ lastAlarmAt }: Incident, { drawnAt }: Card, now: number): number {
  return Math.min(lastAlarmAt + QUIET_MS - now, drawnAt + LONGEST_STALE_MS - now);
}

/** A picture that Slack does not show in the card goes into its thread, beside everything else. */
async function update({ client, log, images }: ServeDeps, { channel, ts }: Card, message: Message): Promise<void> {
  let shown: readonly KnownBlock[] = [];
  const send = async ({ text, blocks }: { readonly text: string; readonly blocks: readonly KnownBlock[] }) => {
    await client.chat.update({ channel, ts, text, blocks: [...blocks] });
    shown = blocks;
  };
  await sendOrLess(message, send, log, { ts });
  const leftOut = message.blocks.filter((block) => !shown.includes(block));
  if (shown.length === 0 || leftOut.length === 0) return;
  images
    .moveToThread(leftOut, { channel, ts })
    .catch((error: unknown) => log.warn({ err: error, ts }, 'a picture could not be moved to the thread'));
}

/** Several changes that wait are one reply: what a thread is told is a summary, not a log. */
async function tellThread(
  deps: ServeDeps,
  incident: Incident,
  waiting: readonly number[],
  lane: 'people' | 'machine',
): Promise<Served> {
  const card = await deps.cards.load(incident.id);
  if (!card) return DONE;

  const until = await deps.cards.noteUntil(incident.id, waiting.at(-1) ?? 0);
  const versions = waiting.filter((version) => version <= until);
  const events = await deps.store.events(incident.id);
  const news = versions.flatMap((version) => events[version - 1] ?? []);
  const name = `${incident.id}/note/${versions[0]}`;
  const served = await paced(deps, { method: 'post', channel: card.channel }, lane, async () => {
    const message = checked(
      deps,
      threadNote(incident, news, { events, runbook: deps.runbookOf(incident) }),
      incident.id,
    );
    const { channel, ts: threadTs } = card;
    await postOnce(deps, {
      memory: deps.cardKey(incident.id),
      name,
      eventType: metadata.note,
      channel,
      threadTs,
      message,
    });
    await deps.cards.told(incident.id, versions.length, name);
  });
  if (served !== 'gone' && served !== 'broken-channel') return served;
  await deps.cards.told(incident.id, versions.length, name); // the card says it all; its thread is no more
  return DONE;
}

type Outcome = Served | 'broken-channel' | 'gone';

/** Makes one call within Slack's limits and sorts its failure. A bug of ours throws. */
async function paced(
  deps: ServeDeps,
  what: Paced,
  lane: 'people' | 'machine',
  call: () => Promise<void>,
): Promise<Outcome> {
  const wait = await deps.pace.take(what, lane);
  if (wait > 0) return { done: false, ms: wait, alone: false };
  try {
    await call();
    return DONE;
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    return await outcomeOf(deps, what, failure);
  }
}

async function outcomeOf({ pace, log, onBrokenChannel }: ServeDeps, what: Paced, failure: Failure): Promise<Outcome> {
  switch (failure.kind) {
    case 'wait':
      await pace.pause(what, failure.ms);
      return { done: false, ms: failure.ms, alone: false };
    case 'unclear':
      return { done: false, ms: RETRY_MS, alone: false };
    case 'gone':
      return 'gone';
    default:
      log.warn({ code: failure.code, kind: failure.kind, what }, 'Slack refused a call');
      // A card that cannot be edited there is posted anew next, which tells when that fails too.
      if (what.method === 'post' || failure.kind !== 'channel') await onBrokenChannel(what.channel, failure.code);
      return refusal(what, failure.kind);
  }
}

/** Where Slack does not let us edit at all, the card is posted anew: nobody loses a button. */
function refusal({ method }: Paced, kind: 'channel' | 'token' | 'feature' | 'refused'): Outcome {
  if (kind === 'channel') return 'broken-channel';
  if (kind === 'feature' && method === 'update') return 'gone';
  return { done: false, ms: kind === 'token' ? REFUSED_TOKEN_MS : BROKEN_CHANNEL_MS, alone: kind === 'refused' };
}

function checked({ log }: ServeDeps, message: Message, id: string): Message {
  const wrong = violations(message);
  if (wrong.length === 0) return message;
  log.error(
    { incident: id, violations: wrong.slice(0, 5) },
    'a message breaks the limits of Slack, posting the text alone',
  );
  return { text: message.text, blocks: [] };
}
