import { kindOf } from '../../app/errors.ts';
import { createCertificateSource } from '../../sources/sns-certificate.ts';
import { createSnsVerifier } from '../../sources/sns-verifier.ts';
import type { Recorded } from './recording.ts';

/** Whether the webhook would have believed a recorded message, as far as that can be told without fetching anything. */
export interface Belief {
  readonly verdict: 'genuine' | 'refused' | 'not checked';
  readonly why: string;
}

export interface BeliefOptions {
  /** Topics that the webhook listens to; empty: not known here. */
  readonly topicArns: readonly string[];
  /** Folder of pinned certificates. */
  readonly certDir: string | null;
}

const NOT_CHECKED = 'The webhook checks it; here it is taken at its word';

/** Checks the signature when the certificate is pinned, as of the time of the message: a recording may be old. */
export async function believe({ kind, envelope, notification }: Recorded, options: BeliefOptions): Promise<Belief> {
  const { topic, publishedAt } = notification;
  if (envelope === null) return { verdict: 'not checked', why: `A bare message has no signature. ${NOT_CHECKED}.` };
  if (options.topicArns.length > 0 && !options.topicArns.includes(topic.arn)) {
    return { verdict: 'refused', why: `The topic ${topic.arn} is not listed in SNS_TOPIC_ARNS.` };
  }
  const now = () => publishedAt;
  const fetchNothing = () => Promise.reject(new Error('a replay fetches nothing'));
  const pinned = options.certDir === null ? {} : { pinnedDir: options.certDir };
  const verifier = createSnsVerifier({
    topics: new Set([topic.arn]),
    certificates: createCertificateSource({ now, fetch: fetchNothing, ...pinned }),
    now,
  });
  try {
    const verified = await verifier.verify(envelope, {});
    if (verified.ok) return { verdict: 'genuine', why: 'The signature is that of SNS.' };
    return isScrubbed(kind, verified.code)
      ? { verdict: 'not checked', why: `The recording has no whole signature. ${NOT_CHECKED}.` }
      : { verdict: 'refused', why: `${verified.status} ${verified.code}: ${verified.reason}.` };
  } catch (error) {
    if (kindOf(error) === 'bug') throw error;
    return { verdict: 'not checked', why: `Its certificate is not in SNS_CERT_DIR. ${NOT_CHECKED}.` };
  }
}

/** Lambda does not tell all that was signed, and examples have their signatures taken out. */
function isScrubbed(kind: Recorded['kind'], code: string): boolean {
  return kind === 'Lambda record' && (code === 'bad_field' || code === 'bad_certificate_url' || code === 'bad_type');
}
