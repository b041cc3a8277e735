import { useId } from 'react';
import type { FieldProps } from './element.tsx';
import { labelling } from './fields.tsx';
import { type Json, objectAt, objectsAt, stringAt } from './json.ts';
import { TextObject } from './text.tsx';

/** Radio buttons and checkboxes, with the description of each option under it. */
export function Choices(props: FieldProps) {
  const { element, value, change } = props;
  const name = useId();
  const single = element.type === 'radio_buttons';
  const chosen = single ? [objectAt(value, 'selected_option') ?? {}] : objectsAt(value, 'selected_options');
  const values = chosen.map((option) => stringAt(option, 'value'));
  const options = objectsAt(element, 'options');

  const pick = (option: Json, on: boolean) => {
    if (single) return change({ selected_option: option });
    const without = values.filter((one) => one !== stringAt(option, 'value'));
    const kept = on ? [...values, stringAt(option, 'value')] : without;
    return change({ selected_options: options.filter((one) => kept.includes(stringAt(one, 'value'))) });
  };

  return (
    <div className="choices" role={single ? 'radiogroup' : 'group'} {...labelling(props)}>
      {options.map((option) => (
        <label key={stringAt(option, 'value')} className="choice">
          <input
            type={single ? 'radio' : 'checkbox'}
            name={name}
            checked={values.includes(stringAt(option, 'value'))}
            onChange={(event) => pick(option, event.target.checked)}
          />
          <OptionText option={option} />
        </label>
      ))}
    </div>
  );
}

function OptionText({ option }: { option: Json }) {
  const text = objectAt(option, 'text');
  const description = objectAt(option, 'description');
  return (
    <span>
      {text && <TextObject text={text} />}
      {description && (
        <small>
          <TextObject text={description} />
        </small>
      )}
    </span>
  );
}
