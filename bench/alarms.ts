import { createHash, randomUUID } from 'node:crypto';
import type { AlarmState, MetricAlarm } from '../sandbox/aws/alarm-definitions.ts';
import { alarmMessage, alarmSubject } from '../sandbox/aws/alarm-messages.ts';
import { createSigningIdentity, writeCertificate } from '../sandbox/aws/certificate.ts';
import { createSnsSigner } from '../sandbox/aws/envelopes.ts';
import type { Request } from './load/main.ts';

export const TOPIC_ARN = 'arn:aws:sns:ca-central-1:123456789012:bench';
const PLACE = { account: '123456789012', region: 'ca-central-1' };
const HEADERS = {
  'content-type': 'text/plain; charset=UTF-8',
  'user-agent': 'Amazon Simple Notification Service Agent',
  'x-amz-sns-message-type': 'Notification',
  'x-amz-sns-topic-arn': TOPIC_ARN,
};

/** Notifications of CloudWatch alarms, signed, as SNS posts them. */
export interface AlarmSource {
  readonly certificatePem: string;
  /** One message with an id of its own. Signing takes about a millisecond: do it before the clock runs. */
  notification(alarm: string, state?: AlarmState): Request;
}

/** Makes a signing key; its certificate goes into `certDir`, where the bot looks for pinned ones. */
export async function createAlarmSource(certDir: string): Promise<AlarmSource> {
  const identity = await createSigningIdentity({ region: PLACE.region, now: Date.now });
  await writeCertificate(identity, certDir);
  const signer = createSnsSigner(identity);

  return {
    certificatePem: identity.certificatePem,
    notification(alarm, state = 'ALARM') {
      const at = Date.now();
      const reason = `Threshold Crossed: 1 datapoint [1742.0] was ${state === 'OK' ? 'not ' : ''}greater than the threshold (1200.0).`;
      const change = { from: state === 'OK' ? 'ALARM' : 'OK', to: state, reason, at, configuredAt: at } as const;
      const envelope = signer.notification({
        messageId: randomUUID(),
        topicArn: TOPIC_ARN,
        subject: alarmSubject(alarm, state, PLACE.region),
        message: alarmMessage(definitionOf(alarm), change, PLACE),
        publishedAt: at,
      });
      return { body: JSON.stringify(envelope), headers: HEADERS };
    },
  };
}

/** An ordinary latency alarm of a SageMaker endpoint. */
function definitionOf(name: string): MetricAlarm {
  const variant = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return {
    kind: 'metric',
    name,
    service: 'bench',
    description: 'The 95th percentile of the model latency is above the agreed limit. See the runbook of the endpoint.',
    topic: 'bench',
    metric: {
      namespace: 'AWS/SageMaker',
      name: 'ModelLatency',
      dimensions: { EndpointName: `endpoint-${variant}`, VariantName: 'AllTraffic' },
      unit: 'Milliseconds',
    },
    statistic: 'p95',
    comparison: 'GreaterThanThreshold',
    threshold: 1200,
    period: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    treatMissingData: 'notBreaching',
    bad: [1742],
    good: [320],
  };
}
