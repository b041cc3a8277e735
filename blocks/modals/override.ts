import type { InputBlock, ModalView } from '@slack/types';
import type { Actor } from '../../src/domain/incident.ts';
import { context, md } from '../kit.ts';
import { LIMITS } from '../limits.ts';
import { titleOf } from '../on-call-words.ts';
import { ask, choiceInput, form, textInput } from './form.ts';

/** A rotation that can be chosen. */
export interface Offered {
  /** `<service>/<name>`. */
  readonly rotation: string;
  readonly title: string;
  readonly zone: string;
}

export interface OverrideAsked {
  /** At least one. */
  readonly offered: readonly Offered[];
  /** The one that is chosen beforehand; `null`: none. */
  readonly rotation: string | null;
  readonly person: Actor;
  readonly channel: string | null;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

const NOTE_MAX = 300;

/** The form that puts somebody on call for a while. */
export function overrideModal(asked: OverrideAsked): ModalView {
  const id = 'person';
  return form(
    'override',
    { channel: asked.channel },
    { title: 'Override', submit: 'Override' },
    context(
      md`Whoever is chosen is on call in this time, whatever the rotation says. Of two that overlap, the later one counts.`,
    ),
    rotationInput('override', asked),
    ask({ of: 'override', id, label: 'Who' }, { type: 'users_select', action_id: id, initial_user: asked.person }),
    ...timeInputs('override', asked),
    noteInput('override'),
  );
}

/** Rotations of all services whose name fits into a choice. */
export function rotationInput(
  of: 'override' | 'cover',
  { offered, rotation }: Pick<OverrideAsked, 'offered' | 'rotation'>,
): InputBlock {
  const fitting = offered.filter((one) => one.rotation.length <= LIMITS.optionValue);
  return choiceInput({
    of,
    id: 'rotation',
    label: 'Rotation',
    choices: fitting.map((one) => ({
      value: one.rotation,
      text: `${titleOf(one)} · ${one.zone}`,
      description: one.rotation,
    })),
    initial: rotation ?? (fitting.length === 1 ? (fitting[0]?.rotation ?? null) : null),
  });
}

/** Slack shows the times of these inputs by the clock of whoever fills them in. */
export function timeInputs(of: 'override' | 'cover', { from, to }: Pick<OverrideAsked, 'from' | 'to'>): InputBlock[] {
  const input = (id: 'from' | 'to', label: string, at: number) =>
    ask(
      { of, id, label, hint: 'By your own clock.' },
      { type: 'datetimepicker', action_id: id, initial_date_time: Math.floor(at / 1_000) },
    );
  return [input('from', 'From', from), input('to', 'Until', to)];
}

export function noteInput(of: 'override' | 'cover'): InputBlock {
  return textInput({
    of,
    id: 'note',
    label: 'Why',
    hint: 'Others read it in the list.',
    optional: true,
    max: NOTE_MAX,
  });
}
