import type { App, BlockButtonAction } from '@slack/bolt';
import type { Message } from '../blocks/kit.ts';
import { autopilotReply } from '../blocks/run-replies.ts';
import { ok, type Result } from '../src/domain/result.ts';
import type { Call } from '../src/slack/grammar.ts';
import { type AutopilotButtonName, autopilot } from '../src/slack/protocol-runs.ts';
import { clicked } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { guard } from './guard.ts';
import { hashOf, publish } from './home.ts';
import type { Ask } from './incident-of.ts';

/** The one switch of all autopilots, as buttons. Off takes one press: whoever sees something go wrong must not be asked first. */
export function registerAutopilot(app: App, deps: HandlerDeps): void {
  for (const name of Object.keys(autopilot) as AutopilotButtonName[]) {
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: autopilot[name].actionId }, async (click) => {
      const { body, client } = click;
      const exchange = clicked<Message>(deps, click, `autopilot.${name}`, (message) => message);
      let isDone = false;
      await guard(deps, exchange, async () => {
        const said = await turn(deps, name, exchange.asker.user, '');
        isDone = said.ok;
        return said;
      });
      if (!isDone || body.view?.type !== 'home') return;
      await publish(deps, client, body.user.id, hashOf(body.view)).catch((error: unknown) =>
        deps.log.warn({ err: error }, 'App Home could not be drawn anew'),
      );
    });
  }
}

/** `/incident autopilot`: how it stands, or the switch. */
export async function answerAutopilot(deps: HandlerDeps, { asker }: Ask, call: Call): Promise<Result<Message>> {
  if (call.turn !== null) return await turn(deps, call.turn, asker.user, call.text);
  return ok(autopilotReply(await deps.actions.autopilot.state()));
}

async function turn(
  { actions }: Pick<HandlerDeps, 'actions'>,
  name: AutopilotButtonName,
  by: string,
  reason: string,
): Promise<Result<Message>> {
  const turned = name === 'off' ? await actions.autopilot.off(by, reason) : await actions.autopilot.on(by);
  return turned.ok ? ok(autopilotReply(turned.value)) : turned;
}
