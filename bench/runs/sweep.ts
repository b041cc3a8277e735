import { setTimeout as sleep } from 'node:timers/promises';
import { commitDecision } from '../../src/app/dispatch.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { openDeclared } from '../../src/domain/open.ts';
import { connect } from '../../src/store/connection.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { cpuShare } from '../bot.ts';
import { DECLARATION, SERVICE } from '../incidents.ts';
import { median, quantile } from '../numbers.ts';
import type { Row } from '../result.ts';
import { onStage, type Stage } from '../stage.ts';

const SIZES = [1_000, 10_000, 100_000];
const DUE = 400;
const SECONDS = 10;
const AT_ONCE = 250;
const HOUR_MS = 3_600_000;
const LANDSCAPE = { services: 1, channels: 1 };

/** What open incidents with timers cost the bot while nothing happens, and how late those are woken that are due. */
export async function sweep(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES)
    rows.push(...(await onStage({ ...LANDSCAPE, rateLimits: false }, (stage) => sweepOf(stage, size))));
  return rows;
}

async function sweepOf(stage: Stage, size: number): Promise<Row[]> {
  const store = await silencedIncidents(stage);
  await store.open(size, () => Date.now() + HOUR_MS);
  const bot = await stage.startBot();
  await sleep(2_000);
  const idle = await cpuShare(bot, SECONDS);

  const from = Date.now() + 3_000;
  const ids = await store.open(DUE, (i) => from + (i * 1_000 * SECONDS) / DUE);
  const busy = await cpuShare(bot, SECONDS);
  await sleep(5_000);
  const late = await Promise.all(ids.map(store.lateness));
  store.close();
  const name = `${size.toLocaleString('en-US')} open incidents`;
  return [
    { what: `${name}: CPU of the bot, nothing due`, value: 100 * idle, unit: '% of a core' },
    { what: `${name}: CPU of the bot, ${DUE / SECONDS} due per second`, value: 100 * busy, unit: '% of a core' },
    { what: `${name}: woken late by, median`, value: median(late), unit: 'ms' },
    { what: `${name}: woken late by, p99`, value: quantile(late, 0.99), unit: 'ms' },
  ];
}

/** Incidents that a person has silenced, written as the bot writes them: their clock is the end of the silence. */
async function silencedIncidents({ redis, client }: Stage) {
  const keys = createKeys();
  const own = await connect(redis.url, { warn: () => undefined });
  const store = createIncidentStore(own, keys, Date.now);

  async function openOne(until: number): Promise<string> {
    const now = Date.now();
    const id = await store.nextId();
    // An environment of its own: incidents of one service and environment would be one.
    const { events } = openDeclared(id, SERVICE, { ...DECLARATION, environment: id.toLowerCase() }, now);
    const silenced: IncidentEvent = { type: 'silenced', at: now, by: 'U0ANA', until };
    const decision = { events: [...events, silenced], alerts: [] };
    const opened = await commitDecision({ store, poke: () => undefined }, null, decision, new Map());
    if (opened === null) throw new Error(`${id} could not be opened`);
    return id;
  }

  return {
    async open(count: number, until: (i: number) => number): Promise<string[]> {
      const ids: string[] = [];
      while (ids.length < count) {
        const some = Math.min(AT_ONCE, count - ids.length);
        ids.push(...(await Promise.all(Array.from({ length: some }, (_, i) => openOne(until(ids.length + i))))));
      }
      // Their cards are not what is measured here.
      await client.del(keys.unposted(SERVICE.channel), keys.channels);
      return ids;
    },
    close: () => own.disconnect(),
    /** Ms from the end of the silence to its being written down; infinite when it was not. */
    async lateness(id: string): Promise<number> {
      const events = await store.events(id);
      const silenced = events.find((event) => event.type === 'silenced');
      const ended = events.find((event) => event.type === 'silence_ended');
      return ended && silenced ? ended.at - silenced.until : Number.POSITIVE_INFINITY;
    },
  };
}
