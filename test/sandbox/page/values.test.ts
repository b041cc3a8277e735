import { expect, it } from 'vitest';
import { collectValues, missingInputs } from '../../../sandbox/page/blocks/values.ts';

const note = { type: 'input', block_id: 'note', element: { type: 'plain_text_input', action_id: 'v' } };
const option = { text: { type: 'plain_text', text: 'P1' }, value: 'P1' };
const severity = {
  type: 'input',
  block_id: 'severity',
  element: { type: 'static_select', action_id: 'v', initial_option: option, options: [option] },
};
const boxes = {
  type: 'actions',
  block_id: 'boxes',
  elements: [
    { type: 'button', action_id: 'go' },
    { type: 'checkboxes', action_id: 'which', options: [option] },
  ],
};

it('hands out every element that holds something, touched or not, as Slack does', () => {
  const typed = { note: { v: { type: 'plain_text_input', value: 'slow' } } };

  const values = collectValues([note, severity, boxes], typed);

  expect(values).toEqual({
    note: { v: { type: 'plain_text_input', value: 'slow' } },
    severity: { v: { type: 'static_select', selected_option: option } },
    boxes: { which: { type: 'checkboxes', selected_options: [] } },
  });
});

it('forgets what was typed into an element that has become one of another type', () => {
  const typed = { note: { v: { type: 'static_select', selected_option: option } } };

  expect(collectValues([note], typed)).toEqual({ note: { v: { type: 'plain_text_input', value: null } } });
});

it('forgets what was typed into a block that is gone', () => {
  const typed = { gone: { v: { type: 'plain_text_input', value: 'x' } } };

  expect(collectValues([severity], typed)).not.toHaveProperty('gone');
});

it.each([
  [note, null, ['note']],
  [note, '   ', ['note']],
  [note, 'slow', []],
  [{ ...note, optional: true }, null, []],
])('tells which required inputs are empty: %#', (block, value, missing) => {
  const values = { note: { v: { type: 'plain_text_input', value } } };

  expect(missingInputs([block], values)).toEqual(missing);
});
