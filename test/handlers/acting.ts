import type { Service } from '../../src/domain/service.ts';
import { offers, runs } from '../../src/slack/protocol-runs.ts';
import { action } from '../actions/given.ts';
import { TOY } from '../actions/toy.ts';
import { type Office, SERVICES } from './office.ts';

/** What bikeshare can do in these tests, by its risk; only `U1` and `U2` may act on it, and only `U2` may approve `train`. */
const ACTIONS = [
  action('back', { title: 'Roll back', verb: 'rollback', risk: 'medium', heals: false, ...TOY }),
  action('restart', { title: 'Restart it', risk: 'low', heals: false, ...TOY }),
  {
    ...action('train', { title: 'Train anew', verb: 'retrain', risk: 'high', heals: false, ...TOY }),
    approvers: ['U2'],
  },
  action('ingest', {
    ...{ title: 'Read a city again', risk: 'low', heals: false, ...TOY },
    inputs: { city: { label: 'City', choices: ['nyc', 'paris'] }, day: { label: 'Day', default: 'today' } },
  }),
];

export const ACTING: readonly Service[] = SERVICES.map((one) =>
  one.name === 'bikeshare'
    ? { ...one, title: 'Bikeshare', actions: Object.fromEntries(ACTIONS.map((held) => [held.name, held])) }
    : one,
);

/** The view that a person sees now. */
export function seen({ journal }: Pick<Office, 'journal'>) {
  return journal.findLast(({ body }) => body?.view)?.body.view;
}

/** Everything in it that is read. */
export function read(office: Pick<Office, 'journal'>): string {
  const view = seen(office);
  return JSON.stringify([view?.title, view?.blocks, view?.submit]);
}

export const text = (value: string) => ({ type: 'plain_text_input', value });
export const choice = (value: string) => ({
  type: 'static_select',
  selected_option: { text: { type: 'plain_text', text: value }, value },
});

/** The buttons of a view, by their action id. */
export function carriedBy(view: { readonly blocks: readonly object[] }, actionId: string): string | undefined {
  const elements = view.blocks.flatMap((block) => ('elements' in block ? (block.elements as readonly object[]) : []));
  const found = elements.find((one) => 'action_id' in one && one.action_id === actionId);
  return found && 'value' in found ? String(found.value) : undefined;
}

export const PLAN = offers.plan.actionId;
export const APPROVE = runs.approve.actionId;
