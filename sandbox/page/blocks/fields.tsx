import { useId } from 'react';
import type { FieldProps } from './element.tsx';
import { type Json, stringAt, textAt } from './json.ts';
import { plainText } from './text.tsx';

/** A control's name and description for people who do not see the label beside it, and its handle for browser tests. */
export function labelling({ element, blockId, input }: FieldProps) {
  const handle = { 'data-testid': `input-${blockId}` };
  if (input) return { ...handle, 'aria-labelledby': input.labelId, 'aria-describedby': input.noteId };
  return { ...handle, 'aria-label': plainText(textAt(element, 'placeholder')) || 'Choose' };
}

const TYPES: Readonly<Record<string, string>> = {
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
};

/** Everything that is typed: one line or several, numbers, addresses. An emptied field holds `null`, as in Slack. */
export function TextField(props: FieldProps) {
  const { element, value, change } = props;
  const common = {
    ...labelling(props),
    id: useId(),
    className: 'field',
    value: stringAt(value, 'value'),
    placeholder: plainText(textAt(element, 'placeholder')),
    autoFocus: element.focus_on_load === true,
    ...limits(element),
  };
  const take = (typed: string) => change({ value: typed === '' ? null : typed });
  return element.multiline === true ? (
    <textarea {...common} rows={3} onChange={(event) => take(event.target.value)} />
  ) : (
    <input
      {...common}
      type={TYPES[stringAt(element, 'type')] ?? 'text'}
      step={element.is_decimal_allowed === true ? 'any' : undefined}
      onChange={(event) => take(event.target.value)}
    />
  );
}

function limits(element: Json) {
  const { max_length: maxLength, min_length: minLength } = element;
  return {
    ...(typeof maxLength === 'number' && { maxLength }),
    ...(typeof minLength === 'number' && { minLength }),
  };
}

const DATES = {
  datepicker: { type: 'date', key: 'selected_date' },
  timepicker: { type: 'time', key: 'selected_time' },
  datetimepicker: { type: 'datetime-local', key: 'selected_date_time' },
} as const;

/** The browser's own pickers. A `datetimepicker` holds seconds since 1970, read in the local zone. */
export function DateField(props: FieldProps) {
  const name = stringAt(props.element, 'type');
  const { type, key } = name === 'timepicker' || name === 'datetimepicker' ? DATES[name] : DATES.datepicker;
  const held = props.value[key];
  const shown = typeof held === 'number' ? localMinute(held) : stringAt(props.value, key);
  const read = (typed: string) => (type === 'datetime-local' ? Math.floor(Date.parse(typed) / 1000) : typed);
  return (
    <input
      {...labelling(props)}
      className="field narrow"
      type={type}
      value={shown}
      onChange={(event) => props.change({ [key]: event.target.value === '' ? null : read(event.target.value) })}
    />
  );
}

function localMinute(unix: number): string {
  const date = new Date(unix * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
