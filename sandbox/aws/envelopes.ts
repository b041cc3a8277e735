import { sign } from 'node:crypto';
import type { SigningIdentity } from './certificate.ts';

/** `1` is RSA with SHA-1 (SNS's default), `2` RSA with SHA-256. */
export type SignatureVersion = '1' | '2';

/** The parts of a message that are the same for every subscriber and every attempt. */
export interface NotificationFields {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | null;
  readonly message: string;
  /** Epoch milliseconds of the publication. */
  readonly publishedAt: number;
  readonly attributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}

/** One of the two messages that ask the endpoint's owner to visit a link. */
export interface HandshakeFields {
  readonly type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly token: string;
  readonly publishedAt: number;
}

/** SNS's JSON message with its signature; every value is a string, but for `MessageAttributes`. */
export type Envelope = Readonly<Record<string, unknown>>;

/** Signs as SNS does. Pure: the same fields give the same bytes. */
export interface SnsSigner {
  notification(fields: NotificationFields, version?: SignatureVersion): Envelope;
  handshake(fields: HandshakeFields, version?: SignatureVersion): Envelope;
}

const SIGNED_IN_NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const SIGNED_IN_HANDSHAKE = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** What SNS signs: `key\nvalue\n` of the fields that are there, in byte order (SNS developer guide, "verify signature"). */
export function stringToSign(envelope: Envelope): string {
  const keys = envelope.Type === 'Notification' ? SIGNED_IN_NOTIFICATION : SIGNED_IN_HANDSHAKE;
  return keys
    .filter((key) => envelope[key] !== undefined)
    .map((key) => `${key}\n${String(envelope[key])}\n`)
    .join('');
}

export function createSnsSigner(identity: SigningIdentity): SnsSigner {
  const host = `https://sns.${identity.region}.amazonaws.com`;

  const seal = (fields: Envelope, version: SignatureVersion): Envelope => {
    const algorithm = version === '2' ? 'sha256' : 'sha1';
    return {
      ...fields,
      SignatureVersion: version,
      Signature: sign(algorithm, Buffer.from(stringToSign(fields)), identity.privateKey).toString('base64'),
      SigningCertURL: `${host}/${identity.certificateName}`,
    };
  };

  return {
    notification: (fields, version = '1') => ({
      ...seal(notificationFields(fields), version),
      ...(fields.attributes === undefined ? {} : { MessageAttributes: fields.attributes }),
    }),
    handshake: (fields, version = '1') => seal(handshakeFields(fields, host), version),
  };
}

/** The link that SNS puts into a delivery; it differs per subscriber and is not signed. */
export function unsubscribeUrl(region: string, subscriptionArn: string): string {
  return `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
}

function notificationFields(fields: NotificationFields): Envelope {
  return {
    Type: 'Notification',
    MessageId: fields.messageId,
    TopicArn: fields.topicArn,
    ...(fields.subject === null ? {} : { Subject: fields.subject }),
    Message: fields.message,
    Timestamp: new Date(fields.publishedAt).toISOString(),
  };
}

function handshakeFields(fields: HandshakeFields, host: string): Envelope {
  const words =
    fields.type === 'SubscriptionConfirmation'
      ? `You have chosen to subscribe to the topic ${fields.topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to deactivate subscription ${fields.subscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
  return {
    Type: fields.type,
    MessageId: fields.messageId,
    Token: fields.token,
    TopicArn: fields.topicArn,
    Message: words,
    SubscribeURL: `${host}/?Action=ConfirmSubscription&TopicArn=${fields.topicArn}&Token=${fields.token}`,
    Timestamp: new Date(fields.publishedAt).toISOString(),
  };
}
