import type { ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import type { Run } from '../../src/domain/run.ts';
import { oneLine } from '../foreign-text.ts';
import { lines, md, mention, section, when } from '../kit.ts';
import { BUDGET } from '../limits.ts';
import { about } from './changes.ts';
import { form, textInput } from './form.ts';
import { confirmation, drillNotice } from './plan.ts';
import { planBlocks } from './plan-parts.ts';

/** The plan of a run that waits, for somebody who may let it run. It carries the hash of what is shown. */
export function approveModal(incident: Incident, run: Run, now: number): ModalView {
  const { plan, id } = run;
  return form(
    'approve',
    { run: id, hash: plan.hash },
    { title: `Approve ${id}`, submit: 'Approve' },
    about(incident),
    incident.drill ? drillNotice() : null,
    section(askedLine(run)),
    ...planBlocks(plan, now),
    ...confirmation('approve', plan, incident),
  );
}

/** Asks why it shall not run. */
export function rejectModal(incident: Incident, run: Run): ModalView {
  return form(
    'reject',
    { run: run.id },
    { title: `Reject ${run.id}`, submit: 'Reject' },
    about(incident),
    section(lines(md`*${oneLine(run.plan.title, BUDGET.title)}*`, askedLine(run))),
    textInput({
      ...{ of: 'reject', id: 'reason', label: 'Why not', optional: true, multiline: true, max: 1000 },
      hint: 'Whoever asked for it reads this.',
    }),
  );
}

/** Who wants it, since when, and why. */
export function askedLine({ requestedBy, requestedAt, reason }: Run) {
  const why = oneLine(reason, BUDGET.line);
  return md`Asked for by ${mention(requestedBy)} ${when(requestedAt)}${why === '' ? '.' : `: “${why}”`}`;
}
