import type { Sight } from '../target.ts';

/** How long an answer may be under way, in ms: a request ends after ten seconds, a process that sent it may be slow. */
const COMES_WITHIN_MS = 2 * 60_000;

/** What was sent, cannot be seen and must not be sent twice: waited for, and then left to a person. */
export function lostOrLate(now: number, sentAt: number, subject: string): Sight {
  if (now < sentAt + COMES_WITHIN_MS) {
    return { kind: 'under_way', phase: 'Sent, and not answered yet', share: null, link: null };
  }
  const why = `It was sent once and its answer was lost. It is not sent again: it might be done twice. Look at ${subject} yourself.`;
  return { kind: 'moved', why };
}
