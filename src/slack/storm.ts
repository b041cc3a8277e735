import { stormOver, stormSummary } from '../../blocks/storm-summary.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Keys } from '../store/keys.ts';
import type { Due } from './due.ts';
import { failureOf } from './errors.ts';
import type { Pace, Paced } from './pace.ts';
import { type Posted, type PostingDeps, postOnce, tryField } from './posting.ts';
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

interface Summary extends Posted {
  readonly since: number;
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
  for (const channel of await deps.redis.smembers(`${deps.keys.channels}:storms`)) channels.add(channel);
  await Promise.all([...channels].map((channel) => tendChannel(deps, channel)));
}

async function tendChannel(deps: StormDeps, channel: string): Promise<void> {
  const count = await deps.due.withoutCardCount(channel);
  const summary = await load(deps, channel);
  if (!(summary ? isStale(summary, count, deps.now()) : count > STORM_FROM)) return;
  const claim = await deps.due.claim(`storm:${channel}`);
  if (!claim) return;
  try {
    if (!summary) await open(deps, channel, count);
    else if (count > 0) await redraw(deps, channel, summary, count);
    else await end(deps, channel, summary);
  } finally {
    await deps.due.release(claim);
  }
}

function isStale({ drawnAt, shownCount }: Summary, count: number, now: number): boolean {
  return count === 0 || (count !== shownCount && now - drawnAt >= REDRAW_MS);
}

async function load({ redis, keys }: StormDeps, channel: string): Promise<Summary | null> {
  const found = await redis.hgetall(keys.storm(channel));
  if (!found.ts || !found.channel) return null;
  const number = (name: string) => Number(found[name] ?? 0);
  return {
    channel: found.channel,
    ts: found.ts,
    since: number('since'),
    drawnAt: number('drawnAt'),
    total: number('total'),
    shownCount: number('shownCount'),
  };
}

async function draw(deps: StormDeps, channel: string, count: number, since: number) {
  const ids = (await deps.due.withoutCard(channel, COUNTED)).map(({ id }) => id);
  const [waiting, alarms] = await Promise.all([
    deps.store.loadMany(ids.slice(0, SHOWN)),
    Promise.all(ids.map((id) => deps.redis.scard(deps.keys.members(id)))),
  ]);
  const total = alarms.reduce((all, one) => all + one, 0);
  return stormSummary({ channel, waiting, total: count, alarms: total, since }, deps.now());
}

async function open(deps: StormDeps, channel: string, count: number): Promise<void> {
  const { redis, keys } = deps;
  const since = deps.now();
  const name = `storm/${channel}`;
  await within(deps, channel, { method: 'post', channel }, async () => {
    const message = await draw(deps, channel, count, since);
    const { ts } = await postOnce(deps, {
      memory: keys.storm(channel),
      name,
      eventType: metadata.storm,
      channel,
      message,
    });
    await redis
      .multi()
      .hset(keys.storm(channel), { channel, ts, since, drawnAt: deps.now(), total: count, shownCount: count })
      .hdel(keys.storm(channel), tryField(name))
      .sadd(`${keys.channels}:storms`, channel)
      .exec();
  });
}

async function redraw(deps: StormDeps, channel: string, { ts, since, total }: Summary, count: number): Promise<void> {
  await within(deps, channel, { method: 'update', channel }, async () => {
    const { text, blocks } = await draw(deps, channel, count, since);
    await deps.client.chat.update({ channel, ts, text, blocks: [...blocks] });
    const drawn = { drawnAt: deps.now(), total: Math.max(total, count), shownCount: count };
    await deps.redis.hset(deps.keys.storm(channel), drawn);
  });
}

async function end(deps: StormDeps, channel: string, { ts, since, total }: Summary): Promise<void> {
  const { redis, keys } = deps;
  await within(deps, channel, { method: 'update', channel }, async () => {
    const { text, blocks } = stormOver({ total, since }, deps.now());
    await deps.client.chat.update({ channel, ts, text, blocks: [...blocks] });
    await redis.multi().del(keys.storm(channel)).srem(`${keys.channels}:storms`, channel).exec();
  });
}

/** A summary is worth a person's share of Slack's budget: it is what people see of a storm. */
async function within(
  { pace, log, redis, keys }: StormDeps,
  channel: string,
  what: Paced,
  call: () => Promise<void>,
): Promise<void> {
  if ((await pace.take(what, 'people')) > 0) return;
  try {
    await call();
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    if (failure.kind === 'wait') await pace.pause(what, failure.ms);
    if (failure.kind === 'gone') await redis.del(keys.storm(channel)); // somebody deleted it: the next look posts a new one
    log.warn({ kind: failure.kind }, 'the summary of a storm could not be drawn now');
  }
}
