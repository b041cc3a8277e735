import type { IncomingMessage } from 'node:http';

/** The bytes of a request, or why there are none: more than `limit` of them, or a sender that went away. It never throws. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too_large' | 'cut_off'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    if (Number(request.headers['content-length']) > limit) return resolve('too_large');
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) resolve('too_large');
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', () => resolve('cut_off'));
  });
}
