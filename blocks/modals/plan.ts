import type { Button, InputBlock, KnownBlock, ModalView } from '@slack/types';
import type { PlanDraft } from '../../src/app/actions.ts';
import type { ActionVerb } from '../../src/domain/action.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { forbidding, type Plan } from '../../src/domain/plan.ts';
import { encodeOffer, type OfferTarget, offers } from '../../src/slack/protocol-runs.ts';
import { oneLine } from '../foreign-text.ts';
import { actions, context, md, plain, section, spoken } from '../kit.ts';
import { LIMITS } from '../limits.ts';
import { about } from './changes.ts';
import { form, sheet, textInput } from './form.ts';
import { planBlocks } from './plan-parts.ts';

/** What the modal is called while the world is read, and after that. */
export const PLAN_TITLES: Readonly<Record<ActionVerb, string>> = {
  rollback: 'Plan a rollback',
  retrain: 'Plan a retraining',
  run: 'Plan an action',
};

/** What is pressed to let it run: what then happens. */
const SUBMITS: Readonly<Record<ActionVerb, string>> = { rollback: 'Roll Back', retrain: 'Retrain', run: 'Run' };

const REASON_MAX = 1000;

/** Stands while the world is read, which takes some seconds. */
export function lookingView(verb: ActionVerb): ModalView {
  return sheet(
    PLAN_TITLES[verb],
    section(md`🔎 *Looking…*`),
    context(md`Reads what runs now and what would change. Nothing is changed.`),
  );
}

/** A plan to decide on, or the reason why it cannot be done now. */
export function planModal(incident: Incident, draft: PlanDraft, now: number): ModalView {
  const { plan, action, id } = draft;
  const title = PLAN_TITLES[action.verb];
  const offer: OfferTarget = { incident: incident.id, action: action.name, inputs: { ...plan.inputs } };
  const above = [about(incident), incident.drill ? drillNotice() : null];
  const [forbids] = forbidding(plan);
  if (forbids) {
    const why = section(md`❌ *It cannot be done now:* ${oneLine(forbids.text, LIMITS.altText)}`);
    const others = { ...plan, checks: plan.checks.filter((one) => one !== forbids) }; // it stands above
    return sheet(title, ...above, why, ...planBlocks(others, now), actions(againButton(offer)));
  }
  return form(
    'plan',
    { ...offer, inputs: { ...plan.inputs }, draft: id },
    { title, submit: submitWords(plan) },
    ...above,
    ...planBlocks(plan, now),
    ...confirmation('plan', plan, incident),
    textInput({
      ...{ of: 'plan', id: 'reason', label: 'Why it is needed', optional: true, multiline: true, max: REASON_MAX },
      hint: 'It stands in the timeline and in the audit.',
    }),
  );
}

function submitWords({ risk, verb }: Plan): string {
  return risk === 'high' ? 'Ask for Approval' : SUBMITS[verb];
}

/** When the fields below are for somebody, and when they stay empty. */
const GLASS = {
  plan: 'It is a P0: when nobody else can be asked, you may decide alone. To ask a second person, leave both fields empty.',
  approve:
    'Only for whoever asked for it: it is a P0, so they may approve it alone when nobody else can be asked. Everybody else leaves both fields empty.',
} as const;

/** In a drill the decision is practised. */
export function drillNotice(): KnownBlock {
  return section(md`🎓 *This is a drill: nothing will be changed.* What you decide is written down, and that is all.`);
}

/** What is typed to confirm: the name of what is changed, or, while it burns, why one person decides for two. */
export function confirmation(
  of: 'plan' | 'approve',
  plan: Plan,
  { severity }: Pick<Incident, 'severity'>,
): (KnownBlock | InputBlock)[] {
  if (plan.risk === 'low') return [];
  const label = `Type ${oneLine(plan.subject, 200)} to confirm`;
  if (plan.risk === 'medium') {
    return [textInput({ of, id: 'typed', label, hint: 'The very name of what is changed.' })];
  }
  if (severity !== 'P0') return [];
  return [
    section(md`🚨 *Break the glass.* ${GLASS[of]} It is recorded, and everybody is told.`),
    textInput({ of, id: 'typed', label: `${label}, only to break the glass`, optional: true }),
    textInput({
      ...{
        of,
        id: 'breakGlass',
        label: 'Why nobody else can be asked',
        optional: true,
        multiline: true,
        max: REASON_MAX,
      },
      hint: 'A sentence. It is told to everybody.',
    }),
  ];
}

/** Why a plan is not one to decide on any more, or never was, with the way to a new one. People may be written as `<@U…>`. */
export function planAgainView(title: string, words: string, offer: OfferTarget, label = 'Plan Again'): ModalView {
  return sheet(title, section(spoken(words)), actions(againButton(offer, label)));
}

function againButton(offer: OfferTarget, label = 'Plan Again'): Button {
  return {
    ...{ type: 'button', action_id: offers.plan.actionId, value: encodeOffer(offer) },
    text: plain(label, LIMITS.buttonLabel),
  };
}
