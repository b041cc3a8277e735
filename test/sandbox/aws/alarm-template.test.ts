import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { alarmsOfTemplate } from '../../../sandbox/aws/alarm-template.ts';

const template = (name: string) => readFile(new URL(`../../../deploy/alarms/${name}.yaml`, import.meta.url), 'utf8');

describe("a pack's CloudFormation template", () => {
  it('becomes alarms on metrics, on expressions, on bands, on many series and on alarms', async () => {
    const parameters = { AlertsTopicArn: 'arn:aws:sns:ca-central-1:123456789012:sm-alerts' };

    const alarms = alarmsOfTemplate(await template('bikeshare'), { service: 'bikeshare', parameters });
    const byName = new Map(alarms.map((alarm) => [alarm.name, alarm]));

    expect(byName.get('sm-prod-latency')).toMatchObject({
      kind: 'metric',
      topic: 'sm-alerts',
      statistic: 'p95',
      threshold: 800_000,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      metric: { dimensions: { EndpointName: 'bikeshare-prod', VariantName: 'AllTraffic' } },
    });
    expect(byName.get('sm-prod-5XX')).toMatchObject({ kind: 'math', expression: '100 * errors / all' });
    expect(byName.get('sm-prod-latency-p95-anomaly')).toMatchObject({ kind: 'anomaly', width: 2, upper: true });
    expect(byName.get('mlops-bikeshare-lambda-errors')).toMatchObject({ kind: 'contributor' });
    expect(byName.get('bikeshare-prod-unhealthy')).toMatchObject({
      kind: 'composite',
      children: ['sm-prod-5XX', 'sm-prod-latency'],
    });
  });

  it('fills parameters into expressions', async () => {
    const arn = 'arn:aws:sns:us-east-1:123456789012:topic';
    const topics = { CriticalTopicArn: arn, WarningTopicArn: arn, MlTopicArn: arn };

    const alarms = alarmsOfTemplate(await template('recommendation'), {
      service: 'recommendation',
      parameters: { ...topics, ApiId: 'a1', Endpoint: 'e1', CtrBaseline: '4' },
    });

    expect(alarms.find(({ name }) => name === 'recommendation-ctr-drop')).toMatchObject({
      expression: '100 * (ctr / 4 - 1)',
    });
  });

  it('wants a value for every parameter', async () => {
    const text = await template('bikeshare');

    expect(() => alarmsOfTemplate(text, { service: 'bikeshare', parameters: {} })).toThrow('AlertsTopicArn');
  });
});
