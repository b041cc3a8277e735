import { createHash } from 'node:crypto';

/** One-to-one up to hashing: `#` is escaped because it parts a condition from its parts, and a long tail becomes its hash. */
export function keyPart(text: string, max: number): string {
  const name = text.toWellFormed().replace(/[%#]/g, encodeURIComponent);
  if (text.length <= max) return name;
  return `${name.slice(0, max - 33).toWellFormed()}~${hashOf(text)}`;
}

/** 128 bits of SHA-256 in hex: enough that nothing is taken for another by accident or by intent. */
export function hashOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
