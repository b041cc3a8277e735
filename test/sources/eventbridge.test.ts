import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTopicArn } from '../../src/sources/aws-arn.ts';
import { newsFromNotification } from '../../src/sources/sns-message.ts';
import {
  ARN,
  alarmConfigurationEvent,
  alarmEvent,
  bridgeEvent,
  deploymentEvent,
  endpointEvent,
  modelPackageEvent,
  pipelineEvent,
  stepEvent,
  trainingEvent,
} from './eventbridge-events.ts';

const PUBLISHED = Date.parse('2026-03-01T12:00:00.000Z');
const RECEIVED = PUBLISHED + 150;
const topic = parseTopicArn('arn:aws:sns:eu-west-1:999999999999:events');

function read(content: unknown) {
  if (!topic) throw new Error('not the ARN of a topic');
  const messageId = '11111111-2222-3333-4444-555555555555';
  const message = JSON.stringify(content);
  return newsFromNotification(
    { type: 'Notification', messageId, topic, subject: null, message, publishedAt: PUBLISHED },
    RECEIVED,
  );
}

const onlyAlert = (content: unknown) => {
  const [alert, ...others] = read(content).alerts;
  if (!alert || others.length > 0) throw new Error('not one alert');
  return alert;
};
const texts = (content: unknown) => read(content).changes.map(({ kind, subject, text }) => [kind, subject, text]);

describe('an endpoint', () => {
  it.each([
    ['FAILED', 'has failed'],
    ['OUT_OF_SERVICE', 'is out of service'],
    ['OutOfService', 'is out of service'],
    ['UPDATE_ROLLBACK_FAILED', 'could not be rolled back'],
    ['UpdateRollbackFailed', 'could not be rolled back'],
  ])('that is %s fires by its name', (status, words) => {
    expect(onlyAlert(endpointEvent(status))).toMatchObject({
      key: 'eb:1:111122223333/us-west-2/endpoint/bikeshare-prod',
      source: 'eventbridge',
      name: 'endpoint/bikeshare-prod',
      state: 'firing',
      changedAt: Date.parse('2026-03-01T11:59:00Z'),
      receivedAt: RECEIVED,
      reason: `Endpoint bikeshare-prod ${words} (configuration bikeshare-prod-v42)`,
      account: '111122223333',
      region: 'us-west-2',
      labels: { kind: 'endpoint', team: 'forecasting', EndpointName: 'bikeshare-prod' },
      url: 'https://us-west-2.console.aws.amazon.com/sagemaker/home?region=us-west-2#/endpoints/bikeshare-prod',
    });
  });

  it.each(['IN_SERVICE', 'InService'])('that is %s has recovered, and its configuration is a change', (status) => {
    expect(onlyAlert(endpointEvent(status))).toMatchObject({
      key: onlyAlert(endpointEvent('FAILED')).key,
      state: 'recovered',
    });
    expect(texts(endpointEvent(status))).toEqual([
      ['endpoint', 'bikeshare-prod', 'Endpoint bikeshare-prod is in service with configuration bikeshare-prod-v42'],
    ]);
  });

  it.each([
    ['CREATING', 'is being created'],
    ['UPDATING', 'is being updated'],
    ['SYSTEM_UPDATING', 'is being maintained by AWS'],
    ['ROLLING_BACK', 'is being rolled back'],
    ['DELETING', 'is being deleted'],
  ])('that is %s is a change and no alarm', (status, words) => {
    const { alerts, changes } = read(endpointEvent(status));

    expect(alerts).toEqual([]);
    expect(changes.map(({ text }) => text)).toEqual([
      `Endpoint bikeshare-prod ${words} with configuration bikeshare-prod-v42`,
    ]);
  });

  it('says why it failed where the event does', () => {
    expect(onlyAlert(endpointEvent('FAILED', { FailureReason: 'no capacity' })).reason).toContain(': no capacity');
  });

  it('in a state that nobody knows is shown in its own words', () => {
    expect(onlyAlert(endpointEvent('MELTING'))).toMatchObject({ source: 'sns', state: 'firing' });
  });

  it('that tells no time of its own changed when EventBridge heard of it, even where that is a number in text', () => {
    const event = endpointEvent('FAILED', { LastModifiedTime: null });

    expect(onlyAlert(event).changedAt).toBe(1772366370000);
  });

  it('cannot have changed after the message about it', () => {
    expect(onlyAlert(endpointEvent('FAILED', { LastModifiedTime: PUBLISHED + 1 })).changedAt).toBe(1772366370000);
  });
});

