import type { Incident } from './incident.ts';
import type { Runbook } from './runbook.ts';

/** What ended it, for the closing note to begin with: the word that was given, then the steps that were done. Looking is no fix. */
export function fixOf({ resolution, steps }: Pick<Incident, 'resolution' | 'steps'>, runbook: Runbook | null): string {
  const isCheck = (name: string, step: string) =>
    runbook?.name === name && runbook.steps.some((one) => one.id === step && one.kind === 'check');
  const done = steps.filter((one) => one.done && !isCheck(one.runbook, one.step)).map(({ text }) => `Done: ${text}`);
  return [resolution, ...done].filter((line) => line !== '').join('\n');
}

/**
 * What remains to be done: what the runbook wants done by a day (UTC) for the values that were reached, unless it is a follow-up
 * already. What it advises at once is over.
 */
export function followUpsOf({ members, deadlines }: Pick<Incident, 'members' | 'deadlines'>): string {
  const known = new Set(deadlines.map(({ from }) => from?.rule));
  const advised = members.shown.flatMap(({ ruling: { rule, advice, dueAt } }) => {
    if (advice === null || dueAt === null || known.has(rule)) return [];
    return [`${advice.replace(/\.$/, '')}, by ${new Date(dueAt).toISOString().slice(0, 10)}`];
  });
  return [...new Set(advised)].join('\n');
}
