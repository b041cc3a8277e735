import type { Button } from '@slack/types';
import type { Standing } from '../src/app/on-call.ts';
import type { Actor } from '../src/domain/incident.ts';
import type { Override, Span } from '../src/domain/rotation.ts';
import { shortMomentWords, shortSpanWords } from '../src/oncall/words.ts';
import {
  encodeRotationTarget,
  type OnCallLinkName,
  onCallLinks,
  onRotation,
  type RotationButtonName,
  type RotationTarget,
} from '../src/slack/protocol.ts';
import { oneLine } from './foreign-text.ts';
import { type Mrkdwn, md, mention, plain, when } from './kit.ts';
import { BUDGET, LIMITS } from './limits.ts';

/** A moment by the reader's own clock, and beside it by the clocks of the rotation: `Today 18:00 (Sun 22 Nov 18:00 Europe/Berlin)`. */
export function moment(zone: string, at: number): Mrkdwn {
  return md`${when(at)} (${shortMomentWords(zone, at)} ${zone})`;
}

/** From one moment to another; the zone is said once. */
export function span(zone: string, of: Span): Mrkdwn {
  return md`${when(of.from)} to ${when(of.to)} (${shortSpanWords(zone, of)} ${zone})`;
}

/** What a rotation is called, as its service file says it. Foreign text. */
export function titleOf({ title }: { readonly title: string }): string {
  return oneLine(title, BUDGET.name) || 'On call';
}

export function somebody(person: Actor | null): Mrkdwn {
  return person === null ? md`nobody` : mention(person);
}

/** Until when, as far as it is known. */
export function untilWords(zone: string, until: number | null): Mrkdwn {
  return until === null ? md`for more than a year` : md`until ${moment(zone, until)}`;
}

/** Who is put on call by an override, for how long, and by whom. */
export function overrideLine({ zone }: Pick<Standing, 'zone'>, { person, by, note, from, to }: Override): Mrkdwn {
  const why = note === '' ? md`` : md` · “${oneLine(note, BUDGET.line)}”`;
  const who = by === person ? mention(person) : md`${mention(person)}, by ${mention(by)}`;
  return md`🔀 ${who}: ${span(zone, { from, to })}${why}`;
}

export function rotationButton(
  name: RotationButtonName,
  target: RotationTarget,
  more: Pick<Button, 'style' | 'confirm'> = {},
): Button {
  const { actionId, label } = onRotation[name];
  return {
    type: 'button',
    action_id: actionId,
    text: plain(label, LIMITS.buttonLabel),
    value: encodeRotationTarget(target),
    ...more,
  };
}

export function onCallButton(name: OnCallLinkName, more: Pick<Button, 'style' | 'confirm'> = {}): Button {
  const { actionId, label } = onCallLinks[name];
  return { type: 'button', action_id: actionId, text: plain(label, LIMITS.buttonLabel), ...more };
}
