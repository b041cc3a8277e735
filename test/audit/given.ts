import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { type AuditDeps, createAudit } from '../../src/audit/audit.ts';
import type { FindingKind } from '../../src/audit/finding.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { processOn } from '../app/given.ts';
import { path, policy, role, step } from '../domain/escalation-given.ts';
import { alert, rule, service, T0 } from '../domain/given.ts';

/** The lead after a quarter of an hour. */
export const POLICY = policy([path([step('page/L1.1'), step('page/L2.1', { after: 15, notify: [role('lead')] })])]);
export const BIKES = service('bikes', { rules: [rule('bikes-*', { severity: 'P1' })], escalation: POLICY });
export const PLAIN = service('plain');

/** A process of Tocsin with its audit, and everything that operators heard of it. */
export function auditedOn(redis: Redis, more: Partial<AuditDeps> = {}) {
  const tocsin = processOn(redis, [BIKES, PLAIN]);
  const { clock, keys } = tocsin;
  const inSlack: string[] = [];
  const published: string[] = [];
  const found: FindingKind[] = [];
  const logged: string[] = [];
  let putForward = 0;
  const audit = createAudit({
    redis,
    keys,
    store: createIncidentStore(redis, keys, clock.now),
    ready: async () => ({ ok: true, checks: [] }),
    slack: () => ({ over: 'sockets', connected: true, since: T0 }),
    tellSlack: async (_, text) => void inSlack.push(text),
    publish: async (subject, text) => void published.push(`${subject}: ${text}`),
    heartbeatUrl: null,
    fetch,
    counted: (kind) => void found.push(kind),
    now: clock.now,
    steady: () => clock.now() - putForward,
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    ...more,
  });
  return {
    ...tocsin,
    ...{ audit, inSlack, published, found, logged },
    fires: (name = 'bikes-latency') => tocsin.ingest([alert(name, 'firing', clock.now())]),
    /** Somebody puts the clock forward: no time passes. */
    putForward(ms: number) {
      putForward += ms;
      clock.pass(ms);
    },
    /** So much time passes, and everything that the audit does every second or minute is done once. */
    async after(ms: number) {
      clock.pass(ms);
      for (const { name, run } of audit.chores) {
        await redis.del(keys.seen('turn:audit')).catch(() => {}); // a second of the clock is none of Redis
        await run().catch((error: unknown) => logged.push(`${name}: ${String(error)}`));
      }
    },
    /** The same, as the sweep does it: one beside the other. */
    async sideBySideAfter(ms: number) {
      clock.pass(ms);
      await redis.del(keys.seen('turn:audit'));
      await Promise.all(audit.chores.map(({ run }) => run()));
    },
  };
}
