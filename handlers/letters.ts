import type { App, BlockButtonAction } from '@slack/bolt';
import type { Message } from '../blocks/kit.ts';
import { answeredLetter } from '../blocks/letter.ts';
import type { PersonCommand } from '../src/domain/decide.ts';
import type { Actor } from '../src/domain/incident.ts';
import { ok, type Result } from '../src/domain/result.ts';
import { decodeTarget, LETTER_SNOOZE_MS, type LetterButtonName, letters, type Target } from '../src/slack/protocol.ts';
import { change } from './act.ts';
import { type Click, clicked, outdated } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { guard } from './guard.ts';

/** What the owner answers to “how is it going?”. One line per button: forgetting one is a compile error. */
const answers: { readonly [N in LetterButtonName]: (by: Actor) => PersonCommand } = {
  confirm: (by) => ({ type: 'confirm', by }),
  snooze: (by) => ({ type: 'snooze', by, forMs: LETTER_SNOOZE_MS }),
  giveBack: (by) => ({ type: 'give_back', by }),
};

/** Buttons of the question to the owner. What was answered takes its place; a refusal stands beside it. */
export function registerLetters(app: App, deps: HandlerDeps): void {
  for (const name of Object.keys(answers) as LetterButtonName[]) {
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: letters[name].actionId }, (click) =>
      press(deps, click, name, decodeTarget(click.action.value)),
    );
  }
}

async function press(deps: HandlerDeps, click: Click, name: LetterButtonName, target: Target | null): Promise<void> {
  const exchange = clicked(deps, click, `letter.${name}`);
  let answered: Message | null = null;
  await guard(deps, exchange, async (): Promise<Result<null>> => {
    if (!target) return outdated(click.body.message);
    const { asker } = exchange;
    const changed = await change(deps, asker, target.incident, answers[name](asker.user));
    if (!changed.ok) return changed;
    answered = answeredLetter(name, changed.value, deps.now());
    return ok(null);
  });
  if (answered) await redraw(deps, click, answered);
}

/** The answer counts without it: whoever presses again says the same again, or hears why not. */
async function redraw({ log }: HandlerDeps, { client, body }: Click, message: Message): Promise<void> {
  const channel = body.channel?.id;
  const ts = body.message?.ts;
  if (channel === undefined || ts === undefined) return;
  await client.chat
    .update({ channel, ts, ...message })
    .catch((error: unknown) => log.warn({ err: error }, 'an answered question could not be drawn anew'));
}
