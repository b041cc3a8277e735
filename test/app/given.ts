import type { Redis } from 'ioredis';
import { createDeclare } from '../../src/app/declare.ts';
import { createDispatch } from '../../src/app/dispatch.ts';
import { createIngest } from '../../src/app/ingest.ts';
import type { IncidentStore } from '../../src/app/store.ts';
import type { Lane } from '../../src/domain/effects.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Service } from '../../src/domain/service.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { MINUTE, T0 } from '../domain/given.ts';

export interface Clock {
  now(): number;
  pass(ms: number): void;
}

export function clockAt(start = T0): Clock {
  let now = start;
  return {
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
  };
}

/** One process of Tocsin without its edges: the real use cases on the real store. */
export function processOn(redis: Redis, services: readonly Service[], clock: Clock = clockAt()) {
  const keys = createKeys();
  const store: IncidentStore = createIncidentStore(redis, keys, clock.now);
  const pokes: { readonly id: string; readonly lane: Lane }[] = [];
  const deps = {
    store,
    now: clock.now,
    services: () => services,
    poke: ({ id }: Incident, lane: Lane) => void pokes.push({ id, lane }),
  };
  return {
    keys,
    store,
    clock,
    pokes,
    ingest: createIngest(deps),
    dispatch: createDispatch(deps),
    declare: createDeclare(deps),
    async all(): Promise<Incident[]> {
      const ids = await store.history(0, T0 + 1_000 * 24 * 60 * MINUTE, 10_000);
      return await store.loadMany(ids.toReversed());
    },
  };
}
