import 'reflect-metadata';
import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';

/** The key that the stand-in signs with, and the certificate that proves it. */
export interface SigningIdentity {
  readonly privateKey: KeyObject;
  readonly certificatePem: string;
  /** `SimpleNotificationService-<32 hex>.pem`, the last part of every `SigningCertURL`. */
  readonly certificateName: string;
  readonly region: string;
}

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;

const DAY = 86_400_000;

/**
 * Makes a fresh RSA key and a self-signed certificate that is valid from an hour ago for thirteen months,
 * as SNS's own are: a clock that is moved ahead must not outlive it. `commonName` is
 * SNS's signing name in the region: `sns.amazonaws.com` in the older ones.
 */
export async function createSigningIdentity(options: {
  readonly region: string;
  readonly now: () => number;
  readonly commonName?: string;
}): Promise<SigningIdentity> {
  const { region, commonName = 'sns.amazonaws.com' } = options;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${commonName}`,
      notBefore: new Date(options.now() - DAY / 24),
      notAfter: new Date(options.now() + 395 * DAY),
      signingAlgorithm: ALGORITHM,
      keys,
    },
    crypto,
  );
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const certificatePem = `${certificate.toString('pem').trim()}\n`;
  const digest = createHash('sha256').update(certificatePem).digest('hex').slice(0, 32);
  return {
    privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
    certificatePem,
    certificateName: `SimpleNotificationService-${digest}.pem`,
    region,
  };
}

/** Writes the certificate where a reader that pins certificates looks for it; returns the file's path. */
export async function writeCertificate(identity: SigningIdentity, dir: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, identity.certificateName);
  await writeFile(path, identity.certificatePem);
  return path;
}