describe('a deployment', () => {
  it('is one change from the old configuration to the new, however often it tells of its progress', () => {
    const later = deploymentEvent({ LastModifiedTime: Date.parse('2026-03-01T11:59:00Z') });

    expect(texts(deploymentEvent())).toEqual([
      [
        'deployment',
        'bikeshare-prod',
        'Endpoint bikeshare-prod is being deployed: from bikeshare-prod-v41 to bikeshare-prod-v42',
      ],
    ]);
    expect(read(later).changes[0]?.id).toBe(read(deploymentEvent()).changes[0]?.id);
    expect(read(later).alerts).toEqual([]);
  });

  it('is one also when it began at no time', () => {
    const began = (StartTime: unknown) => ({ EndpointConfigName: 'bikeshare-prod-v42', StartTime });

    expect(texts(deploymentEvent({ PendingDeploymentSummary: began({ toString: '' }) }))).toHaveLength(1);
  });

  it('that is over says what the endpoint says', () => {
    const over = deploymentEvent({ PendingDeploymentSummary: undefined, EndpointStatus: 'IN_SERVICE' });

    expect(onlyAlert(over).state).toBe('recovered');
  });

  it('that fails fires', () => {
    expect(onlyAlert(deploymentEvent({ EndpointStatus: 'UPDATE_ROLLBACK_FAILED' })).state).toBe('firing');
  });
});

it('tells of a setting of an alarm that is of no kind it can be', () => {
  const odd = { threshold: 0.8, comparisonOperator: { toString: '' } };

  expect(texts(alarmConfigurationEvent('update', { previousConfiguration: odd }))[0]?.[2]).toContain('none');
});

describe('a job', () => {
  it('that failed fires by what its runs have in common, and a later run that completed recovers it', () => {
    const failed = onlyAlert(trainingEvent('Failed', { FailureReason: 'AlgorithmError: exit code 1' }));
    const completed = onlyAlert(
      trainingEvent('Completed', { TrainingJobName: 'credit-risk-train-2026-03-01-11-58-00-001' }),
    );

    expect(failed).toMatchObject({
      key: 'eb:1:111122223333/us-west-2/training-job/credit-risk-train',
      name: 'training-job/credit-risk-train',
      state: 'firing',
      changedAt: 1772366340000,
      reason: 'Training job credit-risk-train-2026-03-01-05-58-00-123 failed: AlgorithmError: exit code 1',
      labels: { kind: 'training-job', job: 'credit-risk-train-2026-03-01-05-58-00-123' },
    });
    expect(completed).toMatchObject({ key: failed.key, state: 'recovered' });
  });

  it('that starts is one change, however many events tell of it, and no alarm', () => {
    const [one, two] = ['Starting', 'Downloading'].map((SecondaryStatus) =>
      read(trainingEvent('InProgress', { SecondaryStatus })),
    );

    expect(one?.alerts).toEqual([]);
    expect(one?.changes).toMatchObject([{ kind: 'training', subject: 'credit-risk-train' }]);
    expect(one?.changes[0]?.text).toBe('Training job credit-risk-train-2026-03-01-05-58-00-123 started');
    expect(two?.changes[0]?.id).toBe(one?.changes[0]?.id);
  });

  it('that was stopped is a change: whether it would have failed is not known', () => {
    expect(read(trainingEvent('Stopped'))).toMatchObject({ alerts: [], changes: [{ kind: 'training' }] });
  });

  it('of a tuning job may fail: the tuning job decides', () => {
    const event = trainingEvent('Failed', { TuningJobArn: `${ARN}:hyper-parameter-tuning-job/t` });

    expect(read(event)).toEqual({ alerts: [], changes: [] });
  });

  it.each([
    ['Processing', 'ProcessingJob', 'processing-job', 'processing-jobs'],
    ['Transform', 'TransformJob', 'transform-job', 'transform-jobs'],
    ['HyperParameter Tuning', 'HyperParameterTuningJob', 'tuning-job', 'hyper-tuning-jobs'],
  ])('of %s fires, too', (words, field, kind, page) => {
    const event = bridgeEvent(`SageMaker ${words} Job State Change`, {
      [`${field}Name`]: 'nightly-20260301',
      [`${field}Status`]: 'Failed',
      FailureReason: 'no such bucket',
    });

    expect(onlyAlert(event)).toMatchObject({ name: `${kind}/nightly`, state: 'firing' });
    expect(onlyAlert(event).url).toContain(`#/${page}/nightly-20260301`);
  });

  it('of a monitoring schedule fires when it found violations, though it completed', () => {
    const event = (ExitMessage: string) =>
      bridgeEvent('SageMaker Processing Job State Change', {
        ProcessingJobName: 'model-monitoring-202603011100-0a1b2c3d4e5f',
        ProcessingJobStatus: 'Completed',
        ExitMessage,
        MonitoringScheduleArn: `${ARN}:monitoring-schedule/bikeshare-data`,
      });

    expect(onlyAlert(event('CompletedWithViolations: Job completed successfully with 3 violations.'))).toMatchObject({
      name: 'monitoring-schedule/bikeshare-data',
      state: 'firing',
      reason:
        'Processing job model-monitoring-202603011100-0a1b2c3d4e5f found violations: Job completed successfully with 3 violations.',
    });
    expect(onlyAlert(event('Completed: Job completed successfully with no violations.')).state).toBe('recovered');
  });
});

