import type { ModalView } from '@slack/types';
import { lookingView, PLAN_TITLES, planAgainView, planModal } from '../blocks/modals/plan.ts';
import { askInputsModal, chooseActionModal, nothingOpenView } from '../blocks/modals/plan-inputs.ts';
import type { Action, ActionVerb } from '../src/domain/action.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result } from '../src/domain/result.ts';
import type { Call } from '../src/slack/grammar.ts';
import type { OfferTarget } from '../src/slack/protocol-runs.ts';
import { findIncident, noteSeen } from './act.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import type { Patience } from './forms.ts';
import type { Ask } from './incident-of.ts';
import { whichAction } from './which-action.ts';

type Said = Readonly<Record<string, string>>;

/** Plans read other systems, each within some seconds. */
export const PLAN_WITHIN_MS = 25_000;

export function planPatience(verb: ActionVerb): Patience {
  return { loading: lookingView(verb), withinMs: PLAN_WITHIN_MS };
}

/** What `/incident rollback …` opens: the plan, or a question for what was not said. */
export async function fillByWords(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<ModalView>> {
  const meant = await whichAction(deps, ask, call);
  if (!meant.ok) return meant;
  switch (meant.value.kind) {
    case 'one':
      return await fillPlan(deps, ask.asker, meant.value, call.inputs);
    case 'several':
      return ok(chooseActionModal(meant.value.offered, call.inputs));
    case 'nothing_open':
      return ok(nothingOpenView(meant.value.words));
  }
}

/** What a button that plans opens. `inputs`: whether they are asked for first is decided by what was said already. */
export async function fillByOffer(
  deps: HandlerDeps,
  asker: Asker,
  { incident: id, action: name, inputs = {} }: OfferTarget,
): Promise<Result<ModalView>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  const action = deps.actions.offered(found.value).find((one) => one.name === name);
  if (action) return await fillPlan(deps, asker, { incident: found.value, action }, inputs);
  const planned = await deps.actions.plan({ incident: id, action: name, inputs, by: asker.user });
  return planned.ok ? ok(planModal(found.value, planned.value, deps.now())) : planned; // which says why there is no such action
}

/** The verb of an action that a button names, for the words that stand while its plan is made. */
export function verbOf(deps: Pick<HandlerDeps, 'services'>, name: string): ActionVerb {
  const named = deps.services().flatMap(({ actions }) => (Object.hasOwn(actions, name) ? [actions[name]] : []));
  return named[0]?.verb ?? 'run';
}

async function fillPlan(
  deps: HandlerDeps,
  asker: Asker,
  { incident, action }: { readonly incident: Incident; readonly action: Action },
  inputs: Said,
): Promise<Result<ModalView>> {
  if (isAsked(action, inputs)) return ok(askInputsModal(incident, action, inputs));
  return await makePlan(deps, asker, { incident, action }, inputs);
}

/** Presets are shown before they are taken. */
function isAsked({ inputs }: Action, said: Said): boolean {
  return inputs.some(({ name }) => !Object.hasOwn(said, name));
}

/** Reads the world for this person, and draws what would change. Why it cannot be planned is said with a way to try again. */
export async function makePlan(
  deps: HandlerDeps,
  asker: Asker,
  { incident, action }: { readonly incident: Incident; readonly action: Action },
  inputs: Said,
): Promise<Result<ModalView>> {
  await noteSeen(deps, asker, incident);
  const planned = await deps.actions.plan({
    ...{ incident: incident.id, action: action.name, by: asker.user },
    inputs: { ...inputs },
  });
  if (planned.ok) return ok(planModal(incident, planned.value, deps.now()));
  const { message, hint = '' } = planned.rejection;
  const offer = { incident: incident.id, action: action.name, inputs: { ...inputs } };
  return ok(planAgainView(PLAN_TITLES[action.verb], `${message} ${hint}`.trim(), offer, 'Try Again'));
}
