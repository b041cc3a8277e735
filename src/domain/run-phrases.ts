import { type Actor, TOCSIN } from './incident.ts';
import type { RunEnd, RunEvent, RunSample } from './run.ts';
import type { Part, Phrase } from './timeline.ts';

const ENDS: Readonly<Record<RunEnd, string>> = {
  done: 'is done',
  helped: 'helped',
  no_effect: 'did not help',
  worse: 'made it worse',
  unknown: 'has ended, and nobody can tell what came of it',
  failed: 'failed',
  expired: 'expired',
  cancelled: 'was cancelled',
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
      return [...approvedPhrase(event), ...because(event.reason)];
    case 'run_began':
      return [`${event.run} began.`];
    case 'run_sent':
      return [`${event.run}: the change was sent.`];
    case 'run_progressed':
      return [progressWords(event)];
    case 'run_cancel_asked':
      return [who(event.by), ` wants ${event.run} to stop.`];
    case 'run_changed':
      return [`${event.run} has made its change`, ...because(event.detail)];
    case 'run_sampled':
      return [`${event.run}: ${sampleWords(event.sample)}.`];
    case 'run_ended':
      return endedPhrase(event);
    case 'action_proposed':
      return [`Proposed: ${event.title}`, ...because(event.why)];
    case 'proposal_dismissed':
      return [who(event.by), ` does not want “${event.action}” now.`];
  }
}

/** How it came to be approved is a part of who is answerable for it. */
function approvedPhrase({ by, run, way }: Extract<RunEvent, { type: 'run_approved' }>): Phrase {
  switch (way) {
    case 'alone':
      return [who(by), ` approved ${run}, which takes one person`];
    case 'confirmed':
      return [who(by), ` approved ${run} and typed the name of what is changed`];
    case 'second':
      return [who(by), ` approved ${run} as the second person`];
    case 'break_glass':
      return ['🚨 The glass was broken: ', who(by), ` alone approved ${run}, which takes two people`];
    case 'autopilot':
      return [`The autopilot approved ${run}, as a rule of the service file has it`];
  }
}

function progressWords({ run, progress }: Extract<RunEvent, { type: 'run_progressed' }>): string {
  const share = progress?.share == null ? '' : `, ${Math.floor(progress.share * 100)} %`;
  return `${run}: ${progress?.phase ?? 'under way'}${share}.`;
}

function sampleWords({ isWell }: RunSample): string {
  if (isWell.some((one) => one === false)) return 'measured, not as it should be';
  return isWell.length > 0 && isWell.every((one) => one === true)
    ? 'measured, as it should be'
    : 'measured, and it could not be told';
}

/** Whoever ended it comes first. */
function endedPhrase({ by, run, state, why }: Extract<RunEvent, { type: 'run_ended' }>): Phrase {
  const said = because(why);
  if (by === TOCSIN) return [`${run} ${ENDS[state]}`, ...said];
  return state === 'cancelled'
    ? [who(by), ` cancelled ${run}`, ...said]
    : [`${run} ${ENDS[state]}, by `, who(by), ...said];
}

function who(by: Actor): Part {
  return by === TOCSIN ? 'Tocsin' : { person: by };
}

function because(words: string): Phrase {
  return words.trim() === '' ? ['.'] : [': ', { quote: words }];
}
