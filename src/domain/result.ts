/** An expected "no". It is shown to the person who asked and is never logged as an error. */
export interface Rejection {
  readonly code: RejectionCode;
  /** What was refused and why, in a sentence. Plain text: it is escaped where it is shown. */
  readonly message: string;
  /** What to do instead. */
  readonly hint?: string;
}

export type RejectionCode =
  | 'already_resolved'
  | 'already_yours'
  | 'bad_input'
  | 'changed_since_seen'
  | 'not_allowed'
  | 'not_found'
  | 'not_open'
  | 'nothing_to_do';

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function reject(code: RejectionCode, message: string, hint?: string): Result<never> {
  return { ok: false, rejection: hint === undefined ? { code, message } : { code, message, hint } };
}
