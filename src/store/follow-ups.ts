import type { Redis } from 'ioredis';
import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import type { Keys } from './keys.ts';

/** The lists of what people have to do, which `commit.lua` keeps. */
export function createFollowUps(
  redis: Redis,
  keys: Keys,
  read: (snapshot: Buffer | null) => Promise<Incident | null>,
): Pick<IncidentStore, 'followUps'> {
  return {
    async followUps(owner, limit) {
      const [names, total] = await Promise.all([
        redis.zrange(keys.followUps(owner), '0', String(limit - 1)),
        redis.zcard(keys.followUps(owner)),
      ]);
      const ids = [...new Set(names.map((name) => name.slice(0, name.indexOf('/'))))];
      const snapshots = await Promise.all(
        ids.map(async (id) => await read(await redis.hgetBuffer(keys.incident(id), 's'))),
      );
      const incidents = new Map(snapshots.flatMap((one) => (one ? [[one.id, one] as const] : [])));
      const shown = names.flatMap((name) => {
        const [id = '', number] = name.split('/');
        const incident = incidents.get(id);
        const deadline = incident?.deadlines.find((one) => one.id === number);
        return incident && deadline && !deadline.done ? [{ incident, deadline }] : [];
      });
      const lost = names.filter((name) => !incidents.has(name.slice(0, name.indexOf('/')))); // their incident is kept no more
      if (lost.length > 0) await redis.zrem(keys.followUps(owner), lost);
      return { shown, total: total - lost.length };
    },
  };
}
