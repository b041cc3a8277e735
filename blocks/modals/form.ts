import type { InputBlock, KnownBlock, ModalView, PlainTextOption, StaticSelect } from '@slack/types';
import { encodeMeta, type ModalMeta, type ModalName, modals } from '../../src/slack/protocol.ts';
import { clip, tame } from '../foreign-text.ts';
import { plain, present } from '../kit.ts';
import { LIMITS } from '../limits.ts';

type Titles = { readonly title: string; readonly submit: string };

/** A view that asks for something. Its callback id and what it carries come from the protocol. */
export function form<N extends ModalName>(
  name: N,
  meta: ModalMeta<N>,
  { title, submit }: Titles,
  ...blocks: (KnownBlock | null)[]
): ModalView {
  return {
    type: 'modal',
    callback_id: modals[name].callbackId,
    private_metadata: encodeMeta(name, meta),
    title: plain(title, LIMITS.modalTitle),
    submit: plain(submit, LIMITS.modalTitle),
    close: plain('Cancel', LIMITS.modalTitle),
    blocks: present(blocks),
  };
}

/** A view that only shows something. */
export function sheet(title: string, ...blocks: (KnownBlock | null)[]): ModalView {
  return {
    type: 'modal',
    title: plain(title, LIMITS.modalTitle),
    close: plain('Close', LIMITS.modalTitle),
    blocks: present(blocks).slice(0, LIMITS.viewBlocks),
  };
}

type InputId<N extends ModalName> = (typeof modals)[N]['inputs'][number];

interface Question<N extends ModalName> {
  readonly of: N;
  /** Block id and action id are both the input's name. */
  readonly id: InputId<N>;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
}

interface TextQuestion<N extends ModalName> extends Question<N> {
  readonly initial?: string;
  readonly multiline?: boolean;
  readonly max?: number;
}

export function textInput<N extends ModalName>(question: TextQuestion<N>): InputBlock {
  const max = question.max ?? LIMITS.inputValue;
  const initial = clip(tame(question.initial ?? '').trim(), max);
  return ask(question, {
    type: 'plain_text_input',
    action_id: question.id,
    multiline: question.multiline ?? false,
    max_length: max,
    ...(initial !== '' && { initial_value: initial }),
  });
}

interface Choice {
  readonly value: string;
  readonly text: string;
  readonly description?: string;
}

interface ChoiceQuestion<N extends ModalName> extends Question<N> {
  /** At least one; beyond the hundredth they are left out. */
  readonly choices: readonly Choice[];
  /** The value that is chosen beforehand; none, if it is not among the choices. */
  readonly initial?: string | null;
}

export function choiceInput<N extends ModalName>(question: ChoiceQuestion<N>): InputBlock {
  const options = question.choices.slice(0, LIMITS.selectOptions).map(option);
  const initial = options.find(({ value }) => value === question.initial);
  const element: StaticSelect = {
    type: 'static_select',
    action_id: question.id,
    options,
    ...(initial && { initial_option: initial }),
  };
  return ask(question, element);
}

/** Choices under headings, of which Slack takes a hundred; beyond the hundredth of each are left out. Nothing is chosen beforehand. */
export function groupedInput<N extends ModalName>(
  question: Question<N> & {
    readonly groups: readonly { readonly label: string; readonly choices: readonly Choice[] }[];
  },
): InputBlock {
  const option_groups = question.groups
    .filter(({ choices }) => choices.length > 0)
    .slice(0, LIMITS.selectOptions)
    .map(({ label, choices }) => ({
      label: plain(label, LIMITS.optionText),
      options: choices.slice(0, LIMITS.selectOptions).map(option),
    }));
  return ask(question, { type: 'static_select', action_id: question.id, option_groups });
}

/** A select's choice. Values are ids and never clipped. */
export function option({ value, text, description }: Choice): PlainTextOption {
  return {
    text: plain(text, LIMITS.optionText),
    value,
    ...(description && { description: plain(description, LIMITS.optionDescription) }),
  };
}

export function ask<N extends ModalName>(
  { id, label, hint, optional }: Question<N>,
  element: InputBlock['element'],
): InputBlock {
  return {
    type: 'input',
    block_id: id,
    label: plain(label, LIMITS.inputLabel),
    element,
    ...(hint && { hint: plain(hint, LIMITS.inputHint) }),
    ...(optional && { optional }),
  };
}
