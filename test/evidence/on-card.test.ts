import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'vitest';
import { createAwsClients } from '../../src/aws/clients.ts';
import { eventually } from '../support/eventually.ts';
import { it } from '../support/scenario.ts';

const REGION = 'ca-central-1';

/** What the alarm `sm-prod-5XX` watches, minute by minute until now. */
async function serverErrors(now: number, counts: readonly number[]): Promise<void> {
  const { MetricAlarms: [alarm] = [] } = await describe5xx();
  const cloudwatch = await createAwsClients().cloudwatch(REGION);
  const { Namespace = '', MetricName = '', Dimensions = [] } = alarm ?? {};
  const MetricData = counts.map((Value, i) => {
    const Timestamp = new Date(now - (counts.length - i) * 60_000);
    return { MetricName, Dimensions, Value, Timestamp, Unit: 'Count' as const };
  });
  await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

async function describe5xx() {
  const cloudwatch = await createAwsClients().cloudwatch(REGION);
  return await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['sm-prod-5XX'] }));
}

/** It takes every question and answers none. */
async function hangingServer() {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('shows on the card what CloudWatch knows of an alarm, with its graph', async ({ start }) => {
  const { slack, alarms, clock, ...world } = await start();
  await serverErrors(clock.now(), [0, 1, 0, 2, 1, 0, 14, 23]);
  await world.bot();

  await alarms.fires('sm-prod-5XX');
  const card = await slack.card('INC-1');

  await card.says('Measured:', 'nvocations with 5xx errors now 23 (alarms above 5)');
  const hasGraph = () => card.raw().blocks.some(({ type }) => type === 'image');
  await eventually(() => `a graph in: ${card.text()}`, hasGraph, 30_000);
  const { evidence } = await world.incident('INC-1');
  expect(evidence?.graph?.alt).toMatch(/nvocations with 5xx errors.*Alarms above 5, crossed at/);
  expect([...slack.slack.world.files.values()].map(({ channels }) => channels.size)).toEqual([0]);
});

it('posts the card as ever while everything that could tell more hangs, and says what it could not tell', async ({
  start,
}) => {
  await using hanging = await hangingServer();
  const { slack, alarms, ana, ...world } = await start({ env: { AWS_ENDPOINT_URL: hanging.url } });
  await world.bot();

  await alarms.fires('sm-prod-5XX');
  const card = await slack.card('INC-1');
  await ana.clicks(card, 'Acknowledge');
  await card.says('@ana has it');

  await card.says('Could not tell:', 'no answer within 2.5 s');
});
