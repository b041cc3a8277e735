import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

export type Script = (numberOfKeys: number, ...keysAndArguments: (string | number | Buffer)[]) => Promise<unknown>;

/**
 * A Lua script as a function. It is called by its hash and sent in full when the server does not know it, which also holds
 * after a restart of Redis and inside automatic pipelines (ioredis' own `defineCommand` trusts its cache there).
 */
export function script(redis: Redis, file: URL): Script {
  const lua = readFileSync(file, 'utf8');
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (numberOfKeys, ...keysAndArguments) => {
    try {
      return await redis.evalsha(sha, numberOfKeys, ...keysAndArguments);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.eval(lua, numberOfKeys, ...keysAndArguments);
    }
  };
}
