import type { X509Certificate } from 'node:crypto';
import { dnsSuffixOf, type Topic } from './aws-arn.ts';

const CERTIFICATE_PATH = /^\/(SimpleNotificationService-[0-9a-f]{32}\.pem)$/;

/**
 * The file name of a signing certificate when its address is exactly the one that SNS has in the topic's own region:
 * `https://sns.<region>.<suffix>/SimpleNotificationService-<32 hex>.pem` and nothing else, else null. Anything looser has
 * let attackers host their own certificate under AWS's domain.
 */
export function certificateFileName(url: string, topic: Topic): string | null {
  const suffix = dnsSuffixOf(topic.partition);
  const origin = `https://sns.${topic.region}.${suffix}`;
  if (suffix === null || !url.startsWith(origin)) return null;
  return CERTIFICATE_PATH.exec(url.slice(origin.length))?.[1] ?? null;
}

/** Common names of signing certificates by region. A region's entry replaces the built-in one. */
export type CommonNames = Readonly<Record<string, readonly string[]>>;

/** Regions whose certificates are issued to a name of their own. Source: the SNS message manager of the AWS SDK for Java 2. */
const regionsWithOwnName = new Set(
  `ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 me-south-1
   me-central-1 eu-south-1 eu-south-2 eu-central-2 af-south-1 il-central-1 ca-west-1 mx-central-1 eusc-de-east-1
   us-isof-east-1 us-isof-south-1 eu-isoe-west-1`.split(/\s+/),
);

const exceptions: CommonNames = {
  'cn-north-1': ['sns-cn-north-1.amazonaws.com.cn'],
  'cn-northwest-1': ['sns-cn-northwest-1.amazonaws.com.cn'],
  'us-gov-west-1': ['sns-us-gov-west-1.amazonaws.com'],
  'us-gov-east-1': ['sns-us-gov-west-1.amazonaws.com'],
  'us-iso-east-1': ['sns-us-iso-east-1.c2s.ic.gov'],
  'us-isob-east-1': ['sns-us-isob-east-1.sc2s.sgov.gov'],
};

/** Whom a certificate of the topic's region may be issued to. A region that is not known yet may use either scheme. */
export function expectedCommonNames(topic: Topic, overrides: CommonNames = {}): readonly string[] {
  const listed = overrides[topic.region] ?? exceptions[topic.region];
  if (listed) return listed;
  const suffix = dnsSuffixOf(topic.partition) ?? '';
  const own = `sns-signing.${topic.region}.${suffix}`;
  return regionsWithOwnName.has(topic.region) ? [own] : [`sns.${suffix}`, own];
}

/**
 * Whether a certificate may vouch for messages of the topic now: in date, an RSA key of full length, and issued to SNS of its
 * region (`commonNames`; `null` when somebody else vouches for that).
 */
export function isTrusted(certificate: X509Certificate, commonNames: readonly string[] | null, now: number): boolean {
  if (!(certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime())) return false;
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return false;
  if (commonNames === null) return true;

  const names = (certificate.subject ?? '').split('\n').filter((line) => line.startsWith('CN='));
  return names.length === 1 && commonNames.some((name) => names[0] === `CN=${name}`);
}
