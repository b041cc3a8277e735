import type { Actor } from './incident.ts';
import { type Target, targetKey, type Way } from './policy.ts';

/** One time at which a step tells its people; sent once, whoever sends it. Times are epoch ms. */
export interface Page {
  /** `INC-7/1/page/L2.1/0`: incident, round, step, repeat. */
  readonly id: string;
  readonly step: string;
  readonly level: string;
  readonly repeat: number;
  /** When it was decided. */
  readonly at: number;
  readonly via: readonly Way[];
  readonly deliveries: readonly Delivery[];
  /** Who is left out, whichever role they are found in: the owner, who knows already. */
  readonly except: Actor | null;
  /** Asked for by a person, so that no acknowledgement takes it back. */
  readonly isByHand: boolean;
}

/** A page on its way to one of its targets. */
export interface Delivery {
  readonly target: Target;
  readonly attempts: readonly Attempt[];
  readonly isSent: boolean;
}

/** What did not reach them. */
export interface Attempt {
  /** Its place in the ways of the target, see `waysTo`. */
  readonly way: number;
  readonly at: number;
  /** Whether it may work another time: a missing phone number will not, a busy Slack will. */
  readonly isUsable: boolean;
}

/** `post` is a message to a channel, the only way to one. */
export type PageWay = Way | { readonly kind: 'post' };

/** What to do for one target now. */
export type NextAttempt =
  | { readonly kind: 'send'; readonly way: number; readonly at: number }
  | { readonly kind: 'sent' }
  /** No way has worked, or will. */
  | { readonly kind: 'given_up' };

/** Every way is tried once, then again after each of these waits, in ms. */
const WAITS = [30_000, 120_000] as const;

const POST: readonly PageWay[] = [{ kind: 'post' }];

/** The id of a page: the same for everyone who decides it. */
export function pageId(incident: string, round: number, step: string, repeat: number): string {
  return `${incident}/${round}/${step}/${repeat}`;
}

/** The id of one target of a page, `INC-7/1/page/L2.1/0 role:senior`. */
export function deliveryId({ id }: Pick<Page, 'id'>, { target }: Pick<Delivery, 'target'>): string {
  return `${id} ${targetKey(target)}`;
}

/** What `deliveryId` was made of; the key of a target has no space. */
export function readDeliveryId(id: string): {
  readonly incident: string;
  readonly page: string;
  readonly target: string;
} {
  const end = id.lastIndexOf(' ');
  const page = id.slice(0, end);
  return { incident: page.slice(0, page.indexOf('/')), page, target: id.slice(end + 1) };
}

/** The ways to a target, the first one first. */
export function waysTo({ via }: Pick<Page, 'via'>, { target }: Pick<Delivery, 'target'>): readonly PageWay[] {
  return target.kind === 'channel' ? POST : via;
}

/** The next way after one that failed comes at once; the first one again after a wait. */
export function nextAttempt(page: Pick<Page, 'via' | 'at'>, delivery: Delivery): NextAttempt {
  const { attempts, isSent } = delivery;
  if (isSent) return { kind: 'sent' };
  const usable = waysTo(page, delivery)
    .map((_, way) => ({ way, tries: attempts.filter((attempt) => attempt.way === way).length }))
    .filter(({ way }) => attempts.every((attempt) => attempt.way !== way || attempt.isUsable));
  const fewest = Math.min(...usable.map(({ tries }) => tries));
  const next = usable.find(({ tries }) => tries === fewest);
  if (!next || fewest > WAITS.length) return { kind: 'given_up' };

  const isNewPass = fewest > 0 && usable.every(({ tries }) => tries === fewest);
  const wait = isNewPass ? (WAITS[fewest - 1] ?? 0) : 0;
  return { kind: 'send', way: next.way, at: (attempts.at(-1)?.at ?? page.at) + wait };
}

/** Whether nothing is left to try for a target (by its key) when this attempt has failed too: then nobody was told. */
export function isLastAttempt(page: Page, target: string, attempt: Attempt): boolean {
  const failed = withFailure(page, target, attempt);
  return failed.deliveries.some(
    (one) => targetKey(one.target) === target && nextAttempt(failed, one).kind === 'given_up',
  );
}

/** When the next attempt of a page is due, epoch ms; `null` when nothing is left to try. */
export function nextAttemptAt(page: Page): number | null {
  const times = page.deliveries.map((delivery) => nextAttempt(page, delivery)).filter((next) => next.kind === 'send');
  return times.length > 0 ? Math.min(...times.map(({ at }) => at)) : null;
}

/** Whether nobody and nothing was reached by it so far. */
export function isUnsent({ deliveries }: Pick<Page, 'deliveries'>): boolean {
  return deliveries.every(({ isSent }) => !isSent);
}

/** The page after one of its targets (by its key) was reached. */
export function withSent(page: Page, target: string): Page {
  return changed(page, target, (delivery) => ({ ...delivery, isSent: true }));
}

/** The page after one attempt failed. */
export function withFailure(page: Page, target: string, attempt: Attempt): Page {
  return changed(page, target, (delivery) => ({ ...delivery, attempts: [...delivery.attempts, attempt] }));
}

function changed(page: Page, target: string, change: (delivery: Delivery) => Delivery): Page {
  const deliveries = page.deliveries.map((one) => (targetKey(one.target) === target ? change(one) : one));
  return { ...page, deliveries };
}
