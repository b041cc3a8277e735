import type { ReactNode } from 'react';
import { useSurface } from '../context.ts';
import { BlockButton } from './button.tsx';
import { Choices } from './choices.tsx';
import { DateField, TextField } from './fields.tsx';
import { type Json, stringAt } from './json.ts';
import { Overflow } from './overflow.tsx';
import { OptionSelect, WorkspaceSelect } from './select.tsx';
import { Picture } from './text.tsx';
import { initialValue } from './values.ts';

export interface ElementProps {
  readonly element: Json;
  readonly blockId: string;
  /** Inside an input block: the id of the label and of the hint or error, and whether a change is told to the app. */
  readonly input?: { readonly labelId: string; readonly noteId: string; readonly quiet: boolean };
}

/** A stateful element's own half: what it holds, and what to do with a new value. */
export interface FieldProps extends ElementProps {
  readonly value: Record<string, unknown>;
  readonly change: (part: Record<string, unknown>) => void;
}

const FIELDS: Readonly<Record<string, (props: FieldProps) => ReactNode>> = {
  plain_text_input: TextField,
  number_input: TextField,
  email_text_input: TextField,
  url_text_input: TextField,
  datepicker: DateField,
  timepicker: DateField,
  datetimepicker: DateField,
  static_select: OptionSelect,
  multi_static_select: OptionSelect,
  users_select: WorkspaceSelect,
  multi_users_select: WorkspaceSelect,
  channels_select: WorkspaceSelect,
  conversations_select: WorkspaceSelect,
  radio_buttons: Choices,
  checkboxes: Choices,
};

/** One interactive element (or an image), by its type. */
export function Element(props: ElementProps) {
  const type = stringAt(props.element, 'type');
  if (type === 'button') return <BlockButton {...props} />;
  if (type === 'overflow') return <Overflow {...props} />;
  if (type === 'image') return <Picture block={props.element} />;
  const Field = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  return Field ? <Held {...props} Field={Field} /> : <span className="block-unknown">({type})</span>;
}

function Held({ Field, ...props }: ElementProps & { Field: (props: FieldProps) => ReactNode }) {
  const surface = useSurface();
  const actionId = stringAt(props.element, 'action_id');
  const value = surface.held(props.blockId, actionId) ?? initialValue(props.element) ?? {};
  const change = (part: Record<string, unknown>) => {
    surface.hold(props.blockId, actionId, { type: props.element.type, ...part });
    if (!props.input?.quiet) void surface.use(props.blockId, actionId, { type: props.element.type, ...part });
  };
  return <Field {...props} value={value} change={change} />;
}
