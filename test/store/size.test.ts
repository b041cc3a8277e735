import { expect, it } from 'vitest';
import type { AlertState, Measurement } from '../../src/domain/alert.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { processOn } from '../app/given.ts';
import { ANA, alert, MINUTE, rule, service } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();
const INCIDENTS = 500;
const KB = 1024;

const LATENCY: Measurement = {
  ...{ metric: 'ModelLatency', namespace: 'AWS/SageMaker', statistic: 'p95', unit: 'Milliseconds' },
  ...{ value: 1742.25, threshold: 1200, comparison: 'above', periodSeconds: 60, periods: 5 },
  dimensions: [{ name: 'EndpointName', value: 'bikeshare-demand' }],
};
const runbook = 'https://wiki.example.com/runbooks/model-latency';
const SERVICES = Array.from({ length: 20 }, (_, n) =>
  service(`bikes-${n}`, {
    rules: [rule(`bikes-${n}-*`, { runbook })],
    links: [{ label: 'Dashboard', url: 'https://example.com/dashboards/endpoint' }],
  }),
);
const note = {
  symptoms: 'Every second rider waited more than two seconds for an answer.',
  cause: 'The new model was loaded twice on each worker; memory ran out.',
  fix: 'Rolled back to version 41 of the model.',
  followUps: 'Alarm on memory before it is full.',
};

it('an incident of one alarm takes at most 6.5 KB of Redis, from its first message to its closing note and its follow-up', async () => {
  const redis = server.client();
  const tocsin = processOn(redis, SERVICES);
  const cards = createCardMemory(redis, tocsin.keys);
  const inbox = createInbox(redis, tocsin.keys, 'one');
  const used = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);

  async function says(n: number, state: AlertState): Promise<void> {
    const name = `bikes-${n % SERVICES.length}-model-latency-p95-${n}`;
    const url = `https://eu-central-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=eu-central-1#alarmsV2:alarm/${name}`;
    const reason = 'Threshold Crossed: 1 datapoint [1742.25] was greater than the threshold (1200.0).';
    const said = alert(name, state, tocsin.clock.now() - 4_000, { measurement: LATENCY, url, reason });
    await inbox.accept(crypto.randomUUID(), [said]);
    await tocsin.ingest([said]);
  }

  async function live(n: number): Promise<void> {
    await says(n, 'firing');
    const [{ id, channel, version } = {} as Incident] = await tocsin.store.loadMany(await tocsin.store.openIds(1));
    tocsin.clock.pass(700 + n);
    const drawnAt = tocsin.clock.now();
    await cards.posted(id, { channel, ts: `${drawnAt / 1_000}000`, version, drawnAt }, `${id}/card/${channel}`);
    await tocsin.dispatch(id, { type: 'posted', at: tocsin.clock.now() });
    tocsin.clock.pass(2 * MINUTE + 97 * n);
    await tocsin.dispatch(id, { type: 'acknowledge', by: ANA });
    tocsin.clock.pass(5 * MINUTE + 197 * n);
    await says(n, 'recovered');
    tocsin.clock.pass(5 * MINUTE);
    await tocsin.dispatch(id, { type: 'resolve', by: ANA, seen: null, text: '', note });
    await cards.told(id, 99, `${id}/note/1`);
  }

  await live(0);
  // What waits for its turn is not kept.
  await redis.del(tocsin.keys.inbox, tocsin.keys.dueEvidence);
  const before = await used();
  for (let n = 1; n <= INCIDENTS; n++) await live(n);
  await redis.del(tocsin.keys.inbox, tocsin.keys.dueEvidence);

  const each = ((await used()) - before) / INCIDENTS;
  expect(each).toBeGreaterThan(KB);
  expect(each).toBeLessThan(6.5 * KB);
}, 60_000);
