import type { Envelope } from './envelopes.ts';

/** An e-mail of SNS. */
export interface Email {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
}

interface Recipient {
  readonly arn: string;
  readonly endpoint: string;
  readonly displayName: string;
  readonly region: string;
}

/** What SNS makes of a message for a mailbox. The link ends the subscription for whoever opens it. */
export function emailOf(envelope: Envelope, { arn, endpoint, displayName, region }: Recipient): Email {
  const head = { to: endpoint, from: `${displayName || 'AWS Notifications'} <no-reply@sns.amazonaws.com>` };
  if (envelope.Type !== 'Notification') {
    const isAsked = envelope.Type === 'SubscriptionConfirmation';
    const subject = `AWS Notification - ${isAsked ? 'Subscription' : 'Unsubscribe'} Confirmation`;
    return { ...head, subject, text: `${String(envelope.Message)}\n\n${String(envelope.SubscribeURL)}` };
  }
  const link = `https://sns.${region}.amazonaws.com/unsubscribe.html?SubscriptionArn=${arn}&Endpoint=${encodeURIComponent(endpoint)}`;
  return {
    ...head,
    subject: String(envelope.Subject ?? 'AWS Notification Message'),
    text: `${String(envelope.Message)}\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n${link}\n\nPlease do not reply directly to this email.`,
  };
}
