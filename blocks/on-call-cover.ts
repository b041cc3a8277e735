import type { CoverRequest } from '../src/app/on-call.ts';
import type { CoverNotice } from '../src/app/on-call-messages.ts';
import { oneLine } from './foreign-text.ts';
import {
  actions,
  context,
  join,
  lines,
  type Message,
  type Mrkdwn,
  md,
  mention,
  message,
  section,
  when,
} from './kit.ts';
import { BUDGET } from './limits.ts';
import { rotationButton, span, titleOf } from './on-call-words.ts';

const SPANS_SHOWN = 5;

/** What the channel reads of a request for cover; the same message is drawn anew when it is settled. */
export function coverMessage({ rotation, request }: CoverNotice, now: number): Message {
  const { asker, taken, withdrawnAt } = request;
  const times = coverTimes(rotation.zone, request);
  const title = titleOf(rotation);
  if (taken) {
    const text = md`✅ ${mention(taken.by)} covers for ${mention(asker)} in *${title}*.`;
    return message(md`${text} ${times}`, section(lines(text, times)), context(md`Taken ${when(taken.at)}`));
  }
  if (withdrawnAt !== null) {
    const text = md`${mention(asker)} does not look for cover in *${title}* any more.`;
    return message(text, section(text), context(md`Withdrawn ${when(withdrawnAt)}`));
  }
  if (isPast(request, now)) {
    const text = md`Nobody has covered for ${mention(asker)} in *${title}*. The time is over.`;
    return message(text, section(lines(text, times)));
  }
  const text = md`🙋 ${mention(asker)} looks for somebody to cover in *${title}*:`;
  const target = { rotation: request.rotation, id: request.id };
  return message(
    md`${text} ${times} To take it, press “I Take It”.`,
    section(lines(text, times, noteOf(request))),
    actions(rotationButton('takeCover', target, { style: 'primary' }), rotationButton('withdrawCover', target)),
    context(md`Until somebody takes it, ${mention(asker)} stays on call.`),
  );
}

/** The shifts that are to be covered. */
export function coverTimes(zone: string, { spans }: Pick<CoverRequest, 'spans'>): Mrkdwn {
  const more = spans.length - SPANS_SHOWN;
  return join(
    [...spans.slice(0, SPANS_SHOWN).map((one) => md`• ${span(zone, one)}`), more > 0 ? `and ${more} more` : null],
    '\n',
  );
}

/** Whether all of it is over. */
export function isPast({ spans }: Pick<CoverRequest, 'spans'>, now: number): boolean {
  return (spans.at(-1)?.to ?? 0) <= now;
}

function noteOf({ note }: CoverRequest): Mrkdwn | null {
  return note === '' ? null : md`“${oneLine(note, BUDGET.line)}”`;
}
