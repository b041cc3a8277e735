import type { Actor } from '../domain/incident.ts';
import type { Result } from '../domain/result.ts';

/** How one person is reached outside of Slack. */
export interface Contact {
  /** In E.164, `+4915112345678`; `null` while none is confirmed. Shown with all but its last two digits hidden. */
  readonly phone: string | null;
}

/** What people tell Tocsin about themselves; nobody sees or changes that of another. */
export interface Contacts {
  of(person: Actor): Promise<Contact>;
  /** Sends a code of six digits by SMS to the number, good for ten minutes and five tries. Refuses what is no number, and too many codes. */
  askCode(person: Actor, phone: string): Promise<Result<true>>;
  /** Keeps the number that the code was sent to. Refuses a wrong or an old code. */
  confirm(person: Actor, code: string): Promise<Result<Contact>>;
  forget(person: Actor): Promise<void>;
}
