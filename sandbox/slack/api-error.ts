import type { Json } from './json.ts';

/** An `{ok: false}` answer of the Web API. `code` is Slack's own word; `extra` are further fields of the answer. */
export class ApiError extends Error {
  readonly code: string;
  readonly extra: Json;

  constructor(code: string, extra: Json = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.extra = extra;
  }
}
