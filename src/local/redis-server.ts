/** A private `redis-server` on a unix socket, for local mode and for the tests. Nothing here is used in production. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SetupError } from '../app/errors.ts';

export interface RedisServerOptions {
  /** Where the data lives; created when missing. Without it the data is thrown away by `stop` and `kill`. */
  readonly dir?: string;
  /** Write an append-only file, synced before anything is answered. Default false: nothing is ever written to disk. */
  readonly appendonly?: boolean;
  /** The program to run. Default: `redis-server`, else `valkey-server`, whichever is on PATH. */
  readonly binary?: string;
}

export interface RedisServer {
  /** `unix:/path/to/redis.sock`. The same `dir` always gives the same url, so clients find a restarted server. */
  readonly url: string;
  readonly socket: string;
  readonly pid: number;
  /** Stops it in order (the append-only file is synced) and waits until it has gone. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut would, and waits until it has gone. The data in `dir` stays. */
  kill(): Promise<void>;
}

/** What a person reads when there is no Redis to be found. */
export const NO_REDIS =
  'No redis-server was found: install Redis 6.2 or newer (Debian, Ubuntu: redis-server; macOS: brew install redis), ' +
  'or set REDIS_URL to a Redis that is already running.';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const LONGEST_SOCKET_PATH = 100;
const READY_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = 3_000;
const POLL_MS = 5;

/**
 * Starts a private server and resolves once it answers PING.
 * It ends with the process that called this, even when that one is killed; Ctrl-C alone does not reach it, so the caller
 * can still write while it shuts down.
 * @throws SetupError when there is no server program, it is older than 6.2, another one serves `dir`, or it will not start
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const binary = await findBinary(options.binary);
  const dir = await dataDir(options.dir);
  const socket = await socketPath(dir);
  await waitUntilFree(socket, dir);

  const logFile = join(dir, 'redis.log');
  const log = await open(logFile, 'w');
  const child = spawn(binary, serverArguments(dir, socket, options.appendonly ?? false), {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  // Listened for before anything is awaited: a program that ends at once would end unheard.
  const gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  await log.close();
  const { pid } = child;
  if (pid === undefined) throw new SetupError(NO_REDIS);
  const throwAway = options.dir === undefined ? dir : undefined;
  const watchdog = stopWithParent(pid, throwAway);
  void gone.then(() => watchdog.kill('SIGKILL'));

  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await gone;
    if (throwAway !== undefined) await rm(throwAway, { recursive: true, force: true });
    if (dirname(socket) !== dir) await rm(dirname(socket), { recursive: true, force: true });
  };
  if (!(await becomesReady(child, socket))) {
    const lastWords = (await readFile(logFile, 'utf8')).trim().split('\n').at(-1) ?? '';
    await end('SIGKILL');
    throw new SetupError(`redis-server did not start: ${lastWords}`);
  }
  return { url: `unix:${socket}`, socket, pid, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

function serverArguments(dir: string, socket: string, appendonly: boolean): string[] {
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir,
    save: '',
    appendonly: appendonly ? 'yes' : 'no',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    loglevel: 'warning',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

async function findBinary(wanted: string | undefined): Promise<string> {
  for (const binary of wanted === undefined ? ['redis-server', 'valkey-server'] : [wanted]) {
    const answer = await promisify(execFile)(binary, ['--version']).catch(() => undefined);
    const version = /v=(?<major>\d+)\.(?<minor>\d+)/.exec(answer?.stdout ?? '')?.groups;
    if (version === undefined) continue;
    const [major, minor] = [Number(version.major), Number(version.minor)];
    if (major > 6 || (major === 6 && minor >= 2)) return binary;
    throw new SetupError(
      `${binary} is version ${major}.${minor}: Tocsin needs Redis 6.2 or newer. Install a newer one or set REDIS_URL.`,
    );
  }
  throw new SetupError(NO_REDIS);
}

async function dataDir(wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), 'tocsin-redis-'));
  await mkdir(wanted, { recursive: true });
  return realpath(resolve(wanted));
}

/** In `dir`, or, when that is too long for a socket, in a private folder of the temp dir that is named after it. */
async function socketPath(dir: string): Promise<string> {
  const near = join(dir, 'redis.sock');
  if (Buffer.byteLength(near) <= LONGEST_SOCKET_PATH) return near;
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  const far = join(tmpdir(), `tocsin-${name}`, 'redis.sock');
  await mkdir(dirname(far), { recursive: true, mode: 0o700 });
  const { uid } = await stat(dirname(far));
  if (uid !== process.getuid?.()) throw new SetupError(`${dirname(far)} belongs to somebody else; remove it.`);
  await chmod(dirname(far), 0o700);
  return far;
}

/** Two servers on one append-only file would ruin it. One that is just shutting down is waited for. */
async function waitUntilFree(socket: string, dir: string): Promise<void> {
  const giveUpAt = performance.now() + GONE_WITHIN_MS;
  while ((await ask(socket)) !== 'nobody') {
    if (performance.now() > giveUpAt)
      throw new SetupError(`Another redis-server already serves ${dir}; stop it first.`);
    await sleep(POLL_MS * 10);
  }
}

async function becomesReady(child: ChildProcess, socket: string): Promise<boolean> {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null && performance.now() < giveUpAt) {
    if ((await ask(socket)) === 'pong') return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** `busy` is somebody who does not answer PONG: it loads its data, or it is going away. */
function ask(socket: string): Promise<'pong' | 'busy' | 'nobody'> {
  return new Promise((answer) => {
    const connection = createConnection(socket);
    connection.setTimeout(1_000, () => connection.destroy());
    connection.once('connect', () => connection.write('PING\r\n'));
    connection.once('data', (reply) => {
      answer(reply.toString().startsWith('+PONG') ? 'pong' : 'busy');
      connection.destroy();
    });
    connection.once('error', () => answer('nobody'));
    connection.once('close', () => answer('busy'));
  });
}

/**
 * A shell that waits for the end of its standard input, which comes when this process ends, however it ends. No polling,
 * and it works the same on Linux and macOS. Its other end is closed on exec, so no other child keeps it open.
 */
function stopWithParent(pid: number, throwAway: string | undefined): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'redis-watchdog', String(pid), throwAway ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return watchdog;
}

const WATCHDOG = `
read -r _
kill -TERM "$1" || exit 0
for second in 1 2 3 4 5 6 7 8 9 10; do
  sleep 1
  kill -0 "$1" || break
done
kill -KILL "$1"
[ -z "$2" ] || rm -rf "$2"`;
