import { elapsed } from '../src/domain/escalation-clock.ts';
import { type Coming, comingOf, type Waiting } from '../src/domain/escalation-outlook.ts';
import { keyPhrase, WAY_WORDS } from '../src/domain/escalation-phrases.ts';
import { situationOf } from '../src/domain/escalation-situation.ts';
import type { Incident } from '../src/domain/incident.ts';
import type { Page, PageWay } from '../src/domain/page.ts';
import { type Target, targetKey, type Until, type ValueCondition } from '../src/domain/policy.ts';
import { oneLine } from './foreign-text.ts';
import { type Mrkdwn, md, roughly, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { quantityWords } from './measurement-words.ts';

/** What comes next of the escalation as it is at `now` (epoch ms), the soonest first. */
export function comingFor(incident: Incident, now: number): Coming[] {
  if (!incident.escalation) return [];
  const { policy, state } = incident.escalation;
  return comingOf(policy, state, situationOf(incident, policy), now);
}

/**
 * Who is told, without a mention: what a card says of the next level must wake nobody before its time. `@senior and the channel`.
 */
export function quietTargets(targets: readonly Target[]): string {
  const people = targets.filter(({ kind }) => kind === 'person').length;
  const others = targets.filter(({ kind }) => kind !== 'person').map(quietName);
  const names = people === 0 ? others : [...others, people === 1 ? '1 person' : `${people} people`];
  return listed([...new Set(names)]);
}

function quietName(target: Target): string {
  if (target.kind === 'channel') return target.channel === null ? 'the channel' : 'a channel';
  const words = keyPhrase(targetKey(target));
  return typeof words === 'string' ? oneLine(words, BUDGET.name) : 'a user group';
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const UNLESS = { acknowledged: 'acknowledged', mitigated: 'mitigated', resolved: 'resolved' } as const;

/** What would end a step, after “unless”. */
export function unlessWords(until: Until): string {
  return typeof until === 'object' ? conditionWords(until) : UNLESS[until];
}

/** `latency-p95 is above 500 for 5 min` */
export function conditionWords({ query, expect, forMs }: ValueCondition): string {
  const name = oneLine(query, BUDGET.name);
  const lasting = forMs > 0 ? ` for ${roughly(forMs)}` : '';
  if (expect.kind === 'text') return `${name} is “${oneLine(expect.equals, BUDGET.name)}”${lasting}`;
  const { direction, inclusive, limit } = expect;
  return `${name} is ${inclusive ? 'at or ' : ''}${direction} ${quantityWords(limit, null)}${lasting}`;
}

export type ComingPage = Extract<Coming, { kind: 'page' }>;

/** `L2 @senior 14:32 unless acknowledged`. Mentions nobody. */
export function comingPageWords({ level, notify, at, unless, repeat }: ComingPage): Mrkdwn {
  const again = repeat > 0 ? ' again' : '';
  return md`${oneLine(level, BUDGET.name)} ${quietTargets(notify)}${again} ${when(at)} unless ${unlessWords(unless)}`;
}

/** Why a page goes out, as a sentence without a full stop and without a mention: `nobody has answered in 30 min`. */
export function pageReason(page: Page, incident: Incident): string {
  const { status, escalation } = incident;
  if (page.isByHand) return 'somebody asked for more people';
  const step = escalation?.policy.paths.flatMap(({ steps }) => steps).find(({ id }) => id === page.step);
  const outlasts = step && step.until !== 'acknowledged' ? unlessWords(step.until) : null;
  const gone = escalation ? elapsed(escalation.state.open, 'wall', escalation.policy.calendar, page.at) : 0;
  if (status === 'triggered') {
    return gone < MINUTE ? 'nobody has it yet' : `nobody has answered in ${roughly(gone)}`;
  }
  if (typeof step?.until === 'object') return `it goes on until ${outlasts}`;
  return `it is not ${outlasts ?? 'over'} after ${roughly(gone)}`;
}

const MINUTE = 60_000;

/** `by direct message, else by SMS` */
export function waysWords(via: readonly PageWay[]): string {
  return via.map(({ kind }) => WAY_WORDS[kind]).join(', else ');
}

/** The same for what is over: `by SMS or another way`. Which it was is told where each attempt is. */
export function waysInShort(via: readonly PageWay[]): string {
  return `${waysWords(via.slice(0, 1))}${via.length > 1 ? ' or another way' : ''}`;
}

/** Why a step has no time, after its name. */
export function waitWords(waiting: Waiting): string {
  switch (waiting.kind) {
    case 'severity':
      return `only for ${waiting.severities.join(' and ') || 'no severity'}`;
    case 'wakes_nobody':
      return 'this severity wakes nobody';
    case 'value':
      return `waits until ${conditionWords(waiting.condition)}`;
    case 'alarm':
      return 'waits for an alarm that fires';
    case 'ended':
      return typeof waiting.by === 'object' ? `ended: ${conditionWords(waiting.by)}` : `ended: it is ${waiting.by}`;
    case 'stands':
      return 'the clock stands while it is mitigated';
    case 'never':
      return 'does not come as things are';
  }
}
