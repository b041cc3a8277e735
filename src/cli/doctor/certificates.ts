import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, fine, unknown, warning, wrong } from './finding.ts';

const SOON_MS = 30 * 86_400_000;
const PINNED = /^SimpleNotificationService-[0-9a-f]{32}\.pem$/;
const NEW_ONE = 'Pin the new certificate beside it: the file that SigningCertURL of a recent message names.';

/** The pinned certificates of SNS: without one that fits, each is fetched from AWS. */
export async function checkCertificates(dir: string | undefined, now: number): Promise<Finding[]> {
  if (dir === undefined) return [];
  try {
    const files = (await readdir(dir)).filter((file) => PINNED.test(file));
    if (files.length === 0) {
      const name = 'SimpleNotificationService-….pem';
      return [warning('SNS_CERT_DIR has no certificate', `Put ${name} there, or leave SNS_CERT_DIR out.`)];
    }
    return await Promise.all(files.map((file) => checkCertificate(join(dir, file), file, now)));
  } catch {
    return [wrong('SNS_CERT_DIR cannot be read', 'Check that the folder is there and that this user may read it.')];
  }
}

async function checkCertificate(path: string, file: string, now: number): Promise<Finding> {
  try {
    const until = new X509Certificate(await readFile(path)).validToDate.getTime();
    const day = new Date(until).toISOString().slice(0, 10);
    if (until < now) return wrong(`${file} is out of date since ${day}`, NEW_ONE);
    if (until - now < SOON_MS) return warning(`${file} is good until ${day} only`, NEW_ONE);
    return fine(`${file} is good until ${day}`);
  } catch (error) {
    const isForbidden = error instanceof Error && 'code' in error && error.code === 'EACCES';
    return isForbidden
      ? unknown(`what ${file} holds`, 'Let this user read it.')
      : wrong(`${file} is not a certificate`, 'Copy it again, in PEM form.');
  }
}
