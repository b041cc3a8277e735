import type { KnownBlock } from '@slack/types';
import type { Logger } from 'pino';
import { failureOf } from './errors.ts';

interface Sent {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/**
 * Sends a message, and when Slack refuses it less of it: first without pictures (one may not be ready, or be gone), then its text
 * alone. Throws what Slack says to the last of them, and at once whatever is no refusal.
 */
export async function sendOrLess<T>(
  { text, blocks }: Sent,
  send: (message: Sent) => Promise<T>,
  log: Pick<Logger, 'error'>,
  about: Readonly<Record<string, string>>,
): Promise<T> {
  const withoutPictures = blocks.filter(({ type }) => type !== 'image');
  const versions = [blocks, withoutPictures, []].filter(
    (one, i, all) => i === 0 || one.length < (all[i - 1]?.length ?? 0),
  );
  const last = versions.length - 1;
  for (const [i, version] of versions.entries()) {
    try {
      return await send({ text, blocks: version });
    } catch (error) {
      const failure = failureOf(error);
      if (failure?.kind !== 'refused' || i === last) throw error;
      const less = versions[i + 1]?.length ? 'leaving out the pictures' : 'sending the text alone';
      log.error({ err: error, code: failure.code, ...about }, `Slack refused our blocks, ${less}`);
    }
  }
  throw new Error('there is always a last version, which is sent or throws');
}
