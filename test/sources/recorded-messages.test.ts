import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTopicArn } from '../../src/sources/aws-arn.ts';
import { newsFromNotification } from '../../src/sources/sns-message.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/fixtures/recorded');
const PUBLISHED = Date.parse('2026-03-01T12:00:00.000Z');
const present = existsSync(FOLDER);

if (!present) process.stderr.write('Skipped: the recorded AWS messages are not on this machine.\n');

/** The message inside a recorded Lambda record, or the recorded message itself. */
function recorded(file: string): { message: string; subject: string | null } {
  const content = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
  const record = content.Records?.[0]?.Sns;
  return { message: record?.Message ?? JSON.stringify(content), subject: record?.Subject ?? null };
}

function read(file: string) {
  const topic = parseTopicArn('arn:aws:sns:eu-west-2:111111111111:alarms');
  if (!topic) throw new Error('not the ARN of a topic');
  const messageId = '11111111-2222-3333-4444-555555555555';
  const notification = { type: 'Notification', messageId, topic, publishedAt: PUBLISHED, ...recorded(file) } as const;
  return newsFromNotification(notification, PUBLISHED).alerts[0];
}

describe.skipIf(!present)('a message as AWS sent it', () => {
  it('about one metric is read', () => {
    expect(read('alarm-single-metric.json')).toMatchObject({
      key: 'cw:1:123456789012/eu-west-2/EXAMPLE',
      state: 'firing',
      changedAt: Date.parse('2015-06-03T17:43:27.123Z'),
      measurement: {
        metric: 'NetworkOut',
        namespace: 'AWS/EC2',
        dimensions: [{ name: 'InstanceId', value: 'TestInstance' }],
        statistic: 'average',
        unit: 'Bytes',
        value: 1234,
        threshold: 0,
        comparison: 'above',
      },
    });
  });

  it('about metric math is read, and an account that is none gives way to that of the topic', () => {
    expect(read('alarm-metric-math.json')).toMatchObject({
      key: 'cw:1:111111111111/eu-west-2/EXAMPLE',
      measurement: { metric: 'NetworkOut*1', namespace: 'AWS/EC2', value: 1234, periodSeconds: 60, periods: 1 },
    });
  });

  it('in the older shape is read', () => {
    expect(read('alarm-metric-older-shape.json')).toMatchObject({
      key: 'cw:1:000000000000/eu-west-2/Example',
      state: 'firing',
      reason: 'Threshold Crossed',
      measurement: null,
      region: 'eu-west-2',
    });
  });

  it('about a recovery is read, whatever region its subject and its text name', () => {
    expect(read('sns-envelope-metric-alarm.json')).toMatchObject({
      key: 'cw:1:735598076380/eu-west-2/DBMigrationRequired',
      state: 'recovered',
      description: 'App is reporting "A JPA error occurred(Unable to build EntityManagerFactory)"',
      measurement: { dimensions: [], unit: null, value: 1, threshold: 1, comparison: 'below', statistic: 'sum' },
    });
  });
});
