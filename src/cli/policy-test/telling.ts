import type { Target, Way } from '../../domain/policy.ts';
import type { Telling } from './story.ts';

/** What `lineOf` writes: a time since the beginning, and words. */
export const EXPECTED_LINE = /^\d+:[0-5]\d(?::[0-5]\d)? \S.*$/;

/** One line for what somebody is told: `0:15 L2 senior by dm`. */
export function lineOf(event: Telling, from: number): string {
  return `${elapsedText(event.at - from)} ${wordsOf(event)}`;
}

/** `0:15`, `63:00`; with seconds where there are some. */
export function elapsedText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (number: number) => String(number).padStart(2, '0');
  const rest = seconds % 60 === 0 ? '' : `:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}${rest}`;
}

function wordsOf(event: Telling): string {
  if (event.type === 'asked_owner') return `${event.owner} is asked`;
  if (event.type === 'unacknowledged') {
    return `${event.owner ?? 'the owner'} ${event.why === 'by_hand' ? 'gives it back' : 'has it no more'}`;
  }
  const again = event.repeat > 0 ? ' again' : '';
  const except = event.except === null ? '' : ` but not ${event.except}`;
  return `${event.level}${again} ${whoWords(event.notify)}${byWords(event)}${except}`;
}

/** By the first way; the others are for when it fails. A channel is posted to. */
function byWords({ notify, via }: Extract<Telling, { type: 'page_due' }>): string {
  const channels = notify.filter(({ kind }) => kind === 'channel').map(nameOf);
  if (channels.length === notify.length) return '';
  const [first] = via;
  return `${first ? ` by ${wayWords(first)}` : ''}${channels.map((name) => ` and ${name}`).join('')}`;
}

function whoWords(notify: readonly Target[]): string {
  const people = notify.filter(({ kind }) => kind !== 'channel');
  return (people.length > 0 ? people : notify).map(nameOf).join(', ');
}

/** A target as the policy names it. */
export function nameOf(target: Target): string {
  switch (target.kind) {
    case 'person':
      return target.user;
    case 'role':
      return target.role;
    case 'rotation':
      return target.rotation;
    case 'group':
      return target.group ?? `!${target.alias}`;
    case 'channel':
      return target.channel ?? 'the channel';
    case 'stakeholders':
      return 'all stakeholders';
  }
}

/** A way in one word: an address is not repeated. */
export function wayWords({ kind }: Way): string {
  return kind;
}
