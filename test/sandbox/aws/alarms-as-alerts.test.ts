import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_ALARMS } from '../../../sandbox/aws/demo-alarms.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { createCertificateSource } from '../../../src/sources/sns-certificate.ts';
import { newsFromNotification } from '../../../src/sources/sns-message.ts';
import { createSnsVerifier } from '../../../src/sources/sns-verifier.ts';
import { type RunningAws, startAws } from './running-aws.ts';
import { type Subscriber, startSubscriber } from './subscriber.ts';

let world: RunningAws;
let subscriber: Subscriber;

beforeAll(async () => {
  [world, subscriber] = await Promise.all([startAws(), startSubscriber()]);
  for (const topicArn of world.aws.topicArns) await world.subscribe(topicArn, subscriber);
});

afterAll(async () => {
  await world.close();
  await subscriber.close();
});

/** Through the bot's own verification, with the certificate pinned and nothing fetched. */
async function alertsOf(count: number): Promise<readonly Alert[]> {
  const fetchNothing = () => Promise.reject(new Error('nothing is to be fetched'));
  const pinnedDir = dirname(world.aws.certificatePath);
  const verifier = createSnsVerifier({
    topics: new Set(world.aws.topicArns),
    certificates: createCertificateSource({ now: Date.now, fetch: fetchNothing, pinnedDir }),
    now: Date.now,
  });
  const received = await subscriber.wait(count);
  const verified = await Promise.all(received.map(({ body, headers }) => verifier.verify(Buffer.from(body), headers)));
  return verified.flatMap((one) =>
    one.ok && one.message.type === 'Notification' ? newsFromNotification(one.message, Date.now()).alerts : [],
  );
}

it('all believe and understand: every alarm fires as an alert with its value beside its limit', async () => {
  for (const { name, kind } of DEMO_ALARMS) {
    if (kind !== 'composite') await world.aws.alarms.act({ type: 'alarm', name, do: 'fire' });
  }
  const contributors = 2;

  const alerts = await alertsOf(DEMO_ALARMS.length + contributors);

  const byName = new Map(alerts.map((alert) => [alert.name, alert]));
  expect([...byName.keys()].toSorted()).toEqual(DEMO_ALARMS.map(({ name }) => name).toSorted());
  expect(new Set(alerts.map(({ key }) => key)).size).toBe(alerts.length);
  expect(new Set(alerts.map(({ state }) => state))).toEqual(new Set(['firing']));
  expect(byName.get('sm-prod-5XX')?.measurement).toMatchObject({ value: 23, threshold: 5, comparison: 'above' });
  expect(byName.get('staging-f1-low')?.measurement).toMatchObject({
    value: 0.47,
    threshold: 0.55,
    comparison: 'below',
  });
  expect(byName.get('sm-prod-latency-p95-anomaly')?.measurement).toMatchObject({ value: 644_019.5, threshold: null });
  expect(byName.get('bikeshare-prod-unhealthy')?.children).toEqual(['sm-prod-5XX', 'sm-prod-latency']);
});
