import type { App, BlockButtonAction } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import type { Message } from '../blocks/kit.ts';
import { rejectionReply } from '../blocks/replies.ts';
import type { Result } from '../src/domain/result.ts';
import { decodeStep, type StepButtonName, type StepTarget, steps } from '../src/slack/protocol.ts';
import { checkStep, tickStep } from './checklist.ts';
import { type Click, clicked, outdated } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { type Exchange, guard, notAcked, settle } from './guard.ts';
import { redrawRunbooks } from './open-runbooks.ts';

/** Buttons beside the steps of an open runbook. What they do shows in it, for everybody who has it open; so does a refusal. */
export function registerSteps(app: App, deps: HandlerDeps): void {
  for (const name of Object.keys(steps) as StepButtonName[]) {
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: steps[name].actionId }, (click) =>
      press(deps, click, name, decodeStep(click.action.value)),
    );
  }
}

async function press(deps: HandlerDeps, click: Click, name: StepButtonName, target: StepTarget | null): Promise<void> {
  const kind = `step.${name}`;
  const exchange = clicked<unknown>(deps, click, kind);
  const view = click.body.view?.id;
  if (!target || view === undefined) return guard(deps, exchange, async () => outdated(click.body.message));

  const { asker } = exchange;
  const notice: KnownBlock[] = [];
  const inView = { ...exchange, say: async (message: Message) => void notice.push(...message.blocks) };
  if (name === 'check') await checked(deps, click, inView, () => checkStep(deps, asker, target));
  else await guard(deps, inView, () => tickStep(deps, asker, target, name === 'tick'));
  await redrawRunbooks(deps, click.client, target.incident, { view, step: target.step, notice });
}

/** A check promises Slack nothing and takes as long as the system asked does: Slack is answered first. */
async function checked(
  deps: HandlerDeps,
  click: Click,
  exchange: Exchange<unknown>,
  work: () => Promise<Result<unknown>>,
): Promise<void> {
  const asked = deps.now();
  await click.ack().catch((error: unknown) => notAcked(deps, exchange.kind, error));
  const ackMs = deps.now() - asked;
  const outcome = await settle(deps, exchange, work);
  deps.counted(exchange.kind, outcome.is, ackMs);
  if (outcome.is !== 'ok') await exchange.say(rejectionReply(outcome.refusal));
}
