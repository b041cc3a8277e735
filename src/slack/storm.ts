import type { Message } from '../../blocks/kit.ts';
import { stormOver, stormSummary } from '../../blocks/storm-summary.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Keys } from '../store/keys.ts';
import type { Due } from './due.ts';
import { failureOf } from './errors.ts';
import type { Pace, Paced } from './pace.ts';
import { findEarlier, type Posted, type Posting, type PostingDeps, postOnce, tryField } from './posting.ts';
import { metadata } from './protocol.ts';

export interface StormDeps extends PostingDeps {
  readonly keys: Keys;
  readonly due: Due;
  readonly pace: Pace;
  readonly store: Pick<IncidentStore, 'loadMany'>;
}

/** More waiting cards than Slack takes in this many seconds make a storm. */
const STORM_FROM = 5;
const SHOWN = 10;
/** Alarms are counted for at most this many incidents: their cards would take hours anyway. */
const COUNTED = 10_000;
/** The summary is edited at most this often: it shares the workspace's budget of edits with the cards. */
const REDRAW_MS = 5_000;

/** After a refusal by Slack, and when it did not answer: a summary must not use up the calls that cards need. */
const REST_MS = 60_000;
const UNCLEAR_REST_MS = 5_000;

interface Storm {
  /** When it began: names it, too. */
  readonly since: number;
  readonly restUntil: number;
  /** `null` while it is not known to be in Slack. */
  readonly summary: Summary | null;
}

interface Summary extends Posted {
  readonly drawnAt: number;
  /** Most incidents that waited at once. */
  readonly total: number;
  readonly shownCount: number;
}

/**
 * When more incidents open in a channel than Slack lets be posted, one summary stands for them: it is there within seconds,
 * shrinks as each gets its card, and says so when it is over.
 */
export async function tendStorms(deps: StormDeps): Promise<void> {
  const channels = new Set(await deps.due.channelsWaiting());
  for (const channel of await deps.redis.smembers(knownOf(deps))) channels.add(channel);
  await Promise.all([...channels].map((channel) => tendChannel(deps, channel)));
}

/** Set of the channels that have a storm. */
function knownOf({ keys }: Pick<StormDeps, 'keys'>): string {
  return `${keys.channels}:storms`;
}

async function tendChannel(deps: StormDeps, channel: string): Promise<void> {
  const count = await deps.due.withoutCardCount(channel);
  if (!needsCare(await load(deps, channel), count, deps.now())) return;
  const claim = await deps.due.claim(`storm:${channel}`);
  if (!claim) return;
  try {
    const storm = await load(deps, channel); // another process may have tended it meanwhile
    if (needsCare(storm, count, deps.now())) await tend(deps, channel, storm, count);
  } finally {
    await deps.due.release(claim);
  }
}

function needsCare(storm: Storm | null, count: number, now: number): boolean {
  if (!storm) return count > STORM_FROM;
  if (now < storm.restUntil) return false;
  if (!storm.summary) return true;
  const { shownCount, drawnAt } = storm.summary;
  return count === 0 || (count !== shownCount && now - drawnAt >= REDRAW_MS);
}

async function tend(deps: StormDeps, channel: string, storm: Storm | null, count: number): Promise<void> {
  if (!storm) {
    const since = deps.now();
    await deps.redis.multi().hset(deps.keys.storm(channel), 'since', since).sadd(knownOf(deps), channel).exec();
    await open(deps, channel, since, count);
  } else if (storm.summary) {
    if (count > 0) await redraw(deps, channel, storm.since, storm.summary, count);
    else await end(deps, channel, storm.since, storm.summary);
  } else if (count > STORM_FROM) await open(deps, channel, storm.since, count);
  else await lookForLost(deps, channel, storm.since);
}

async function load({ redis, keys }: StormDeps, channel: string): Promise<Storm | null> {
  const found = await redis.hgetall(keys.storm(channel));
  if (found.since === undefined) return null;
  const number = (name: string) => Number(found[name] ?? 0);
  const { ts } = found;
  const drawn = { drawnAt: number('drawnAt'), total: number('total'), shownCount: number('shownCount') };
  return {
    since: number('since'),
    restUntil: number('restUntil'),
    summary: ts === undefined ? null : { channel, ts, ...drawn },
  };
}

