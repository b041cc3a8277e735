import { type Refusal, refuse } from './sns-refusal.ts';

interface EnvelopeFields {
  readonly messageId: string;
  readonly topicArn: string;
  readonly message: string;
  /** As it was signed. */
  readonly timestamp: string;
  readonly signatureVersion: '1' | '2';
  readonly signature: string;
  readonly signingCertUrl: string;
}

export interface NotificationEnvelope extends EnvelopeFields {
  readonly type: 'Notification';
  readonly subject: string | null;
}

export interface SubscriptionEnvelope extends EnvelopeFields {
  readonly type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly token: string;
  readonly subscribeUrl: string;
}

/** A message that looks as SNS writes it. Nothing in it is to be believed before its signature is verified. */
export type SnsEnvelope = NotificationEnvelope | SubscriptionEnvelope;

/** More than the signature of any RSA key in use; a counted repetition in the pattern costs more than all other checks together. */
const MAX_SIGNATURE = 1_400;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * How SNS writes each field. Every signed field but Message is held to one line, and Type to three words: only then does
 * one signed text stand for one message, so that an honest signature cannot be re-read as a message of another topic.
 */
const patterns = {
  Type: /^(?:Notification|SubscriptionConfirmation|UnsubscribeConfirmation)$/,
  MessageId: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/,
  TopicArn: /^arn:[\w:-]{1,400}$/,
  Message: /^/,
  Subject: /^[^\r\n]{0,1024}$/,
  Timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  Token: /^[0-9a-f]{1,1024}$/,
  SubscribeURL: /^https:\/\/\S{1,4096}$/,
  SignatureVersion: /^[12]$/,
  Signature: { test: (value: string) => value.length <= MAX_SIGNATURE && BASE64.test(value) },
  SigningCertURL: /^https:\/\/\S{1,512}$/,
} as const;

type Field = keyof typeof patterns;

/** Reads one request body. It never throws: what SNS would not have written is refused with 400. */
export function parseEnvelope(rawBody: Buffer): SnsEnvelope | Refusal {
  const body = parseObject(rawBody);
  if (!body) return refuse('not_json');

  const field = (name: Field): string | null => {
    const value = body[name];
    return typeof value === 'string' && patterns[name].test(value) ? value : null;
  };

  const type = field('Type');
  if (type === null) return refuse('bad_type');
  const fields = commonFields(field);
  if (fields === null) return refuse('bad_field');

  if (type === 'Notification') {
    const subject = field('Subject');
    const isAbsent = (body.Subject ?? null) === null;
    return subject === null && !isAbsent ? refuse('bad_field') : { type, subject, ...fields };
  }
  const token = field('Token');
  const subscribeUrl = field('SubscribeURL');
  if (token === null || subscribeUrl === null) return refuse('bad_field');
  // The pattern of Type leaves only these two; the compiler cannot see that.
  return { type: type as SubscriptionEnvelope['type'], token, subscribeUrl, ...fields };
}

function parseObject(rawBody: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    // A parsed JSON object has string keys and unknown values.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function commonFields(field: (name: Field) => string | null): EnvelopeFields | null {
  const messageId = field('MessageId');
  const topicArn = field('TopicArn');
  const message = field('Message');
  const timestamp = field('Timestamp');
  const signatureVersion = field('SignatureVersion');
  const signature = field('Signature');
  const signingCertUrl = field('SigningCertURL');
  if (messageId === null || topicArn === null || message === null) return null;
  if (timestamp === null || Number.isNaN(Date.parse(timestamp))) return null;
  if (signatureVersion === null || signature === null || signingCertUrl === null) return null;
  const version = signatureVersion === '1' ? '1' : '2';
  return { messageId, topicArn, message, timestamp, signatureVersion: version, signature, signingCertUrl };
}
