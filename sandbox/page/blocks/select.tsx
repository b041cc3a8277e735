import { useWorkspace, type Workspace } from '../context.ts';
import type { FieldProps } from './element.tsx';
import { labelling } from './fields.tsx';
import { type Json, objectAt, objectsAt, stringAt, textAt } from './json.ts';
import { plainText } from './text.tsx';

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface NativeProps {
  readonly props: FieldProps;
  readonly groups: readonly { readonly label: string; readonly choices: readonly Choice[] }[];
  readonly selected: readonly string[];
  readonly onSelect: (values: string[]) => void;
}

/** `static_select` and `multi_static_select`, with option groups. */
export function OptionSelect(props: FieldProps) {
  const { element, value, change } = props;
  const groups = optionGroups(element);
  const options = groups.flatMap((group) => group.options);
  const multiple = element.type === 'multi_static_select';
  const selected = multiple ? objectsAt(value, 'selected_options') : [objectAt(value, 'selected_option') ?? {}];
  const onSelect = (values: string[]) => {
    const chosen = options.filter((option) => values.includes(stringAt(option, 'value')));
    change(multiple ? { selected_options: chosen } : { selected_option: chosen[0] ?? null });
  };
  return (
    <NativeSelect
      props={props}
      groups={groups.map(({ label, options: some }) => ({ label, choices: some.map(choiceOf) }))}
      selected={selected.map((option) => stringAt(option, 'value'))}
      onSelect={onSelect}
    />
  );
}

function optionGroups(element: Json): { label: string; options: Json[] }[] {
  const groups = objectsAt(element, 'option_groups');
  if (groups.length === 0) return [{ label: '', options: objectsAt(element, 'options') }];
  return groups.map((group) => ({ label: plainText(textAt(group, 'label')), options: objectsAt(group, 'options') }));
}

function choiceOf(option: Json): Choice {
  return { value: stringAt(option, 'value'), label: plainText(textAt(option, 'text')) };
}

const KEYS: Readonly<Record<string, string>> = {
  users_select: 'selected_user',
  multi_users_select: 'selected_users',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
};

/** Selects whose options are the workspace's own: people and channels. */
export function WorkspaceSelect(props: FieldProps) {
  const workspace = useWorkspace();
  const type = stringAt(props.element, 'type');
  const key = KEYS[type] ?? 'selected_user';
  const held = props.value[key];
  const selected = Array.isArray(held) ? held.map(String) : [stringAt(props.value, key)];
  return (
    <NativeSelect
      props={props}
      groups={[{ label: '', choices: choicesOf(workspace, type) }]}
      selected={selected}
      onSelect={(values) => props.change({ [key]: type.startsWith('multi_') ? values : (values[0] ?? null) })}
    />
  );
}

function choicesOf({ users, channels }: Workspace, type: string): Choice[] {
  if (type.endsWith('users_select'))
    return users.filter((user) => !user.isBot).map((user) => ({ value: user.id, label: user.realName || user.name }));
  return channels
    .filter((one) => !one.isDm && !one.isArchived)
    .map((one) => ({ value: one.id, label: `#${one.name}` }));
}

function NativeSelect({ props, groups, selected, onSelect }: NativeProps) {
  const multiple = stringAt(props.element, 'type').startsWith('multi_');
  const placeholder = plainText(textAt(props.element, 'placeholder')) || 'Choose…';
  return (
    <select
      {...labelling(props)}
      className="field"
      multiple={multiple}
      value={multiple ? [...selected] : (selected[0] ?? '')}
      onChange={(event) =>
        onSelect([...event.target.selectedOptions].map((one) => one.value).filter((one) => one !== ''))
      }
    >
      {!multiple && <option value="">{placeholder}</option>}
      {groups.map(({ label, choices }) => {
        const options = choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ));
        return label ? (
          <optgroup key={label} label={label}>
            {options}
          </optgroup>
        ) : (
          options
        );
      })}
    </select>
  );
}