async function forget(deps: StormDeps, channel: string): Promise<void> {
  await deps.redis.multi().del(deps.keys.storm(channel)).srem(knownOf(deps), channel).exec();
}

async function draw(deps: StormDeps, channel: string, count: number, since: number): Promise<Message> {
  const ids = (await deps.due.withoutCard(channel, COUNTED)).map(({ id }) => id);
  const [waiting, alarms] = await Promise.all([
    deps.store.loadMany(ids.slice(0, SHOWN)),
    Promise.all(ids.map((id) => deps.redis.scard(deps.keys.members(id)))),
  ]);
  const total = alarms.reduce((all, one) => all + one, 0);
  return stormSummary({ channel, waiting, total: count, alarms: total, since }, deps.now());
}

function postingOf({ keys }: StormDeps, channel: string, since: number, message: Message): Posting {
  const name = `storm/${channel}/${since}`;
  return { memory: keys.storm(channel), name, eventType: metadata.storm, channel, message };
}

async function open(deps: StormDeps, channel: string, since: number, count: number): Promise<void> {
  await within(deps, channel, { method: 'post', channel }, async () => {
    const posting = postingOf(deps, channel, since, await draw(deps, channel, count, since));
    const { ts } = await postOnce(deps, posting);
    await remember(deps, posting, { ts, drawnAt: deps.now(), total: count, shownCount: count });
  });
}

async function remember({ redis, keys }: StormDeps, { channel, name }: Posting, summary: Omit<Summary, 'channel'>) {
  const key = keys.storm(channel);
  await redis
    .multi()
    .hset(key, { ...summary })
    .hdel(key, tryField(name))
    .exec();
}

/** The storm passed before its summary was known to be posted: if it is there after all, it must be ended. */
async function lookForLost(deps: StormDeps, channel: string, since: number): Promise<void> {
  await within(deps, channel, { method: 'update', channel }, async () => {
    const posting = postingOf(deps, channel, since, stormOver({ total: 0, since }, deps.now()));
    const lost = await findEarlier(deps, posting);
    if (lost) await remember(deps, posting, { ts: lost.ts, drawnAt: 0, total: STORM_FROM + 1, shownCount: -1 });
    else await forget(deps, channel);
  });
}

async function redraw(
  deps: StormDeps,
  channel: string,
  since: number,
  { ts, total }: Summary,
  count: number,
): Promise<void> {
  await within(deps, channel, { method: 'update', channel }, async () => {
    const { text, blocks } = await draw(deps, channel, count, since);
    await deps.client.chat.update({ channel, ts, text, blocks: [...blocks] });
    const drawn = { drawnAt: deps.now(), total: Math.max(total, count), shownCount: count };
    await deps.redis.hset(deps.keys.storm(channel), drawn);
  });
}

async function end(deps: StormDeps, channel: string, since: number, { ts, total }: Summary): Promise<void> {
  await within(deps, channel, { method: 'update', channel }, async () => {
    const { text, blocks } = stormOver({ total, since }, deps.now());
    await deps.client.chat.update({ channel, ts, text, blocks: [...blocks] });
    await forget(deps, channel);
  });
}

/** A summary is worth a person's share of Slack's budget: it is what people see of a storm. */
async function within(deps: StormDeps, channel: string, what: Paced, call: () => Promise<void>): Promise<void> {
  const { pace, log, redis, keys, now } = deps;
  if ((await pace.take(what, 'people')) > 0) return;
  try {
    await call();
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    log.warn({ kind: failure.kind }, 'the summary of a storm could not be drawn now');
    const isLost = what.method === 'update' && (failure.kind === 'gone' || failure.kind === 'channel');
    if (failure.kind === 'wait') await pace.pause(what, failure.ms);
    else if (isLost)
      await forget(deps, channel); // somebody deleted it: the next look posts a new one, if it must be
    else await redis.hset(keys.storm(channel), 'restUntil', now() + restOf(failure.kind));
  }
}

function restOf(kind: string): number {
  return kind === 'unclear' ? UNCLEAR_REST_MS : REST_MS;
}
