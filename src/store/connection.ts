import { Redis, type RedisOptions } from 'ioredis';
import { fromRedis } from './errors.ts';

const COMMAND_TIMEOUT_MS = 2_000;
/** A connection whose other end has vanished without a word is given up: longer than a read of the inbox waits. */
const SILENCE_MS = 5_000;

/**
 * A connection that fails fast: while Redis is away every command is refused at once (the webhook answers 503 and the sender
 * tries again; a click is answered with words), and nothing is queued that would happen later behind somebody's back.
 * `url`: `redis://`, `rediss://`, or `unix:` and a path. Throws TransientError when no Redis can be reached there.
 */
export async function connect(
  url: string,
  log: { warn(fields: object, message: string): void },
  role = 'main',
): Promise<Redis> {
  const redis = create(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: role === 'main',
    connectTimeout: 5_000,
    socketTimeout: SILENCE_MS,
    ...(role === 'main' ? { commandTimeout: COMMAND_TIMEOUT_MS } : {}),
    retryStrategy: (times) => Math.min(50 * times, 1_000),
    reconnectOnError: (error) => error.message.startsWith('READONLY'), // a fail-over: the new primary is elsewhere
  });
  redis.on('error', (error: Error) => log.warn({ role, reason: error.message }, 'Redis connection trouble'));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect(); // nobody has it, so nobody else could end its attempts
    throw fromRedis(error);
  }
  return redis;
}

function create(url: string, options: Omit<RedisOptions, 'replyMapping'>): Redis {
  if (!url.startsWith('unix:')) return new Redis(url, options);
  return new Redis({ ...options, path: url.slice('unix:'.length).replace(/^\/\/(?=\/)/, '') });
}
