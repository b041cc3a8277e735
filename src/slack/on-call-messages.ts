import { handOffMessage } from '../../blocks/hand-off.ts';
import type { Message } from '../../blocks/kit.ts';
import { coverMessage, isPast } from '../../blocks/on-call-cover.ts';
import { gapMessage } from '../../blocks/on-call-gap.ts';
import type { Actions } from '../app/actions.ts';
import type { OnCallMessages } from '../app/on-call-messages.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Handed } from '../domain/rotation.ts';
import type { Service } from '../domain/service.ts';
import { failureOf, mendOf } from './errors.ts';
import { handOffName, type OnCallMemory, type OnCallMessage, type OnCallNews } from './on-call-memory.ts';
import type { Pace } from './pace.ts';
import { type PostingDeps, postOnce } from './posting.ts';
import { metadata } from './protocol.ts';
import { sendOrLess } from './send-or-less.ts';

export interface OnCallMessagesDeps extends PostingDeps {
  readonly memory: OnCallMemory;
  readonly store: Pick<IncidentStore, 'openIds' | 'loadMany'>;
  readonly services: () => readonly Service[];
  /** The last hand-off of a rotation: who has put themselves on call has it without a button. */
  readonly handed: (rotation: string) => Promise<Handed | null>;
  /** Fallbacks that serve: whoever comes on call has to know of them. */
  readonly serving: Actions['serving'];
  readonly pace: Pace;
  /** Redis hash of a message, which also remembers a try whose end is not known. */
  readonly messageKey: (name: string) => string;
  /** Where messages go whose own channel cannot be posted to; `null` when there is no other. */
  readonly fallbackChannel: () => string | null;
  /** Tells the operators that a channel cannot be posted to. */
  readonly onBrokenChannel: (channel: string, code: string) => Promise<void>;
}

export interface OnCallPost extends OnCallMessages {
  /** Posts and edits what is behind. Never throws for a single message: it is tried again. */
  deliver(): Promise<void>;
}

const BATCH = 20;
/** How long one process may take for one message. */
const TAKEN_MS = 30_000;
const RETRY_MS = 5_000;
const RETRY_AT_MOST_MS = 300_000;
const LOADED = 500;

/** Messages about who is on call, durable until Slack has them. */
export function createOnCallMessages(deps: OnCallMessagesDeps): OnCallPost {
  const { memory, now } = deps;
  return {
    tellHandOff: (notice) => memory.want(notice.id, { is: 'hand-off', notice }, now()),
    tellGap: (notice) => memory.want(notice.id, { is: 'gap', notice }, now()),
    tellCover: (notice) => memory.want(coverName(notice.request), { is: 'cover', notice }, now()),
    tellReceived: (rotation, at, received) => memory.receive(handOffName(rotation, at), received, now()),
    async deliver() {
      for (const name of await memory.claim(now(), now() + TAKEN_MS, BATCH)) await attempt(deps, name);
    },
  };
}

function coverName({ rotation, id }: { readonly rotation: string; readonly id: string }): string {
  return `cover:${rotation}:${id}`;
}

async function attempt(deps: OnCallMessagesDeps, name: string): Promise<void> {
  const { memory, now } = deps;
  const message = await memory.load(name);
  if (!message || isTooLate(message, now())) return await memory.drop(name);
  try {
    const waitMs = await show(deps, message);
    if (waitMs > 0) await memory.postpone(name, now() + waitMs);
    else await memory.finish(name, message.revision, now());
  } catch (error) {
    await failed(deps, message, error);
  }
}

/** What could not be said while it was true is not said afterwards. */
function isTooLate({ posted, news }: OnCallMessage, now: number): boolean {
  if (posted) return false;
  if (news.is === 'cover') return isPast(news.notice.request, now);
  const end = news.is === 'gap' ? news.notice.warning.to : news.notice.summary.until;
  return end !== null && end <= now;
}

