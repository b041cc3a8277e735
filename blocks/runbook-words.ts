import { progressOf } from '../src/domain/checklist.ts';
import { type Incident, isOver } from '../src/domain/incident.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import { oneLine } from './foreign-text.ts';
import { link, type Mrkdwn, md } from './kit.ts';
import { BUDGET } from './limits.ts';

/** `Runbook: The endpoint is slow: 2 of 7 steps done. Next: 3. Check the error rate` */
export function runbookLine(incident: Pick<Incident, 'steps' | 'status'>, runbook: Runbook): Mrkdwn {
  const title = link(oneLine(runbook.title, BUDGET.title) || runbook.name, runbook.url);
  const words = progressWords(incident, runbook);
  return words === '' ? md`*Runbook:* ${title}` : md`*Runbook:* ${title}: ${words}`;
}

/** `2 of 7 steps done. Next: 3. Check the error rate`; without a next one when it is over; empty for a runbook that is only a page. */
export function progressWords(incident: Pick<Incident, 'steps' | 'status'>, runbook: Runbook): string {
  const { done, total, next } = progressOf(incident, runbook);
  if (total === 0) return '';
  if (next === null) return total === 1 ? 'its step is done' : `all ${total} steps are done`;
  if (isOver(incident)) return `${done} of ${total} steps done`;
  return `${done} of ${total} steps done. Next: ${next.number}. ${oneLine(next.step.text, BUDGET.title)}`;
}

/** What an answer is worth, in words beside its icon. */
export function judgement(isWell: boolean | null): string {
  if (isWell === null) return '➖ Judge for yourself';
  return isWell ? '🟢 As expected' : '🔴 Not as expected';
}
