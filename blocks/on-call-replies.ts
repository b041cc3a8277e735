import type { CoverRequest, Standing } from '../src/app/on-call.ts';
import type { Override, Rotation } from '../src/domain/rotation.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { actions, lines, type Message, type Mrkdwn, md, mention, message, section } from './kit.ts';
import { coverTimes } from './on-call-cover.ts';
import { gapTime } from './on-call-gap.ts';
import { rotationButton, span, titleOf } from './on-call-words.ts';

type Named = Pick<Rotation, 'title' | 'zone'>;

/** An override was made: what the person hears, with what it lies over and what still has nobody. */
export function overrideReply(
  rotation: Named,
  override: Override,
  { over, gaps }: { readonly over: readonly Override[]; readonly gaps: Standing['gaps'] },
  now: number,
): Message {
  const text = md`🔀 ${mention(override.person)} is on call for *${titleOf(rotation)}* ${span(rotation.zone, override)}.`;
  const target = { rotation: override.rotation, id: override.id };
  const words = [...over.map((one) => overlapWords(rotation, one)), ...gaps.map((gap) => gapWords(rotation, gap, now))];
  return message(lines(text, ...words), section(lines(text, ...words)), actions(rotationButton('takeBack', target)));
}

function overlapWords({ zone }: Named, { person, from, to }: Override): Mrkdwn {
  return md`It lies over the override of ${mention(person)}, ${span(zone, { from, to })}: the later one counts.`;
}

function gapWords({ zone }: Named, gap: Standing['gaps'][number], now: number): Mrkdwn {
  return md`⚠️ Nobody is on call ${gapTime(zone, gap, now)}.`;
}

/** An override was taken back: from now on the rotation decides again. */
export function takenBackReply(rotation: Named, override: Override, now: number): Message {
  const left = override.from < now ? 'What has passed of it stays.' : 'It had not begun.';
  const text = md`The override of ${mention(override.person)} in *${titleOf(rotation)}*, ${span(rotation.zone, override)}, is taken back. ${left}`;
  return message(text, section(text));
}

export function coverAskedReply(rotation: Named, request: CoverRequest, channel: Mrkdwn): Message {
  const text = md`You look for cover in *${titleOf(rotation)}*; ${channel} is asked. Until somebody takes it you stay on call:`;
  const times = coverTimes(rotation.zone, request);
  const target = { rotation: request.rotation, id: request.id };
  return message(lines(text, times), section(lines(text, times)), actions(rotationButton('withdrawCover', target)));
}

export function coverTakenReply(rotation: Named, overrides: readonly Override[], asker: string): Message {
  const text = md`You cover for ${mention(asker)} in *${titleOf(rotation)}*:`;
  const times = lines(...overrides.map((one) => span(rotation.zone, one)));
  return message(lines(text, times), section(lines(text, times)));
}

export function handedOverReply(rotation: Named, override: Override): Message {
  const text = md`${mention(override.person)} is on call for *${titleOf(rotation)}* now, ${span(rotation.zone, override)}. The channel is told.`;
  const back = md`Not what you meant? ${COMMAND} override off ${override.rotation}`;
  return message(lines(text, back), section(lines(text, back)));
}
