import { expect, it } from 'vitest';
import type { AlertState, Measurement } from '../../src/domain/alert.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { readDeliveryId } from '../../src/domain/page.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { Service } from '../../src/domain/service.ts';
import { createTold } from '../../src/paging/told.ts';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { processOn } from '../app/given.ts';
import { DM, path, policy, role, SMS, step } from '../domain/escalation-given.ts';
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
const services = (escalation: Policy | null): Service[] =>
  Array.from({ length: 20 }, (_, n) =>
    service(`bikes-${n}`, {
      rules: [rule(`bikes-${n}-*`, { severity: 'P1', runbook })],
      links: [{ label: 'Dashboard', url: 'https://example.com/dashboards/endpoint' }],
      escalation,
    }),
  );
const note = {
  symptoms: 'Every second rider waited more than two seconds for an answer.',
  cause: 'The new model was loaded twice on each worker; memory ran out.',
  fix: 'Rolled back to version 41 of the model.',
  followUps: 'Alarm on memory before it is full.',
};

/** Lives so many incidents, from their first message to their closing note and its follow-up: bytes of Redis for each. */
async function bytesEach(escalation: Policy | null): Promise<number> {
  const redis = server.client();
  const configured = services(escalation);
  const tocsin = processOn(redis, configured);
  const { keys, clock, dispatch } = tocsin;
  const cards = createCardMemory(redis, keys);
  const told = createTold(redis, keys, clock.now);
  const inbox = createInbox(redis, keys, 'one');

  async function says(n: number, state: AlertState): Promise<void> {
    const name = `bikes-${n % configured.length}-model-latency-p95-${n}`;
    const url = `https://eu-central-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=eu-central-1#alarmsV2:alarm/${name}`;
    const reason = 'Threshold Crossed: 1 datapoint [1742.25] was greater than the threshold (1200.0).';
    const said = alert(name, state, clock.now() - 4_000, { measurement: LATENCY, url, reason });
    await inbox.accept(crypto.randomUUID(), [said]);
    await tocsin.ingest([said]);
  }

  /** Every page that is due is a direct message, sent within a second. */
  async function paged(incident: Incident): Promise<void> {
    for (const due of await redis.zrange(keys.duePages, '0', '-1')) {
      clock.pass(700);
      const { page, target } = readDeliveryId(due);
      const ts = `${clock.now() / 1_000}000`;
      const left = { kind: 'message', channel: 'D0ANA', ts, person: ANA, incidents: [incident.id] } as const;
      await told.remember(incident, [left]);
      await dispatch(incident.id, { type: 'page_sent', page, target, way: 0 });
    }
  }

  async function live(n: number): Promise<void> {
    await says(n, 'firing');
    const [incident = {} as Incident] = await tocsin.store.loadMany(await tocsin.store.openIds(1));
    const { id, channel, version } = incident;
    clock.pass(700 + n);
    const drawnAt = clock.now();
    await cards.posted(id, { channel, ts: `${drawnAt / 1_000}000`, version, drawnAt }, `${id}/card/${channel}`);
    await dispatch(id, { type: 'posted', at: clock.now() });
    for (const level of escalation?.paths[0]?.steps ?? []) {
      clock.pass(level.afterMs);
      await dispatch(id, { type: 'wake' });
      await paged(incident);
    }
    clock.pass(2 * MINUTE + 97 * n);
    await dispatch(id, { type: 'acknowledge', by: ANA });
    clock.pass(5 * MINUTE + 197 * n);
    await says(n, 'recovered');
    clock.pass(5 * MINUTE);
    await dispatch(id, { type: 'resolve', by: ANA, seen: null, text: '', note });
    await cards.told(id, 99, `${id}/note/1`);
  }

  /** Without what waits for its turn and is not kept. */
  async function used(): Promise<number> {
    await redis.del(keys.inbox, keys.dueEvidence, keys.dueNews, keys.dueLetters);
    return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  }

  await live(0);
  const before = await used();
  for (let n = 1; n <= INCIDENTS; n++) await live(n);
  return ((await used()) - before) / INCIDENTS;
}

it('an incident of one alarm takes at most 5 KB of Redis, from its first message to its closing note and its follow-up', async () => {
  const each = await bytesEach(null);
  expect(each).toBeGreaterThan(KB);
  expect(each).toBeLessThan(5 * KB);
}, 60_000);

it('an incident that paged two levels takes at most 6 KB of Redis', async () => {
  const onCall = { notify: [role('on-call')], via: [DM, SMS] };
  const seniors = { notify: [role('senior')], via: [DM, SMS], after: 5 };
  const each = await bytesEach(policy([path([step('page/L1.1', onCall), step('page/L2.1', seniors)])]));
  expect(each).toBeGreaterThan(KB);
  expect(each).toBeLessThan(6 * KB);
}, 60_000);
