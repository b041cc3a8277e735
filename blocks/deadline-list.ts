import type { KnownBlock } from '@slack/types';
import type { HeldDeadline } from '../src/app/store.ts';
import type { Deadline } from '../src/domain/deadline.ts';
import type { Incident } from '../src/domain/incident.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import type { FollowUpTarget } from '../src/slack/protocol.ts';
import { comesFrom, followUpButton, followUpLine } from './deadline-words.ts';
import { placeOf, titleOf } from './incident-words.ts';
import { actions, context, header, lines, type Message, md, message, present, section } from './kit.ts';

/** What one person, and nobody, has to do. */
export interface MyFollowUps {
  readonly mine: readonly HeldDeadline[];
  readonly total: number;
  /** Those that nobody has. */
  readonly free: readonly HeldDeadline[];
  readonly freeTotal: number;
  readonly now: number;
}

/** Two blocks each: with headings they stay below Slack's 50. */
const MINE_SHOWN = 15;
const FREE_SHOWN = 5;
const OF_ONE_SHOWN = 20;
const HOME_SHOWN = 10;

/** `/incident followups`: one's own in all incidents, the longest overdue first, then what nobody has. */
export function myFollowUpsReply({ mine, total, free, freeTotal, now }: MyFollowUps): Message {
  if (mine.length === 0 && free.length === 0) {
    const text = md`You have no open follow-ups. Those of one incident: ${COMMAND} followups INC-n`;
    return message(text, section(md`✅ ${text}`));
  }
  const shown = mine.slice(0, MINE_SHOWN);
  const others = free.slice(0, FREE_SHOWN);
  return message(
    lines(
      total === 1 ? 'You have 1 open follow-up.' : `You have ${total} open follow-ups.`,
      ...[...shown, ...others].map((one) => spokenOf(one, now)),
    ),
    header(`Your follow-ups: ${total}`),
    ...shown.flatMap((one) => rows(one, 'mine', now)),
    more(total - shown.length),
    ...(others.length > 0 ? [context(md`*Nobody has these*`)] : []),
    ...others.flatMap((one) => rows(one, 'mine', now)),
    more(freeTotal - others.length),
  );
}

/** `/incident followups INC-7`: what is open, then what is done. */
export function followUpsReply(incident: Incident, now: number): Message {
  const { id, deadlines } = incident;
  if (deadlines.length === 0) {
    const text = md`${id} has no follow-ups. To add one: ${COMMAND} followup ${id} what to do in 3d`;
    return message(text, section(text));
  }
  const sorted = deadlines.toSorted((a, b) => Number(a.done !== null) - Number(b.done !== null) || a.due - b.due);
  const shown = sorted.slice(0, OF_ONE_SHOWN);
  const open = deadlines.filter(({ done }) => done === null).length;
  return message(
    lines(
      `${id} has ${open === 1 ? '1 open follow-up' : `${open} open follow-ups`}.`,
      ...shown.map((one) => followUpLine(one, now)),
    ),
    header(`Follow-ups of ${id}: ${open} open`),
    context(md`${placeOf(incident)}: ${titleOf(incident)}`),
    ...shown.flatMap((deadline) => [
      section(followUpLine(deadline, now)),
      controls({ incident: id, followUp: deadline.id, on: 'list' }, deadline),
    ]),
    more(sorted.length - shown.length),
  );
}

/** App Home: one's own, at most ten, the longest overdue first. Nothing where there are none; `null`: they cannot be read just now. */
export function followUpsSection(
  found: { readonly shown: readonly HeldDeadline[]; readonly total: number } | null,
  now: number,
): KnownBlock[] {
  if (found === null) return [header('Your follow-ups'), section(md`Your follow-ups cannot be read right now.`)];
  if (found.shown.length === 0) return [];
  const shown = found.shown.slice(0, HOME_SHOWN);
  return present([
    header(`Your follow-ups: ${found.total}`),
    ...shown.flatMap((one) => rows(one, 'home', now)),
    more(found.total - shown.length),
  ]);
}

/** A list of one's own names nobody but others. */
function rows({ incident, deadline }: HeldDeadline, on: FollowUpTarget['on'], now: number): KnownBlock[] {
  return [
    section(lines(followUpLine(deadline, now, deadline.owner), comesFrom(incident, deadline))),
    controls({ incident: incident.id, followUp: deadline.id, on }, deadline),
  ];
}

function controls(target: FollowUpTarget, { done }: Deadline): KnownBlock {
  if (done) return actions(followUpButton('undone', target));
  return actions(followUpButton('done', target), followUpButton('change', target));
}

function spokenOf({ incident, deadline }: HeldDeadline, now: number) {
  return md`${followUpLine(deadline, now, deadline.owner)} (${incident.id})`;
}

function more(hidden: number): KnownBlock | null {
  return hidden > 0 ? context(md`and ${hidden.toLocaleString('en-US')} more`) : null;
}
