import { randomUUID } from 'node:crypto';
import { invalidParameter } from './aws-error.ts';
import type { MessageAttributes } from './filter-policy.ts';

/** A text message as a carrier gets it. */
export interface Sms {
  readonly number: string;
  readonly from: string;
  readonly text: string;
  /** An opted-out number gets nothing, though SNS takes the message and charges for nothing. */
  readonly state: 'delivered' | 'opted out';
}

/** SNS's text messages: who wants none, and the carrier. Throws `AwsError` where SNS says no. */
export interface SmsService {
  /** Answers the message id, also for a number that has opted out. */
  send(number: string, text: string, attributes?: MessageAttributes): string;
  isOptedOut(number: string): boolean;
  optedOut(): readonly string[];
  /** As its owner does by answering STOP. */
  optOut(number: string): void;
  optIn(number: string): void;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html: 1,600 characters for one publication. */
const MOST_CHARACTERS = 1600;
/** What a message without a sender's name comes from: the account's own number. */
const ORIGIN = '+18335550100';
const SENDER = 'AWS.SNS.SMS.SenderID';
const KIND = 'AWS.SNS.SMS.SMSType';
const PRICE = 'AWS.SNS.SMS.MaxPrice';

/**
 * A publication to a number that has opted out succeeds, and the carrier's report says that it failed: so it was seen with SNS
 * (github.com/cds-snc/notification-api/pull/2207). `CheckIfPhoneNumberIsOptedOut` tells it before.
 */
export function createSmsService(toCarrier: (sms: Sms) => void): SmsService {
  const optedOut = new Set<string>();
  return {
    send: (number, text, attributes = {}) => {
      checkNumber(number);
      if (text.length > MOST_CHARACTERS) throw invalidParameter('Message too long');
      const from = senderOf(attributes);
      toCarrier({ number, from, text, state: optedOut.has(number) ? 'opted out' : 'delivered' });
      return randomUUID();
    },
    isOptedOut: (number) => optedOut.has(checkNumber(number)),
    optedOut: () => [...optedOut],
    optOut: (number) => void optedOut.add(checkNumber(number)),
    optIn: (number) => void optedOut.delete(checkNumber(number)),
  };
}

/** The number, which must be E.164. */
export function checkNumber(number: string): string {
  if (!/^\+[1-9]\d{1,14}$/.test(number))
    throw invalidParameter(`PhoneNumber Reason: ${number} is not valid to publish to`);
  return number;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
function senderOf(attributes: MessageAttributes): string {
  const kind = attributes[KIND]?.Value ?? 'Promotional';
  if (kind !== 'Promotional' && kind !== 'Transactional') throw invalidParameter(`${KIND} Reason: ${kind} is invalid`);
  const price = attributes[PRICE];
  if (price !== undefined && !(price.Type === 'Number' && Number(price.Value) >= 0))
    throw invalidParameter(`${PRICE} Reason: must be a Number`);
  const sender = attributes[SENDER]?.Value;
  if (sender !== undefined && !/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(sender))
    throw invalidParameter(`${SENDER} Reason: ${sender} is invalid`);
  return sender ?? ORIGIN;
}
