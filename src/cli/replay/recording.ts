import { z } from 'zod';
import { ok, type Result, reject } from '../../domain/result.ts';
import { parseAlarmArn, parseTopicArn, type Topic } from '../../sources/aws-arn.ts';
import type { VerifiedNotification } from '../../sources/sns-verifier.ts';

/** One message of a recording, as it would be once its signature were believed. */
export interface Recorded {
  readonly kind: 'SNS envelope' | 'Lambda record' | 'bare message';
  readonly notification: VerifiedNotification;
  /** What SNS would have posted; `null` for a bare message, which nobody signed. */
  readonly envelope: Buffer | null;
}

export interface RecordingOptions {
  /** Takes the place of the topic that the recording names. */
  readonly topicArn: string | null;
  /** Stands for a time that the recording does not tell. */
  readonly now: number;
}

/** SNS posts `SigningCertURL`; the same in a Lambda event is called `SigningCertUrl`. */
const Envelope = z.looseObject({
  Type: z.string().optional(),
  MessageId: z.string().default('00000000-0000-0000-0000-000000000000'),
  TopicArn: z.string().default(''),
  Subject: z.string().nullish(),
  Message: z.string(),
  Timestamp: z.string().default(''),
});
const LambdaEvent = z.looseObject({ Records: z.array(z.looseObject({ Sns: Envelope })).min(1) });
const Bare = z.union([
  z.looseObject({ AlarmName: z.string(), NewStateValue: z.string() }),
  z.looseObject({ 'detail-type': z.string() }),
]);

const SHAPES =
  'It may hold an SNS envelope (Type, TopicArn, Message …), a Lambda event (Records[].Sns), a CloudWatch alarm message ' +
  '(AlarmName, NewStateValue …), an EventBridge event, or a list of these.';

/** Reads a recorded file. Refuses what no source of alarms has sent, with the shapes that it may have. */
export function readRecording(text: string, options: RecordingOptions): Result<readonly Recorded[]> {
  const value = parseJson(text);
  if (value === undefined) return reject('bad_input', 'The file is not JSON.', SHAPES);

  const all: Recorded[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    const read = readOne(one, options);
    if (!read.ok) return read;
    all.push(...read.value);
  }
  return all.length > 0 ? ok(all) : reject('bad_input', 'The file holds no message.', SHAPES);
}

function readOne(value: unknown, options: RecordingOptions): Result<readonly Recorded[]> {
  const lambda = LambdaEvent.safeParse(value);
  if (lambda.success) {
    return ok(lambda.data.Records.map(({ Sns }) => fromEnvelope('Lambda record', asPosted(Sns), options)));
  }
  const envelope = Envelope.safeParse(value);
  if (envelope.success && 'Type' in envelope.data) {
    const { Type } = envelope.data;
    if (Type === 'Notification') return ok([fromEnvelope('SNS envelope', envelope.data, options)]);
    return reject('bad_input', `A message of the type ${String(Type).slice(0, 40)} carries no alarm.`, SHAPES);
  }
  const bare = Bare.safeParse(value);
  return bare.success
    ? ok([fromBare(bare.data, options)])
    : reject('bad_input', 'This is no message that is known.', SHAPES);
}

type Envelope = z.infer<typeof Envelope>;

function asPosted({ SigningCertUrl, UnsubscribeUrl, MessageAttributes: _, ...rest }: Envelope): Envelope {
  return { ...rest, SigningCertURL: SigningCertUrl, UnsubscribeURL: UnsubscribeUrl };
}

function fromEnvelope(kind: Recorded['kind'], envelope: Envelope, { topicArn, now }: RecordingOptions): Recorded {
  const at = Date.parse(envelope.Timestamp);
  return {
    kind,
    envelope: Buffer.from(JSON.stringify(envelope)),
    notification: {
      type: 'Notification',
      messageId: envelope.MessageId,
      topic: topicOf(topicArn ?? envelope.TopicArn) ?? topicNear(null),
      subject: envelope.Subject ?? null,
      message: envelope.Message,
      publishedAt: Number.isNaN(at) ? now : at,
    },
  };
}

function fromBare(message: Readonly<Record<string, unknown>>, { topicArn, now }: RecordingOptions): Recorded {
  const { AlarmArn, StateChangeTime, time } = message;
  const at = Date.parse(String(StateChangeTime ?? time));
  return {
    kind: 'bare message',
    envelope: null,
    notification: {
      type: 'Notification',
      messageId: '00000000-0000-0000-0000-000000000000',
      topic: topicOf(topicArn ?? '') ?? topicNear(String(AlarmArn)),
      subject: null,
      message: JSON.stringify(message),
      publishedAt: Number.isNaN(at) ? now : at,
    },
  };
}

function topicOf(arn: string): Topic | null {
  return parseTopicArn(arn);
}

/** An alarm publishes to topics of its own region, so that is where one is made up. */
function topicNear(alarmArn: string | null): Topic {
  const alarm = parseAlarmArn(alarmArn ?? '');
  const place = alarm
    ? { region: alarm.region, account: alarm.account }
    : { region: 'us-east-1', account: '000000000000' };
  const { region, account } = place;
  return { arn: `arn:aws:sns:${region}:${account}:replay`, partition: 'aws', region, account, name: 'replay' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
