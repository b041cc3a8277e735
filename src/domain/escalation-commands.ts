import { escalateByHand } from './escalation-by-hand.ts';
import type { DropReason } from './escalation-events.ts';
import { isHeldBy } from './escalation-hold.ts';
import { situationOf } from './escalation-situation.ts';
import { type Actor, type Incident, type IncidentEvent, isOver } from './incident.ts';
import { isLastAttempt, nextAttempt, type Page } from './page.ts';
import { conditionKey, targetKey, type ValueCondition } from './policy.ts';
import { ok, type Result, reject } from './result.ts';

/** What a person wants of the escalation. */
export type EscalationCommand =
  /** The owner says that they are on it. */
  | { readonly type: 'confirm'; readonly by: Actor }
  /** The owner has it no more, and its paths begin anew. */
  | { readonly type: 'give_back'; readonly by: Actor }
  /** Nobody is paged or asked for so long. Whoever puts off what nobody has, has it. */
  | { readonly type: 'snooze'; readonly by: Actor; readonly forMs: number }
  | { readonly type: 'end_snooze'; readonly by: Actor }
  /** The next level is told now. */
  | { readonly type: 'escalate'; readonly by: Actor; readonly reason: string };

/** What whoever sends pages found out. What is about a page that is not on its way any more changes nothing. */
export type PageCommand =
  | { readonly type: 'page_sent'; readonly page: string; readonly target: string; readonly way: number }
  | {
      readonly type: 'page_failed';
      readonly page: string;
      readonly target: string;
      readonly way: number;
      /** For people, without secrets: `the channel is archived`. */
      readonly why: string;
      /** Whether the way may work another time. */
      readonly isUsable: boolean;
      /** Whoever is meant has the incident. */
      readonly isOwner?: true;
    }
  | { readonly type: 'page_dropped'; readonly page: string; readonly why: DropReason }
  /** Whether a condition is true of its value now. */
  | { readonly type: 'hold_value'; readonly condition: ValueCondition; readonly isTrue: boolean };

/** Longer than that is a decision about the alarm, not about tonight. */
export const LONGEST_SNOOZE_MS = 24 * 3_600_000;

/** What a person's command about the escalation causes, or why it is refused. */
export function decideEscalation(incident: Incident, command: EscalationCommand, now: number): Result<IncidentEvent[]> {
  const { id } = incident;
  if (isOver(incident))
    return reject('already_resolved', `${id} is over.`, `If it is not, reopen it: /incident reopen ${id}`);
  switch (command.type) {
    case 'confirm':
      return isOwner(incident, command.by, () => ok([{ type: 'confirmed', at: now, by: command.by }]));
    case 'give_back':
      if (incident.status === 'mitigated') {
        return reject(
          'nothing_to_do',
          `The impact of ${id} is over, so nobody would be called to it.`,
          `Hand it over instead: /incident assign ${id} @somebody`,
        );
      }
      return isOwner(incident, command.by, () =>
        ok([{ type: 'unacknowledged', at: now, by: command.by, owner: command.by, why: 'by_hand' }]),
      );
    case 'snooze':
      return snooze(incident, command, now);
    case 'end_snooze':
      if (!isSnoozed(incident, now)) return reject('nothing_to_do', `${id} is not snoozed.`);
      return ok([{ type: 'snooze_ended', at: now, by: command.by }]);
    case 'escalate':
      return escalate(incident, command, now);
  }
}

/** Only the owner speaks for the owner. */
function isOwner(
  { id, owner, status }: Incident,
  by: Actor,
  then: () => Result<IncidentEvent[]>,
): Result<IncidentEvent[]> {
  if (status === 'triggered' || owner === null) {
    return reject('nothing_to_do', `Nobody has ${id}.`, `To have it: /incident ack ${id}`);
  }
  if (owner === by) return then();
  return reject(
    'not_allowed',
    `Only <@${owner}>, who has ${id}, can say that.`,
    `To take it over: /incident assign ${id} me`,
  );
}

function snooze(
  incident: Incident,
  { by, forMs }: Extract<EscalationCommand, { type: 'snooze' }>,
  now: number,
): Result<IncidentEvent[]> {
  const { id, status, escalation } = incident;
  if (!escalation) {
    return reject(
      'nothing_to_do',
      `${id} pages nobody, so there is nothing to put off.`,
      `To keep its alarms quiet: /incident silence ${id} 1h`,
    );
  }
  if (!(forMs >= 60_000 && forMs <= LONGEST_SNOOZE_MS)) {
    return reject('bad_input', 'A snooze lasts a minute to a day.', `For example: /incident snooze ${id} 30m`);
  }
  const takes: IncidentEvent[] = status === 'triggered' ? [{ type: 'acknowledged', at: now, by }] : [];
  return ok([...takes, { type: 'snoozed', at: now, by, until: now + forMs }]);
}

function isSnoozed({ escalation }: Incident, now: number): boolean {
  return escalation !== null && isHeldBy(escalation.state, 'snooze', now);
}

function escalate(
  incident: Incident,
  { by, reason }: Extract<EscalationCommand, { type: 'escalate' }>,
  now: number,
): Result<IncidentEvent[]> {
  const { id, service, escalation } = incident;
  const why = reason.trim();
  if (why === '')
    return reject('bad_input', 'Say in a few words why it needs more people.', `/incident escalate ${id} why`);
  if (!escalation) {
    return reject(
      'nothing_to_do',
      `${id} has no escalation policy, so there is nobody to escalate to.`,
      `Mention people in its thread, or hand it over: /incident assign ${id} @somebody. For the next time, write \`escalation\` into services/${service}.yml.`,
    );
  }
  const { policy, state } = escalation;
  return escalateByHand(policy, state, situationOf(incident, policy), { by, reason: why }, now);
}

/** What became of a page, or of a value that steps ask for. */
export function decidePage({ escalation }: Incident, command: PageCommand, now: number): IncidentEvent[] {
  if (!escalation) return [];
  const { state } = escalation;
  if (command.type === 'hold_value') {
    const condition = conditionKey(command.condition);
    const isHeld = state.held[condition] !== undefined;
    return isHeld === command.isTrue
      ? []
      : [{ type: 'value_held', at: now, condition, since: command.isTrue ? now : null }];
  }
  const page = state.pages.find(({ id }) => id === command.page);
  if (!page || isKnown(page, command, now)) return [];
  if (command.type === 'page_failed') {
    const attempt = { way: command.way, at: now, isUsable: command.isUsable };
    return [{ ...command, at: now, isLast: isLastAttempt(page, command.target, attempt) }];
  }
  return [{ ...command, at: now }];
}

/** Whether it is written down already, by whoever tried it at the same time or whose answer was lost. */
function isKnown(page: Page, command: Exclude<PageCommand, { type: 'hold_value' }>, now: number): boolean {
  if (command.type === 'page_dropped') return false;
  const delivery = page.deliveries.find(({ target }) => targetKey(target) === command.target);
  if (!delivery || delivery.isSent) return true;
  const next = nextAttempt(page, delivery);
  const isNext = next.kind === 'send' && next.way === command.way && next.at <= now;
  return command.type === 'page_failed' && !isNext;
}
