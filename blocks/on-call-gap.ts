import type { GapNotice } from '../src/app/on-call.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { lines, type Message, type Mrkdwn, md, message, section } from './kit.ts';
import { moment, span, titleOf } from './on-call-words.ts';

/** What the channel reads while somebody can still be found. */
export function gapMessage({ rotation, warning }: Pick<GapNotice, 'rotation' | 'warning'>, now: number): Message {
  const text = md`⚠️ *Nobody is on call for ${titleOf(rotation)}* ${gapTime(rotation.zone, warning, now)}.`;
  const mend = md`Name somebody: ${COMMAND} override ${warning.rotation} @person from … to …`;
  return message(md`${text} ${mend}`, section(lines(text, mend)));
}

/** When a gap is; `to` is `null` where no end of it was found. */
export function gapTime(
  zone: string,
  { from, to }: { readonly from: number; readonly to: number | null },
  now: number,
): Mrkdwn {
  if (to === null) return md`from ${moment(zone, Math.max(from, now))} on, for a month at least`;
  return from <= now ? md`now, until ${moment(zone, to)}` : md`from ${span(zone, { from, to })}`;
}
