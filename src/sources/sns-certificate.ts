import { type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError, TransientError } from '../app/errors.ts';
import type { Topic } from './aws-arn.ts';
import { type CommonNames, certificateFileName, expectedCommonNames, isTrusted } from './sns-certificate-trust.ts';
import { type Refusal, refuse } from './sns-refusal.ts';

const FETCH_TIMEOUT_MS = 5_000;
const MAX_PEM_BYTES = 16 * 1024;
const MAX_CACHED = 16;
const MAX_FETCHES = 16;
const MAX_AGE_MS = 24 * 3_600_000;

export interface CertificateDeps {
  readonly now: () => number;
  readonly fetch: typeof fetch;
  /** A folder of pinned certificates, looked up by file name before anything is fetched. */
  readonly pinnedDir?: string;
  /** Replaces the expected common names of a region: a new one must not need a release. */
  readonly commonNames?: CommonNames;
}

/**
 * The public key that a message names, for a message of this topic.
 * Throws TransientError when the certificate cannot be had now, SetupError when a pinned one is not readable.
 */
export type CertificateSource = (url: string, topic: Topic) => Promise<KeyObject | Refusal>;

interface Trusted {
  readonly key: KeyObject;
  readonly until: number;
}

/** Remembers a few good certificates, asks once for each, and never remembers a failure. */
export function createCertificateSource(deps: CertificateDeps): CertificateSource {
  /** The oldest first. */
  const cache = new Map<string, Trusted>();
  let youngest = '';
  const underWay = new Map<string, Promise<Trusted | Refusal>>();

  async function load(url: string, fileName: string, topic: Topic): Promise<Trusted | Refusal> {
    const pinned = await readPinned(deps.pinnedDir, fileName);
    const certificate = pinned ?? (await fetchCertificate(deps.fetch, url));
    const now = deps.now();
    // Whoever pins a certificate vouches for whose it is; its dates and its key are checked all the same.
    const names = pinned ? null : expectedCommonNames(topic, deps.commonNames);
    if (!isTrusted(certificate, names, now)) return refuse('untrusted_certificate');

    const until = Math.min(now + MAX_AGE_MS, certificate.validToDate.getTime());
    const trusted = { key: certificate.publicKey, until };
    cache.set(url, trusted);
    youngest = url;
    const oldest = cache.keys().next().value;
    if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    return trusted;
  }

  function loadOnce(url: string, fileName: string, topic: Topic): Promise<Trusted | Refusal> {
    const known = underWay.get(url);
    if (known) return known;
    // Made-up file names must not open any number of connections.
    if (underWay.size >= MAX_FETCHES)
      throw new TransientError('too many certificates are being fetched', { cause: null });
    const loading = load(url, fileName, topic).finally(() => underWay.delete(url));
    underWay.set(url, loading);
    return loading;
  }

  return async (url, topic) => {
    const fileName = certificateFileName(url, topic);
    if (fileName === null) return refuse('bad_certificate_url');

    const cached = cache.get(url);
    if (cached && deps.now() <= cached.until) {
      if (url !== youngest) {
        cache.delete(url);
        cache.set(url, cached);
        youngest = url;
      }
      return cached.key;
    }
    cache.delete(url);
    const loaded = await loadOnce(url, fileName, topic);
    return 'key' in loaded ? loaded.key : loaded;
  };
}

async function readPinned(dir: string | undefined, fileName: string): Promise<X509Certificate | null> {
  if (dir === undefined) return null;
  try {
    return new X509Certificate(await readFile(join(dir, fileName)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SetupError(`the pinned certificate ${fileName} in SNS_CERT_DIR is not readable`, { cause: error });
  }
}

async function fetchCertificate(fetchUrl: typeof fetch, url: string): Promise<X509Certificate> {
  try {
    const response = await fetchUrl(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`answered ${response.status}`);
    }
    return new X509Certificate(await readCapped(response));
  } catch (error) {
    throw new TransientError('the signing certificate of SNS could not be fetched', { cause: error });
  }
}

async function readCapped(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_PEM_BYTES) throw new Error('longer than a certificate');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
