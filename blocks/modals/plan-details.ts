import type { Button, KnownBlock, ModalView } from '@slack/types';
import { type Incident, TOCSIN } from '../../src/domain/incident.ts';
import { isUnderWay, type Run, type RunSample } from '../../src/domain/run.ts';
import { oneLine } from '../foreign-text.ts';
import {
  actions,
  context,
  join,
  lines,
  link,
  type Mrkdwn,
  md,
  mention,
  plain,
  present,
  section,
  when,
} from '../kit.ts';
import { BUDGET, LIMITS } from '../limits.ts';
import { quantityWords } from '../measurement-words.ts';
import { runButton } from '../run-buttons.ts';
import { brokenGlass, headWords, measuredUntil, shareWords, standOf } from '../run-words.ts';
import { about } from './changes.ts';
import { sheet } from './form.ts';
import { drillNotice } from './plan.ts';
import { askedLine } from './plan-approve.ts';
import { listed, planBlocks, planRecord } from './plan-parts.ts';

/** All that is known of a run: how far it is, who agreed, what was measured, and the plan that was approved. Everybody may look. */
export function detailsModal(incident: Incident, run: Run, now: number): ModalView {
  return sheet(
    `Run ${run.id}`,
    about(incident),
    incident.drill ? drillNotice() : null,
    section(lines(standWords(run, incident.drill), run.why === '' ? null : md`${oneLine(run.why, BUDGET.prose)}`)),
    progressLine(run),
    section(lines(askedLine(run), approvedLine(run), brokenGlass(run), ...milestones(run))),
    ...listed('Measured since the change', samplesOf(run)),
    ...(run.state === 'planned' ? planBlocks(run.plan, now) : planRecord(run.plan)),
    actions(...present([...decisions(run), again(run)])),
    context(md`Updated ${when(now)}`),
  );
}

/** What is still to be decided says below what it changes. */
function standWords(run: Run, isDrill: boolean): Mrkdwn {
  if (run.state !== 'planned') return headWords(run, isDrill);
  const { icon, word } = standOf(run, isDrill);
  return md`${icon} *${run.id} ${word}.*`;
}

function progressLine({ state, progress, changedAt }: Run): KnownBlock | null {
  if (!progress || state !== 'executing') {
    return changedAt !== null && progress?.link ? section(link('Open it', progress.link)) : null;
  }
  const { phase, share, link: url, at } = progress;
  const watch = url === null ? null : link('Watch it', url);
  return section(
    join([md`${oneLine(phase, BUDGET.name)}`, shareWords(share, false), md`seen ${when(at)}`, watch], ' · '),
  );
}

function approvedLine({ approval, requestedBy }: Run): Mrkdwn | null {
  if (!approval || approval.way === 'break_glass') return null;
  const who = approval.by === TOCSIN ? md`the autopilot` : mention(approval.by);
  return md`Approved by ${who} ${when(approval.at)}${approval.by === requestedBy ? ', alone' : ''}`;
}

function milestones(run: Run): (Mrkdwn | null)[] {
  const { beganAt, sentAt, sendings, changedAt, cancelAskedBy, endedAt, state } = run;
  return [
    beganAt === null ? null : md`Began ${when(beganAt)}`,
    sentAt === null ? null : md`The change was sent ${when(sentAt)}${sendings > 1 ? `, ${sendings} times in all` : ''}`,
    cancelAskedBy === null ? null : md`${mention(cancelAskedBy)} wants it to stop`,
    changedAt === null ? null : md`The world was as planned ${when(changedAt)}`,
    state === 'verifying' ? md`It can be said by ${when(measuredUntil(run))} whether it helped` : null,
    endedAt === null ? null : md`Ended ${when(endedAt)}`,
  ];
}

const SAMPLES = 12;

/** The newest first: whether each value was as it should be, with a mark and the value. */
function samplesOf({ samples, plan }: Run): Mrkdwn[] {
  return samples
    .slice(-SAMPLES)
    .reverse()
    .map(
      (sample) =>
        md`${when(sample.at)} · ${join(
          plan.baseline.map((_, i) => valueWords(plan, sample, i)),
          ' · ',
        )}`,
    );
}

function valueWords({ baseline }: Run['plan'], { values, isWell }: RunSample, i: number): Mrkdwn {
  const label = oneLine(baseline[i]?.label ?? '', BUDGET.name);
  const value = values[i] ?? null;
  const well = isWell[i] ?? null;
  const mark = well === null ? '❔' : well ? '✅' : '❌';
  const shown =
    value === null
      ? WELL_WORDS[String(well) as keyof typeof WELL_WORDS]
      : quantityWords(value, baseline[i]?.unit ?? null);
  return md`${mark}\u00A0${label} ${shown}`; // a phone breaks no line behind a mark
}

const WELL_WORDS = { true: 'as expected', false: 'not as expected', null: 'could not be told' } as const;

/** What can be decided about it at this moment. */
function decisions(run: Run): Button[] {
  if (run.state === 'planned') return (['approve', 'reject', 'cancel'] as const).map((name) => runButton(name, run));
  return isUnderWay(run) && run.state !== 'verifying' ? [runButton('cancel', run)] : [];
}

function again(run: Run): Button {
  return { ...runButton('details', run), text: plain('Refresh', LIMITS.buttonLabel) };
}