describe('a pipeline', () => {
  it.each([
    ['Failed', 'firing', 'Pipeline retrain (nightly) failed'],
    ['Succeeded', 'recovered', 'Pipeline retrain (nightly) succeeded'],
  ])('that %s is %s', (status, state, reason) => {
    expect(onlyAlert(pipelineEvent(status))).toMatchObject({
      key: 'eb:1:111122223333/us-west-2/pipeline/retrain',
      name: 'pipeline/retrain',
      state,
      reason,
      changedAt: Date.parse('2026-03-01T11:59:00Z'),
      labels: { kind: 'pipeline', execution: 'p4jn9xou8a8s' },
    });
  });

  it('that starts is a change', () => {
    expect(read(pipelineEvent('Executing'))).toMatchObject({
      alerts: [],
      changes: [{ kind: 'pipeline', subject: 'retrain', text: 'Pipeline retrain (nightly) started' }],
    });
  });

  it('has steps that say why, beside it', () => {
    const failed = onlyAlert(stepEvent('Failed'));

    expect(failed).toMatchObject({
      key: 'eb:1:111122223333/us-west-2/pipeline/retrain#Train',
      name: 'pipeline/retrain/Train',
      state: 'firing',
      reason: 'Step Train of pipeline retrain failed: ClientError: Data download failed',
      changedAt: Date.parse('2026-03-01T11:58:30Z'),
      labels: { pipeline: 'retrain', step: 'Train', stepType: 'Training' },
    });
    expect(onlyAlert(stepEvent('Succeeded'))).toMatchObject({ key: failed.key, state: 'recovered' });
    expect(read(stepEvent('Executing'))).toEqual({ alerts: [], changes: [] });
  });
});

describe('a model package', () => {
  it.each([
    ['Approved', 'Model bikeshare version 7 was approved'],
    ['Rejected', 'Model bikeshare version 7 was rejected'],
    ['PendingManualApproval', 'Model bikeshare version 7 waits for approval'],
  ])('that is %s is a change and no alarm', (approval, text) => {
    expect(read(modelPackageEvent(approval)).alerts).toEqual([]);
    expect(texts(modelPackageEvent(approval))).toEqual([['model', 'bikeshare', text]]);
  });
});

