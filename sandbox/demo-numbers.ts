import { connect } from '../src/store/connection.ts';
import { createKeys } from '../src/store/keys.ts';
import { demoWorkspace, subscribersOf } from './demo-workspace.ts';

/**
 * Lets the demo company's people have told Tocsin their numbers before it begins, as `/incident contact` would keep them: what is paged
 * by text message arrives at once. Only in a Redis where Tocsin has never opened an incident and knows no number.
 * @throws TransientError when no Redis can be reached
 */
export async function knowNumbers(redisUrl: string): Promise<void> {
  const redis = await connect(redisUrl, { warn: () => undefined }, 'demo');
  try {
    const { contacts, sequence } = createKeys();
    if ((await redis.exists(contacts, sequence)) > 0) return;
    const people = subscribersOf(await demoWorkspace());
    await redis.hset(
      contacts,
      Object.fromEntries(people.map(({ id, number }) => [id, JSON.stringify({ phone: number })])),
    );
  } finally {
    redis.disconnect();
  }
}
