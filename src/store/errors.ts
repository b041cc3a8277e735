import { SetupError, TransientError } from '../app/errors.ts';

/** Redis' own words for states that pass by themselves. https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const PASSING = /^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|UNBLOCKED|NOREPLICAS|MISCONF|OOM)\b/;
const REFUSED = /^(?:NOAUTH|WRONGPASS|NOPERM)\b/;

/** Turns an error of the Redis client into one of ours. Errors it does not know pass through: they are bugs. */
export function fromRedis(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TransientError || error instanceof SetupError) return error;
  if (error.name !== 'ReplyError')
    return isOfClient(error) ? new TransientError('Redis could not be reached', { cause: error }) : error;
  if (PASSING.test(error.message)) return new TransientError('Redis cannot take writes now', { cause: error });
  if (REFUSED.test(error.message))
    return new SetupError('Redis refused us: check the user and password in REDIS_URL.', { cause: error });
  return error;
}

/** Without a reply from Redis there is only the connection: closed, refused, timed out, or not there yet. */
function isOfClient(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    code.startsWith('E') ||
    ['MaxRetriesPerRequestError', 'AbortError', 'ConnectionError'].includes(error.name) ||
    [
      'Connection is closed.',
      'Command timed out',
      "Stream isn't writeable and enableOfflineQueue options is false",
    ].includes(error.message)
  );
}

/** The same functions, with their failures in our words. */
export function translated<T extends object>(port: T): T {
  const wrap =
    (fn: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]) => {
      try {
        return await fn(...args);
      } catch (error) {
        throw fromRedis(error);
      }
    };
  const entries = Object.entries(port).map(([name, fn]) => [name, typeof fn === 'function' ? wrap(fn as never) : fn]);
  return Object.fromEntries(entries) as T; // every function of these ports answers a promise
}
