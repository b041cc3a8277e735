import { type Actor, TOCSIN } from './incident.ts';
import type { ApprovalWay, RunEnd, RunEvent } from './run.ts';
import type { Part, Phrase } from './timeline.ts';

const WAYS: Readonly<Record<ApprovalWay, string>> = {
  alone: ' approved ',
  confirmed: ' confirmed ',
  second: ' approved ',
  break_glass: ' broke the glass for ',
  autopilot: ' approved ',
};

export const END_WORDS: Readonly<Record<RunEnd, string>> = {
  done: 'done',
  helped: 'it helped',
  no_effect: 'it did not help',
  worse: 'it is worse than before',
  unknown: 'nobody can tell',
  failed: 'it failed',
  expired: 'it expired',
  cancelled: 'cancelled',
};

/** An event of a run as a plain sentence. */
export function runPhrase(event: RunEvent): Phrase {
  switch (event.type) {
    case 'run_planned':
      return [
        who(event.by),
        ` planned ${event.run}: ${event.plan.title}, ${event.plan.subject} from ${event.plan.current} to ${event.plan.target}`,
        ...because(event.reason),
      ];
    case 'run_approved':
      return [who(event.by), `${WAYS[event.way]}${event.run}`, ...because(event.reason)];
    case 'run_began':
      return [`${event.run} began.`];
    case 'run_sent':
      return [`${event.run}: the change was sent.`];
    case 'run_progressed':
      return [`${event.run}: ${event.progress?.phase ?? 'under way'}.`];
    case 'run_cancel_asked':
      return [who(event.by), ` wants ${event.run} to stop.`];
    case 'run_changed':
      return [`${event.run} is through: ${event.detail}`];
    case 'run_sampled':
      return [`${event.run}: measured.`];
    case 'run_ended':
      return [
        `${event.run} has ended: ${END_WORDS[event.state]}`,
        ...(event.by === TOCSIN ? [] : [', by ', who(event.by)]),
        ...because(event.why),
      ];
    case 'action_proposed':
      return [`Proposed: ${event.title}`, ...because(event.why)];
    case 'proposal_dismissed':
      return [who(event.by), ` does not want ${event.action} now.`];
  }
}

function who(by: Actor): Part {
  return by === TOCSIN ? 'Tocsin' : { person: by };
}

function because(words: string): Phrase {
  return words.trim() === '' ? ['.'] : [': ', { quote: words }];
}
