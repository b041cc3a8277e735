import type { App, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { PLAN_TITLES } from '../blocks/modals/plan.ts';
import type { ActionVerb } from '../src/domain/action.ts';
import type { Result } from '../src/domain/result.ts';
import { decodeMeta } from '../src/slack/protocol.ts';
import { decodeOfferChoice, inputId, runModals } from '../src/slack/protocol-runs.ts';
import { findIncident } from './act.ts';
import { type Asker, askerOf } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { nextView } from './forms.ts';
import { notAcked } from './guard.ts';
import { fillByOffer, makePlan, planPatience, verbOf } from './plan-form.ts';
import { say } from './say.ts';
import { unreadable } from './submit.ts';
import { type Answers, answersOf } from './view-answers.ts';

type Submission = Pick<SlackViewMiddlewareArgs<ViewSubmitAction>, 'ack' | 'body' | 'view'> & {
  readonly client: WebClient;
};

/** What comes after a question on the way to a plan: mistakes of its inputs, or another view. */
type Next =
  | { readonly mistakes: Readonly<Record<string, string>> }
  | { readonly verb: ActionVerb; readonly fill: () => Promise<Result<ModalView>> };

type Step = (deps: HandlerDeps, asker: Asker, submission: Submission, answers: Answers) => Next;

/** The questions on the way to a plan. The next view takes longer than Slack waits, so it is told at once that it is under way. */
export function registerPlanSteps(app: App, deps: HandlerDeps): void {
  register(app, deps, 'chooseAction', chosen);
  register(app, deps, 'askInputs', told);
}

function register(app: App, deps: HandlerDeps, name: 'chooseAction' | 'askInputs', step: Step): void {
  const kind = `modal.${name}`;
  const { callbackId } = runModals[name];
  app.view<ViewSubmitAction>({ callback_id: callbackId, type: 'view_submission' }, async (submission) => {
    const { body, view, client, ack } = submission;
    const asker = askerOf(body);
    const next = step(deps, asker, submission, answersOf(view));
    if ('mistakes' in next) {
      deps.counted(kind, 'refused', 0);
      const errors = { response_action: 'errors', errors: { ...next.mistakes } } as const;
      await ack(errors).catch((error: unknown) => notAcked(deps, kind, error));
      return;
    }
    const request = {
      ...{ kind, asker, client, title: PLAN_TITLES[next.verb], patience: planPatience(next.verb) },
      say: (message: Parameters<typeof say>[2]) => say(deps, { client, user: asker.user, channel: null }, message),
    };
    const answer = (shown: ModalView) => ack({ response_action: 'update', view: shown });
    await nextView(deps, request, { viewId: view.id, ack: answer }, next.fill);
  });
}

const chosen: Step = (deps, asker, { view }, { offer }) => {
  const meta = decodeMeta('chooseAction', view.private_metadata);
  if (!meta) return { verb: 'run', fill: async () => unreadable() };
  const target = decodeOfferChoice(offer);
  if (!target) return { mistakes: { offer: 'Choose what shall be done.' } };
  const inputs = { ...meta.inputs };
  return { verb: verbOf(deps, target.action), fill: () => fillByOffer(deps, asker, { ...target, inputs }) };
};

const told: Step = (deps, asker, { view }, answers) => {
  const meta = decodeMeta('askInputs', view.private_metadata);
  if (!meta) return { verb: 'run', fill: async () => unreadable() };
  const inputs = { ...meta.inputs };
  const mistakes: Record<string, string> = {};
  for (const { block_id: id, type } of view.blocks) {
    if (type !== 'input' || !id?.startsWith(inputId(''))) continue;
    const value = answers[id]?.trim();
    if (value === undefined) mistakes[id] = 'Say which.';
    else inputs[id.slice(inputId('').length)] = value;
  }
  if (Object.keys(mistakes).length > 0) return { mistakes };
  return { verb: verbOf(deps, meta.action), fill: () => planWith(deps, asker, { ...meta, inputs }) };
};

async function planWith(
  deps: HandlerDeps,
  asker: Asker,
  {
    incident: id,
    action: name,
    inputs,
  }: { readonly incident: string; readonly action: string; readonly inputs: Readonly<Record<string, string>> },
): Promise<Result<ModalView>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  const action = deps.actions.offered(found.value).find((one) => one.name === name);
  if (!action) return await fillByOffer(deps, asker, { incident: id, action: name, inputs: { ...inputs } });
  return await makePlan(deps, asker, { incident: found.value, action }, inputs);
}
