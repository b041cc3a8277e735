/** A number in E.164: at most 15 digits after the plus, the first of which is no zero. https://www.itu.int/rec/T-REC-E.164 */
const E164 = /^\+[1-9]\d{6,14}$/;

/** A number as a person types it, with spaces, dashes, brackets or a leading 00, in E.164; `null` when it is none. */
export function readPhone(typed: string): string | null {
  const bare = typed
    .normalize('NFKC')
    .replace(/^tel:/i, '')
    .replace(/\(0\)/g, '') // +49 (0) 151: the zero is for calls from inside
    .replace(/[\s().\-‐-―/\u200b-\u200f\u202a-\u202e\u2060-\u2069]/g, '')
    .replace(/^00/, '+');
  return E164.test(bare) ? bare : null;
}

/** `+49…78`: enough for its owner to know it, in logs, too. */
export function masked(phone: string): string {
  return `${phone.slice(0, 3)}…${phone.slice(-2)}`;
}
