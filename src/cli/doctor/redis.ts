import type { Redis } from 'ioredis';
import { type Finding, fine, unknown, warning, wrong } from './finding.ts';

const PINGS = 20;
const SLOW_MS = 20;

/** Whether this Redis keeps what it is given. `redis` is connected. `probe`: a key that may be written for a second. */
export async function checkRedis(redis: Redis, probe: string, now: () => number): Promise<Finding[]> {
  const [write, latency] = [await checkWrite(redis, probe), await checkLatency(redis, now)];
  try {
    const info = parseInfo(await redis.info());
    return [version(info), write, memory(info), persistence(info, await syncing(redis)), ...lastWrite(info), latency];
  } catch (error) {
    const mend = `INFO was refused (${wordOf(error)}): allow it to the user in REDIS_URL, or look at version, maxmemory-policy and persistence yourself.`;
    return [write, unknown('version, eviction and persistence', mend), latency];
  }
}

type Info = ReadonlyMap<string, string>;

function parseInfo(text: string): Info {
  return new Map(text.split(/\r?\n/).map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1)]));
}

/** A replica, a full memory, a failed disk and a missing permission all say so here, in Redis' own first word. */
async function checkWrite(redis: Redis, probe: string): Promise<Finding> {
  try {
    await redis.set(probe, 'doctor', 'PX', 1_000);
    return fine('takes writes');
  } catch (error) {
    return wrong(`does not take writes (${wordOf(error)})`, writeMend(wordOf(error)));
  }
}

function writeMend(word: string): string {
  switch (word) {
    case 'READONLY':
      return 'This is a replica: let REDIS_URL name the primary.';
    case 'OOM':
      return 'Its memory is full: raise maxmemory.';
    case 'MISCONF':
      return 'It cannot write to its disk: look at the disk and at the log of Redis.';
    default:
      return 'Look at the user in REDIS_URL (ACL) and at the log of Redis.';
  }
}

/** The first word alone: the rest may quote the command or the address. */
function wordOf(error: unknown): string {
  return /^[A-Z]+\b/.exec(error instanceof Error ? error.message : '')?.[0] ?? 'no answer';
}

function version(info: Info): Finding {
  const text = info.get('redis_version') ?? '';
  const [major, minor] = text.split('.').map(Number);
  if (major === undefined || minor === undefined || Number.isNaN(major + minor))
    return unknown('which version it is', 'It must be Redis 6.2 or newer, or Valkey.');
  const isOldest = major > 6 || (major === 6 && minor >= 2);
  return isOldest
    ? fine(`version ${text}`)
    : wrong(`version ${text} is too old`, 'Tocsin needs Redis 6.2 or newer, or Valkey.');
}

function memory(info: Info): Finding {
  const policy = info.get('maxmemory_policy');
  const [used, limit] = [Number(info.get('used_memory')), Number(info.get('maxmemory'))];
  const mend =
    'CONFIG SET maxmemory-policy noeviction (and in its configuration, or the parameter group of a managed one).';
  if (policy === undefined) return unknown('what it does when its memory is full', mend);
  if (policy !== 'noeviction') {
    const what = `maxmemory-policy is ${policy}: Redis may throw away incidents`;
    return limit > 0 ? wrong(what, mend) : warning(`${what} as soon as maxmemory is set`, mend);
  }
  if (limit > 0 && used > 0.8 * limit) {
    const percent = Math.round((100 * used) / limit);
    return warning(`memory is ${percent} % full: at 100 % alarms are refused with 503`, 'Raise maxmemory.');
  }
  return fine('maxmemory-policy is noeviction');
}

const AOF = 'CONFIG SET appendonly yes (and in its configuration).';

/** `appendfsync`; `null` where CONFIG is forbidden, as managed ones have it. */
async function syncing(redis: Redis): Promise<string | null> {
  try {
    const answer: unknown = await redis.config('GET', 'appendfsync');
    return Array.isArray(answer) ? String(answer[1] ?? '') || null : null;
  } catch {
    return null;
  }
}

/** What a policy costs beside `always`. https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ and ADR 0024. */
const COSTS: Readonly<Record<string, string>> = {
  everysec: 'a power cut, or a kill while the disk is slow, may cost two seconds of alarms and clicks',
  no: 'a power cut may cost half a minute of alarms and clicks',
};

function appendOnly(sync: string | null): Finding {
  const cost = COSTS[sync ?? ''];
  if (cost !== undefined) {
    const mend = 'CONFIG SET appendfsync always (and in its configuration).';
    return warning(`append-only file is on, but appendfsync is ${sync}: ${cost}`, mend);
  }
  return fine(
    `append-only file is on: ${sync === 'always' ? 'a crash costs nothing' : 'what a crash costs depends on appendfsync'}`,
  );
}

function persistence(info: Info, sync: string | null): Finding {
  const aof = info.get('aof_enabled');
  if (aof === undefined) return unknown('whether it keeps data over a restart', AOF);
  if (aof === '1') return appendOnly(sync);
  const saved = Number(info.get('rdb_last_save_time'));
  const changes = info.get('rdb_changes_since_last_save') ?? '?';
  const since = Number.isFinite(saved) && saved > 0 ? new Date(saved * 1_000).toISOString() : 'never';
  return warning(
    'append-only file is off: a restart of Redis loses every alarm, incident and click since its last snapshot, or its start ' +
      `(${since}, ${changes} changes ago), which SNS will not send again`,
    AOF,
  );
}

function lastWrite(info: Info): Finding[] {
  const failed = ['aof_last_write_status', 'aof_last_bgrewrite_status', 'rdb_last_bgsave_status'].filter(
    (name) => info.get(name) === 'err',
  );
  return failed.map((name) =>
    wrong(`${name} is err`, 'Redis could not write to its disk: look at the disk and at its log.'),
  );
}

async function checkLatency(redis: Redis, now: () => number): Promise<Finding> {
  const times: number[] = [];
  for (let i = 0; i < PINGS; i++) {
    const start = now();
    try {
      await redis.ping();
    } catch {
      return unknown('how fast it answers', 'A PING was not answered.');
    }
    times.push(now() - start);
  }
  const median = times.sort((a, b) => a - b)[PINGS / 2] ?? 0;
  const words = `answers in ${median < 1 ? 'under 1' : Math.round(median)} ms (median of ${PINGS})`;
  return median < SLOW_MS
    ? fine(words)
    : warning(words, 'Every alarm and click waits for several answers: run Tocsin near its Redis.');
}
