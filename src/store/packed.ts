import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Never the first letter of JSON, which begins with a brace here. */
const PACKED = 'b';
/** Before it was kept as bytes, what was packed was kept in base64. */
const PACKED_AS_TEXT = 'z';

/** Text as bytes of which there are fewer: the letter `b` and deflated UTF-8. A tenth of a millisecond for 3 KB, which become 1 KB. */
export function packed(text: string): Buffer {
  return Buffer.concat([Buffer.from(PACKED), deflateRawSync(text)]);
}

/** Reads what `packed` has written, and text that begins with a brace. */
export function unpacked(stored: Buffer): string {
  switch (stored.toString('latin1', 0, 1)) {
    case PACKED:
      return inflateRawSync(stored.subarray(1)).toString();
    case PACKED_AS_TEXT:
      return inflateRawSync(Buffer.from(stored.toString('latin1', 1), 'base64')).toString();
    default:
      return stored.toString();
  }
}