/** Posts a message or draws it anew; answers after how many ms it may be tried, 0 when it is done. */
async function show(deps: OnCallMessagesDeps, message: OnCallMessage): Promise<number> {
  const { memory, pace } = deps;
  const channel = message.posted?.channel ?? channelOf(deps, message.news);
  if (message.drawn === message.revision) return 0;
  if (channel === null) return RETRY_AT_MOST_MS;
  const paced = { method: message.posted ? 'update' : 'post', channel } as const;
  const waitMs = await pace.take(paced, 'people');
  if (waitMs > 0) return waitMs;
  const drawn = await draw(deps, message.news);
  if (!message.posted) {
    const at = await post(deps, message.name, channel, drawn);
    await memory.posted(message.name, at);
    if (!at.isFound) return 0;
    return await edit(deps, message.name, at, drawn); // an earlier try posted what was to be said then
  }
  return await edit(deps, message.name, message.posted, drawn);
}

async function post(deps: OnCallMessagesDeps, name: string, channel: string, message: Message) {
  const to = (where: string) =>
    postOnce(deps, { memory: deps.messageKey(name), name, eventType: metadata.onCall, channel: where, message });
  try {
    return await to(channel);
  } catch (error) {
    const failure = failureOf(error);
    const other = deps.fallbackChannel();
    if (failure?.kind !== 'channel' || other === null || other === channel) throw error;
    await deps.onBrokenChannel(channel, failure.code);
    return await to(other);
  }
}

/** A message that is gone from Slack is not posted again: whoever took it away did not want it. */
async function edit(deps: OnCallMessagesDeps, name: string, at: { channel: string; ts: string }, drawn: Message) {
  try {
    const send = ({ text, blocks }: { readonly text: string; readonly blocks: readonly Message['blocks'][number][] }) =>
      deps.client.chat.update({ channel: at.channel, ts: at.ts, text, blocks: [...blocks] });
    await sendOrLess(drawn, send, deps.log, { name });
  } catch (error) {
    if (failureOf(error)?.kind !== 'gone') throw error;
  }
  return 0;
}

async function draw(deps: OnCallMessagesDeps, news: OnCallNews): Promise<Message> {
  const now = deps.now();
  if (news.is === 'gap') return gapMessage(news.notice, now);
  if (news.is === 'cover') return coverMessage(news.notice, now);
  const { service, summary } = news.notice;
  const [open, serving, said, last] = await Promise.all([
    deps.store.openIds(LOADED).then((ids) => deps.store.loadMany(ids)),
    deps.serving(service),
    deps.memory.received(handOffName(summary.rotation, summary.at)),
    deps.handed(summary.rotation),
  ]);
  const incidents = open.filter((incident) => incident.service === service);
  const received = said ?? (last?.at === summary.at ? last.received : null);
  const endedAt = last !== null && last.at > summary.at ? last.at : null;
  return handOffMessage({ ...news.notice, incidents, serving, received, endedAt }, now);
}

/** The channel of the service now; of one that is gone, where others are told. */
function channelOf(deps: OnCallMessagesDeps, { notice }: OnCallNews): string | null {
  return deps.services().find(({ name }) => name === notice.service)?.channel ?? deps.fallbackChannel();
}

async function failed(deps: OnCallMessagesDeps, message: OnCallMessage, error: unknown): Promise<void> {
  const { memory, now, log, pace } = deps;
  const { name, failures, news } = message;
  const failure = failureOf(error);
  if (failure?.kind === 'wait') {
    const channel = message.posted?.channel ?? channelOf(deps, news) ?? '';
    await pace.pause({ method: message.posted ? 'update' : 'post', channel }, failure.ms);
    return await memory.postpone(name, now() + failure.ms);
  }
  if (failure?.kind === 'refused') {
    log.error({ err: error, name }, 'Slack refuses a message about who is on call: it is not told');
    return await memory.finish(name, message.revision, now());
  }
  if (failure?.kind === 'channel') {
    await deps.onBrokenChannel(message.posted?.channel ?? channelOf(deps, news) ?? '', failure.code);
  }
  log.warn(
    { err: error, name, mend: failure && 'code' in failure ? mendOf(failure.code) : null },
    'who is on call could not be told yet',
  );
  await memory.failed(name);
  await memory.postpone(name, now() + Math.min(RETRY_AT_MOST_MS, RETRY_MS * 2 ** failures));
}
