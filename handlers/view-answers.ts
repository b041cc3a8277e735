import type { ViewOutput } from '@slack/bolt';

/** What was put into a modal, by the name of the input. An input that was left empty is absent. */
export type Answers = Readonly<Partial<Record<string, string>>>;

type StateValue = ViewOutput['state']['values'][string][string];

/** Block id and action id of an input are both its name. */
export function answersOf({ state }: Pick<ViewOutput, 'state'>): Answers {
  const answers: Record<string, string> = {};
  for (const block of Object.values(state.values)) {
    for (const [name, input] of Object.entries(block)) {
      const value = chosen(input);
      if (value !== null) answers[name] = value;
    }
  }
  return answers;
}

/** Several ticks of one checkbox group are written one after the other. */
function chosen(input: StateValue): string | null {
  const ticked = input.selected_options?.map(({ value }) => value).join(' ');
  const moment = input.selected_date_time == null ? null : String(input.selected_date_time); // seconds since 1970
  const value = input.value ?? input.selected_option?.value ?? input.selected_user ?? moment ?? ticked ?? null;
  return value === null || value.trim() === '' ? null : value;
}

/** The first input of a view, where a refusal is written when it is about none of them; `null` in a view that only shows. */
export function firstInput({ blocks }: Pick<ViewOutput, 'blocks'>): string | null {
  return blocks.find(({ type }) => type === 'input')?.block_id ?? null;
}
