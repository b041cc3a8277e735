import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Json } from './json.ts';
import { isJson, parseJson } from './json.ts';

/** Lets the routes of this plugin see bodies as bytes, whatever their type says. */
export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** The bytes of a body; empty when there was none. */
export function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** A JSON or form body as an object, with the query's values below it. */
export function argumentsOf(request: FastifyRequest): Json {
  const text = bytesOf(request).toString('utf8');
  const query = isJson(request.query) ? request.query : {};
  if ((request.headers['content-type'] ?? '').includes('json')) {
    const parsed = parseJson(text);
    return { ...query, ...(isJson(parsed) ? parsed : {}) };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(text)) };
}

/** The content of the first file in a multipart body, or the whole body when it is none. */
export function fileBytesOf(request: FastifyRequest): Buffer {
  const body = bytesOf(request);
  const boundary = /multipart\/form-data;.*boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return body;
  const start = body.indexOf('\r\n\r\n') + 4;
  const end = body.indexOf(`\r\n--${boundary}`, start);
  return start < 4 || end < 0 ? Buffer.alloc(0) : body.subarray(start, end);
}
