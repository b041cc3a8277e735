import { createHmac } from 'node:crypto';

export interface Signing {
  readonly secret: string;
  readonly body: string;
  /** The same for a repetition: the receiver does it once. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The headers by which a receiver knows that a request is from Tocsin, from now and not done yet: docs/paging.md describes them. */
export function signedHeaders({ secret, body, id, at }: Signing): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  return {
    'x-tocsin-timestamp': timestamp,
    'x-tocsin-signature': `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
    'idempotency-key': inHeader(id),
  };
}

/** Names may be in any script, headers may not. */
export function inHeader(text: string): string {
  return text.toWellFormed().replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
