import type { DeadlineEvent } from './deadline.ts';
import type { DropReason, EscalationEvent, PageFailed } from './escalation-events.ts';
import type { Actor } from './incident.ts';
import type { PageWay } from './page.ts';
import { type Target, targetKey } from './policy.ts';
import type { Part, Phrase } from './timeline.ts';

/** A target in a sentence: `@senior`, a person, `the channel`. Roles and rotations are people only when somebody is told. */
export function targetPhrase(target: Target): Part {
  return keyPhrase(targetKey(target));
}

/** The same from the key of a target, which is what events about a page name. */
export function keyPhrase(key: string): Part {
  const [kind = '', name = ''] = key.split(/:(.*)/s);
  switch (kind) {
    case 'person':
      return { person: name };
    case 'channel':
      return name === '' ? 'the channel' : { channel: name };
    case 'group':
      return name.startsWith('!') ? `@${name.slice(1)}` : { group: name };
    case 'stakeholders':
      return 'all stakeholders';
    default:
      return `@${name}`;
  }
}

/** Several targets: `@senior, @manager and the channel`. */
export function targetsPhrase(targets: readonly Target[]): Phrase {
  return targets.flatMap((target, i): Part[] => {
    if (i === 0) return [targetPhrase(target)];
    return [i === targets.length - 1 ? ' and ' : ', ', targetPhrase(target)];
  });
}

/** How somebody is told, as the end of a sentence. */
export const WAY_WORDS: Readonly<Record<PageWay['kind'], string>> = {
  mention: 'by a mention in the channel',
  dm: 'by direct message',
  sms: 'by SMS',
  call: 'by a call',
  mail: 'by mail',
  sns: 'by an SNS topic',
  pagerduty: 'by PagerDuty',
  webhook: 'by a webhook',
  post: 'by a message',
};

/** The level of a page, from its id. */
export function levelOf(page: string): string {
  const step = page.split('/').slice(3, -1).join('/');
  return step.slice(0, step.lastIndexOf('.'));
}

const DROPPED: Readonly<Record<DropReason, string>> = {
  over: 'the incident is over',
  ended: 'what ends the step has come',
  not_called_for: 'it is not called for any more',
};

/** What happened to the escalation, as a sentence. */
export function escalationPhrase(event: EscalationEvent): Phrase {
  switch (event.type) {
    case 'page_due':
      return [`${event.level} is told${event.repeat > 0 ? ' again' : ''}: `, ...targetsPhrase(event.notify), '.'];
    case 'page_passed':
      return [`${event.level} is told by another page, or has it already.`];
    case 'page_sent':
      return [`${levelOf(event.page)}: `, keyPhrase(event.target), ' was told.'];
    case 'page_failed':
      return failedPhrase(event);
    case 'page_dropped':
      return [`${levelOf(event.page)} is not told: ${DROPPED[event.why]}.`];
    case 'asked_owner':
      return [{ person: event.owner }, ' was asked how it goes.'];
    case 'confirmed':
      return [{ person: event.by }, ' is on it.'];
    case 'unacknowledged':
      return lostPhrase(event);
    case 'snoozed':
      return [{ person: event.by }, ' snoozed it until ', { time: event.until }, '.'];
    case 'snooze_ended':
      return [{ person: event.by }, ' ended the snooze.'];
    case 'value_held':
      return [
        event.since === null ? `It is not so any more that ${event.condition}.` : `It is so that ${event.condition}.`,
      ];
    case 'escalated':
      return [{ person: event.by }, ` escalated to ${event.level}: `, { quote: event.reason }];
  }
}

function failedPhrase({ page, target, why, isLast, isOwner }: PageFailed): Phrase {
  const whom = [`${levelOf(page)}: `, keyPhrase(target)];
  if (isOwner) return [...whom, ' has it already.'];
  return [...whom, ' could not be told: ', why, isLast ? '. Nothing is left to try.' : '. The next way is tried.'];
}

function lostPhrase({ by, owner, why }: Extract<EscalationEvent, { type: 'unacknowledged' }>): Phrase {
  if (why === 'by_hand') return [{ person: by }, ' gave it back: nobody has it, and escalation begins anew.'];
  const who: Part = owner === null ? 'The owner' : { person: owner };
  return [who, ' did not answer: nobody has it, and escalation begins anew.'];
}

/** What happened to a deadline, as a sentence. */
export function deadlinePhrase(event: DeadlineEvent): Phrase {
  switch (event.type) {
    case 'deadline_set':
      return [
        `Follow-up ${event.id}: `,
        { quote: event.text },
        ' is due ',
        { time: event.due },
        ...holder(event.owner),
      ];
    case 'deadline_changed':
      return [
        { person: event.by },
        ` changed follow-up ${event.id}: `,
        ...(event.text === undefined ? [] : [{ quote: event.text }, ' ']),
        'due ',
        { time: event.due },
        ...holder(event.owner),
      ];
    case 'deadline_done':
      return [
        { person: event.by },
        event.isDone ? ` did follow-up ${event.id}.` : ` opened follow-up ${event.id} again.`,
      ];
    case 'deadline_reminded':
      return [event.to === null ? 'The channel' : { person: event.to }, ` was reminded of follow-up ${event.id}.`];
  }
}

function holder(owner: Actor | null): Phrase {
  return owner === null ? [', and nobody has it.'] : [', by ', { person: owner }, '.'];
}
