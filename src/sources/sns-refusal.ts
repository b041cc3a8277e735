/** Why a message is refused: a status for the sender, and static words that are safe to log. */
export interface Refusal {
  readonly ok: false;
  readonly status: 400 | 403 | 413 | 503;
  readonly code: RefusalCode;
  readonly reason: string;
}

const refusals = {
  too_large: [413, 'the body is larger than SNS ever sends'],
  raw_delivery: [
    403,
    'the subscription uses raw message delivery, which carries no signature: set RawMessageDelivery to false on it',
  ],
  not_json: [400, 'the body is not a JSON object'],
  bad_type: [400, 'Type is not one of the three that SNS sends'],
  bad_field: [400, 'a field is missing or does not look as SNS writes it'],
  unknown_topic: [403, 'the topic is not listed in SNS_TOPIC_ARNS'],
  bad_certificate_url: [403, "the certificate's address is not the one of the topic's own region"],
  untrusted_certificate: [403, 'the certificate is out of date or was not issued to SNS in the region of the topic'],
  bad_signature: [403, 'the signature does not match'],
  too_old: [403, 'the message is genuine but older than any retry of SNS: it may be a replay'],
  from_the_future: [503, 'the message is genuine but newer than the clock here allows: set the clock of this machine'],
} as const satisfies Record<string, readonly [Refusal['status'], string]>;

export type RefusalCode = keyof typeof refusals;

/** Every code that a refusal may have: label values for a counter. */
export const refusalCodes = Object.keys(refusals);

export function refuse(code: RefusalCode): Refusal {
  const [status, reason] = refusals[code];
  return { ok: false, status, code, reason };
}
