import { type KeyObject, verify } from 'node:crypto';
import type { SnsEnvelope } from './sns-envelope.ts';

/**
 * The text that SNS signs: `name\nvalue\n` for each signed field in byte order, an absent Subject left out. The
 * certificate's address, the signature's version, UnsubscribeURL and MessageAttributes are not signed.
 * Source: Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages".
 */
export function signedText(envelope: SnsEnvelope): string {
  const { type, message, messageId, timestamp, topicArn } = envelope;
  const head = `Message\n${message}\nMessageId\n${messageId}\n`;
  const tail = `TopicArn\n${topicArn}\nType\n${type}\n`;
  if (envelope.type === 'Notification') {
    const subject = envelope.subject === null ? '' : `Subject\n${envelope.subject}\n`;
    return `${head}${subject}Timestamp\n${timestamp}\n${tail}`;
  }
  return `${head}SubscribeURL\n${envelope.subscribeUrl}\nTimestamp\n${timestamp}\nToken\n${envelope.token}\n${tail}`;
}

/** Version 1 is RSA (PKCS #1 v1.5) over SHA-1, the default of every topic; version 2 is the same over SHA-256. */
export function isSignedBy(key: KeyObject, envelope: SnsEnvelope): boolean {
  const digest = envelope.signatureVersion === '1' ? 'sha1' : 'sha256';
  return verify(digest, Buffer.from(signedText(envelope)), key, Buffer.from(envelope.signature, 'base64'));
}
