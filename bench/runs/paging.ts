import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { commitDecision } from '../../src/app/dispatch.ts';
import { EscalationEntry } from '../../src/config/file-escalation.ts';
import { toPolicy } from '../../src/config/to-policy.ts';
import { openDeclared } from '../../src/domain/open.ts';
import type { Service } from '../../src/domain/service.ts';
import { connect } from '../../src/store/connection.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { cpuShare } from '../bot.ts';
import { clock } from '../clock.ts';
import { DECLARATION, SERVICE } from '../incidents.ts';
import { median, quantile } from '../numbers.ts';
import type { Row } from '../result.ts';
import { onStage, type Stage, until } from '../stage.ts';

const SIZES = [1_000, 10_000, 100_000];
/** Pages that are due in the measured time: six a second are more than any team is told. */
const PAGES = 60;
const SECONDS = 10;
const AT_ONCE = 250;
const HOUR_MS = 3_600_000;
const SECRET = 'a-secret-of-the-benchmark';

/** Open incidents whose policies run: what they cost while nobody has to be told, and how late those are told who must be. */
export async function paging(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) {
    const landscape = { services: 1, channels: 1, rateLimits: false };
    rows.push(...(await onStage(landscape, (stage) => pagingOf(stage, size))));
  }
  return rows;
}

async function pagingOf(stage: Stage, size: number): Promise<Row[]> {
  const receiver = await startReceiver();
  const incidents = await escalatingIncidents(stage);
  await incidents.open(size, () => Date.now());
  const bot = await stage.startBot({ PAGES: receiver.url, PAGE_WEBHOOK_SECRET: SECRET });
  await sleep(5_000);
  const idle = await cpuShare(bot, SECONDS);

  const from = Date.now() + 3_000;
  const due = (i: number) => from + (i * 1_000 * SECONDS) / PAGES;
  const ids = await incidents.open(PAGES, (i) => due(i) - HOUR_MS);
  const busy = await cpuShare(bot, SECONDS);
  await until(async () => ids.every((id) => receiver.arrivals.has(id)), 30_000);
  const late = ids.map((id, i) => (receiver.arrivals.get(id) ?? Number.POSITIVE_INFINITY) - due(i));
  incidents.close();
  receiver.close();
  const name = `${size.toLocaleString('en-US')} running policies`;
  return [
    { what: `${name}: CPU of the bot, nobody to tell`, value: 100 * idle, unit: '% of a core', atMost: 5 },
    { what: `${name}: CPU of the bot, ${PAGES / SECONDS} pages per second`, value: 100 * busy, unit: '% of a core' },
    { what: `${name}: page late by, median`, value: median(late), unit: 'ms' },
    { what: `${name}: page late by, p99`, value: quantile(late, 0.99), unit: 'ms', atMost: 1_000 },
  ];
}

/** Somebody's own pager: when the page of each incident came, by the clock that all processes read. */
async function startReceiver() {
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    const [incident = ''] = String(request.headers['idempotency-key']).split('/');
    if (!arrivals.has(incident)) arrivals.set(incident, clock());
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    arrivals: arrivals as ReadonlyMap<string, number>,
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Incidents that nobody has acknowledged, written as the bot writes them: their clock is the first step, an hour after they opened. */
async function escalatingIncidents({ redis, client }: Stage) {
  const keys = createKeys();
  const own = await connect(redis.url, { warn: () => undefined });
  const store = createIncidentStore(own, keys, Date.now);

  async function openOne(at: number): Promise<string> {
    const id = await store.nextId();
    // An environment of its own: incidents of one service and environment would be one.
    const decision = openDeclared(
      id,
      ESCALATING,
      { ...DECLARATION, severity: 'P1', environment: id.toLowerCase() },
      at,
    );
    const opened = await commitDecision({ store, poke: () => undefined }, null, decision, new Map());
    if (opened === null) throw new Error(`${id} could not be opened`);
    return id;
  }

  return {
    async open(count: number, at: (i: number) => number): Promise<string[]> {
      const ids: string[] = [];
      while (ids.length < count) {
        const some = Math.min(AT_ONCE, count - ids.length);
        ids.push(...(await Promise.all(Array.from({ length: some }, (_, i) => openOne(at(ids.length + i))))));
      }
      // Their cards are not what is measured here.
      await client.del(keys.unposted(SERVICE.channel), keys.channels);
      return ids;
    },
    close: () => own.disconnect(),
  };
}

const ESCALATING: Service = {
  ...SERVICE,
  escalation: toPolicy(
    EscalationEntry.parse({
      paths: [
        {
          name: 'page',
          steps: [
            { level: 'L1', after: '1h', notify: { person: 'U0ANA' }, via: { webhook: '${PAGES}' } },
            { level: 'L2', after: '2h', notify: { person: 'U0BEN' }, via: 'dm' },
            { level: 'L3', after: '3h', notify: 'channel' },
          ],
        },
      ],
      progress: { ask_after: { P1: '1h' } },
    }),
    SERVICE,
  ),
};
