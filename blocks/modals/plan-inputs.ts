import type { InputBlock, ModalView } from '@slack/types';
import type { Action, ActionInput } from '../../src/domain/action.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { encodeMeta } from '../../src/slack/protocol.ts';
import { encodeOfferChoice, inputId, type RunModalName, runModals } from '../../src/slack/protocol-runs.ts';
import { clip, oneLine, tame } from '../foreign-text.ts';
import { placeOf } from '../incident-words.ts';
import { actions, context, md, plain, section, spoken } from '../kit.ts';
import { BUDGET, LIMITS } from '../limits.ts';
import { declareButton } from '../run-replies.ts';
import { about } from './changes.ts';
import { form, groupedInput, option, sheet } from './form.ts';
import { PLAN_TITLES } from './plan.ts';

type Said = Readonly<Record<string, string>>;

/** An incident, and what can be done about it. */
export interface Offered {
  readonly incident: Incident;
  readonly actions: readonly Action[];
}

/** Asks which action of which incident is meant. `offered` has at least one, the worst incident first. */
export function chooseActionModal(offered: readonly Offered[], inputs: Said): ModalView {
  const groups = offered.map(({ incident, actions: all }) => ({
    label: `${incident.id} · ${incident.severity} ${placeOf(incident)}`,
    choices: all.map(({ name, title, risk }) => ({
      value: encodeOfferChoice({ incident: incident.id, action: name }),
      text: title,
      description: `${name}, ${risk} risk`,
    })),
  }));
  return form(
    'chooseAction',
    { inputs: { ...inputs } },
    { title: PLAN_TITLES.run, submit: 'Look at the Plan' },
    groupedInput({
      ...{ of: 'chooseAction', id: 'offer', label: 'What shall be done', groups },
      hint: 'You see first what would change. Nothing runs before somebody agrees.',
    }),
  );
}

/** Asks for what an action must be told, filled in with what was said and with its presets. */
export function askInputsModal(incident: Incident, action: Action, said: Said): ModalView {
  const { callbackId } = runModals.askInputs;
  const meta = { incident: incident.id, action: action.name, inputs: { ...said } };
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: encodeMeta('askInputs' satisfies RunModalName, meta),
    title: plain(PLAN_TITLES[action.verb], LIMITS.modalTitle),
    submit: plain('Look at the Plan', LIMITS.modalTitle),
    close: plain('Cancel', LIMITS.modalTitle),
    blocks: [
      about(incident),
      section(md`*${oneLine(action.title, BUDGET.title)}*`),
      ...action.inputs.slice(0, INPUTS).map((input) => inputFor(input, said)),
    ],
  };
}

/** More than anybody fills in, and far below a view's 100 blocks. */
const INPUTS = 20;
/** As long as what an action is told may be. */
const VALUE_MAX = 100;

function inputFor({ name, label, preset, choices }: ActionInput, said: Said): InputBlock {
  const initial = (Object.hasOwn(said, name) ? said[name] : undefined) ?? preset ?? '';
  const id = inputId(name);
  const sayable = choices.filter((one) => one.trim() !== ''); // what Slack takes
  return {
    type: 'input',
    block_id: id,
    label: plain(label, LIMITS.inputLabel),
    element: sayable.length > 0 ? select(id, sayable, initial) : text(id, initial),
  };
}

function select(id: string, choices: readonly string[], initial: string): InputBlock['element'] {
  const options = [...new Set(choices)].slice(0, LIMITS.selectOptions).map((value) => option({ value, text: value }));
  const chosen = options.find(({ value }) => value === initial);
  return { type: 'static_select', action_id: id, options, ...(chosen && { initial_option: chosen }) };
}

function text(id: string, initial: string): InputBlock['element'] {
  const value = clip(tame(initial).trim(), VALUE_MAX);
  return {
    type: 'plain_text_input',
    action_id: id,
    max_length: VALUE_MAX,
    ...(value !== '' && { initial_value: value }),
  };
}

/** Every run belongs to an incident: where none is open, one is declared first. */
export function nothingOpenView(words: string): ModalView {
  return sheet(
    PLAN_TITLES.run,
    section(spoken(words)),
    context(md`Every run belongs to an incident: who asked, who agreed and whether it helped stand there.`),
    actions(declareButton()),
  );
}