describe('a CloudWatch alarm', () => {
  it('that somebody changed is a change that says what is different', () => {
    expect(texts(alarmConfigurationEvent('update'))).toEqual([
      ['alarm', 'checkout-latency', 'Alarm checkout-latency was changed: threshold 0.8 → 0.9'],
    ]);
    expect(read(alarmConfigurationEvent('update')).alerts).toEqual([]);
  });

  it.each([
    ['create', 'created'],
    ['delete', 'deleted'],
  ])('that is subject to %s was %s', (operation, done) => {
    expect(texts(alarmConfigurationEvent(operation))).toEqual([
      ['alarm', 'checkout-latency', `Alarm checkout-latency was ${done}`],
    ]);
  });

  it('whose actions are suppressed opens nothing and is seen as a change', () => {
    const event = alarmEvent('ALARM', {
      actionsSuppressedBy: 'Alarm',
      actionsSuppressedReason: 'Actions suppressed by alarm maintenance',
    });

    expect(read(event).alerts).toEqual([]);
    expect(texts(event)).toEqual([
      [
        'alarm',
        'checkout-latency',
        'Alarm checkout-latency fires while its actions are suppressed: Actions suppressed by alarm maintenance',
      ],
    ]);
  });

  it('that is muted opens nothing and is seen as a change', () => {
    const muteDetail = {
      mutedByArn: 'arn:aws:cloudwatch:us-west-2:111122223333:alarm-mute-rule:deploy-window',
      muteWindowStart: '2026-03-01T11:00:00Z',
      muteWindowEnd: '2026-03-01T13:00:00Z',
    };

    expect(read(alarmEvent('ALARM', {}, { muteDetail })).alerts).toEqual([]);
    expect(texts(alarmEvent('ALARM', {}, { muteDetail }))[0]?.[2]).toBe(
      'Alarm checkout-latency fires while it is muted by deploy-window until 2026-03-01 13:00 UTC',
    );
  });

  it.each([
    ['OK', 'recovered'],
    ['INSUFFICIENT_DATA', 'unknown'],
  ])('that goes to %s while it is silenced is %s all the same', (value, state) => {
    expect(onlyAlert(alarmEvent(value, { actionsSuppressedBy: 'Alarm' }))).toMatchObject({
      key: 'cw:1:111122223333/us-west-2/checkout-latency',
      state,
    });
  });

  it('that nobody silenced fires', () => {
    expect(onlyAlert(alarmEvent('ALARM')).state).toBe('firing');
  });
});

it('takes the account and the region of an event from the topic where the event has none', () => {
  const event = { ...endpointEvent('FAILED'), account: undefined, region: 7 };

  expect(onlyAlert(event).key).toBe('eb:1:999999999999/eu-west-1/endpoint/bikeshare-prod');
});

it('reads any event, and loses none that it does not know', () => {
  const types = [
    'SageMaker Endpoint State Change',
    'SageMaker Endpoint Deployment State Change',
    'SageMaker Training Job State Change',
    'SageMaker Model Building Pipeline Execution Status Change',
    'SageMaker Model Building Pipeline Execution Step Status Change',
    'SageMaker Model Package State Change',
    'SageMaker Image State Change',
    'CloudWatch Alarm Configuration Change',
    'CloudWatch Alarm State Change',
  ];
  const samples = [endpointEvent('FAILED'), trainingEvent('Failed'), stepEvent('Failed'), alarmEvent('ALARM')];
  const fields = [...new Set(samples.flatMap(({ detail }) => Object.keys(detail)))];
  const detail = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
  const event = fc.tuple(fc.constantFrom(...types), fc.oneof(detail, fc.jsonValue()), fc.jsonValue());

  fc.assert(
    fc.property(event, ([type, odd, envelope]) => {
      const { alerts, changes } = read({ ...bridgeEvent(type, {}), resources: envelope, detail: odd });

      for (const { key, name, reason, changedAt } of alerts) {
        expect([key, name, reason].every((text) => text.isWellFormed() && !/[\r\n]/.test(text))).toBe(true);
        expect(changedAt).toBeLessThanOrEqual(PUBLISHED);
      }
      for (const { id, at, text } of changes)
        expect([id.length < 600, at <= PUBLISHED, text !== '']).not.toContain(false);
    }),
  );
});
