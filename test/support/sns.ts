import 'reflect-metadata';
import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;

export interface SignerOptions {
  readonly topicArn: string;
  /** A folder for the certificate, as SNS_CERT_DIR wants it. */
  readonly certDir?: string;
  /** `sns.amazonaws.com`, whom SNS's certificates are issued to in the older regions. */
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** `1` is SHA-1, the default of every topic. */
  readonly signatureVersion?: '1' | '2';
  /** Stamps messages. */
  readonly now?: () => number;
}

/** What SNS posts: a body and the headers beside it. */
export interface Posted {
  readonly body: string;
  readonly headers: Record<string, string>;
}

export interface SnsSigner {
  readonly certificatePem: string;
  readonly certificateUrl: string;
  readonly notification: (content: {
    message: string;
    subject?: string;
    messageId?: string;
    /** As SNS writes it: `2026-01-01T00:00:00.000Z`. */
    timestamp?: string;
  }) => Posted;
  readonly confirmation: (token?: string) => Posted;
  readonly unsubscription: (token?: string) => Posted;
  /** Signs any fields as SNS would, whether or not SNS would write them. */
  readonly signed: (fields: Readonly<Record<string, string>>) => Record<string, string>;
}

/** An SNS of our own: its key, its self-signed certificate, and what it posts for one topic. */
export async function createSnsSigner(options: SignerOptions): Promise<SnsSigner> {
  const { topicArn, signatureVersion = '1', now = Date.now } = options;
  const region = topicArn.split(':')[3];
  const fileName = `SimpleNotificationService-${randomUUID().replaceAll('-', '')}.pem`;
  const certificateUrl = `https://sns.${region}.amazonaws.com/${fileName}`;
  const { key, certificatePem } = await createCertificate(options);
  if (options.certDir !== undefined) await writeFile(join(options.certDir, fileName), certificatePem);

  const signed: SnsSigner['signed'] = (fields) => ({
    ...fields,
    SignatureVersion: signatureVersion,
    Signature: signatureOf(fields, key, signatureVersion),
    SigningCertURL: certificateUrl,
  });
  const query = `TopicArn=${topicArn}&Token=`;
  const subscription = (type: string, token: string, verb: string) =>
    posted(topicArn, {
      ...signed({
        Type: type,
        MessageId: randomUUID(),
        Token: token,
        TopicArn: topicArn,
        Message: `You have chosen to ${verb}.`,
        SubscribeURL: `https://sns.${region}.amazonaws.com/?Action=ConfirmSubscription&${query}${token}`,
        Timestamp: new Date(now()).toISOString(),
      }),
    });

  return {
    certificatePem,
    certificateUrl,
    signed,
    notification: ({ message, subject, messageId = randomUUID(), timestamp = new Date(now()).toISOString() }) =>
      posted(topicArn, {
        ...signed({
          Type: 'Notification',
          MessageId: messageId,
          TopicArn: topicArn,
          ...(subject === undefined ? {} : { Subject: subject }),
          Message: message,
          Timestamp: timestamp,
        }),
        UnsubscribeURL: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${topicArn}:0`,
      }),
    confirmation: (token = 'abcdef0123456789') =>
      subscription('SubscriptionConfirmation', token, `subscribe to the topic ${topicArn}`),
    unsubscription: (token = 'abcdef0123456789') =>
      subscription('UnsubscribeConfirmation', token, `deactivate subscription ${topicArn}:0`),
  };
}

/** The fields in byte order, each as `name\nvalue\n`: written apart from the verifier's, so that the two check each other. */
function signatureOf(fields: Readonly<Record<string, string>>, key: KeyObject, version: '1' | '2'): string {
  const text = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
  return sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(text), key).toString('base64');
}

function posted(topicArn: string, body: Readonly<Record<string, string>>): Posted {
  return {
    body: JSON.stringify(body),
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': body.Type ?? '',
      'x-amz-sns-message-id': body.MessageId ?? '',
      'x-amz-sns-topic-arn': topicArn,
    },
  };
}

interface Certificate {
  readonly key: KeyObject;
  readonly certificatePem: string;
}

async function createCertificate(options: SignerOptions): Promise<Certificate> {
  const { commonName = 'sns.amazonaws.com', now = Date.now } = options;
  const day = 24 * 3_600_000;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    notBefore: options.notBefore ?? new Date(now() - day),
    notAfter: options.notAfter ?? new Date(now() + 365 * day),
    signingAlgorithm: ALGORITHM,
    keys,
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
    certificatePem: certificate.toString('pem'),
  };
}
