import type { ActionsBlock, Button } from '@slack/types';
import type { Action } from '../src/domain/action.ts';
import { type Incident, isOver, TOCSIN } from '../src/domain/incident.ts';
import { isUnderWay, type Proposal, type Run } from '../src/domain/run.ts';
import { oneLine } from './foreign-text.ts';
import { actions, ago, join, lines, link, type Mrkdwn, md, mention, openSection, roughly, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { offerButton, runButton } from './run-buttons.ts';
import {
  approvalWords,
  brokenGlass,
  headWords,
  measuredLines,
  measuredUntil,
  runLine,
  runsUnderWay,
  shareWords,
} from './run-words.ts';

/** Runs that the card tells of: what is under way first, then the newest that has ended. */
const RUNS_SHOWN = 3;
/** Runs whose buttons the card has. */
const RUNS_ACTED_ON = 2;
const PROPOSALS_SHOWN = 2;

/** What is done about an incident, and what could be: lines, and the buttons that they need. Empty for one that nothing was done about. */
export function runBlocks(incident: Incident, offered: readonly Action[], now: number) {
  const words = runWords(incident, offered, now);
  if (words.text === '') return [];
  const controls = controlsOf(incident);
  const told = openSection(words);
  const newest = incident.runs.at(-1);
  return [newest && controls.length === 0 ? { ...told, accessory: runButton('details', newest) } : told, ...controls];
}

/** The same as text. `isHeard`: without what only eyes can read. */
export function runWords(incident: Incident, offered: readonly Action[], now: number, isHeard = false): Mrkdwn {
  const { runs } = incident;
  const open = runsUnderWay(incident);
  const ended = runs.filter((run) => !isUnderWay(run)).reverse();
  const full = open.length > 0 ? open : ended.slice(0, 1);
  const brief = ended.filter((run) => !full.includes(run)).slice(0, Math.max(0, RUNS_SHOWN - full.length));
  const hidden = runs.length - full.length - brief.length;
  const others = lines(
    ...brief.map((run) => runLine(run, incident.drill)),
    hidden > 0 ? `and ${hidden === 1 ? '1 earlier run' : `${hidden} earlier runs`} in the timeline` : null,
  );
  const proposed = lines(...proposalsOf(incident).map((one) => proposalWords(one, offered)));
  const paragraphs = [...full.map((run) => oneRun(incident, run, now, isHeard)), others, proposed];
  return join(paragraphs, isHeard ? ' ' : '\n\n');
}

function oneRun(incident: Incident, run: Run, now: number, isHeard: boolean): Mrkdwn {
  return lines(headWords(run, incident.drill), brokenGlass(run), ...stateLines(incident, run, now, isHeard));
}

function stateLines({ drill }: Incident, run: Run, now: number, isHeard: boolean): (Mrkdwn | string | null)[] {
  switch (run.state) {
    case 'planned':
      return plannedLines(run, drill);
    case 'approved':
      return [approvalWords(run)];
    case 'executing':
      return [progressLine(run, now, isHeard), stopWords(run), approvalWords(run)];
    case 'verifying':
      return [...measuredLines(run), md`⏱️ By ${when(measuredUntil(run))} at the latest it is known whether it helped.`];
    default:
      return [
        join([oneLine(run.why, BUDGET.line) || null, madeLink(run)], ' '),
        ...(run.samples.length > 0 ? measuredLines(run) : []),
      ];
  }
}

function plannedLines({ plan, requestedBy, reason }: Run, drill: boolean): (Mrkdwn | string | null)[] {
  const whose = requestedBy === TOCSIN ? md`somebody` : md`somebody other than ${mention(requestedBy)}`;
  const why = oneLine(reason, BUDGET.line);
  const unknown = plan.checks.filter(({ isWell }) => isWell === null).slice(0, CHECKS_SHOWN);
  return [
    md`Asked for by ${mention(requestedBy)}${why === '' ? '.' : `: “${why}”`}`,
    ...unknown.map(({ text }) => md`❔ ${oneLine(text, BUDGET.title)}`),
    join(
      [
        `Risk: ${plan.risk}`,
        plan.takesMs === null ? null : `takes about ${roughly(plan.takesMs)}`,
        plan.cannotUndo.length > 0 ? 'not all of it can be undone' : null,
      ],
      ' · ',
    ),
    md`👉 *It takes ${whose} to approve it*, by ${when(plan.expiresAt)}.${drill ? ' A drill: nothing will be changed.' : ''}`,
  ];
}

/** What was made has a place: a ticket, an execution. */
function madeLink({ changedAt, progress }: Run): Mrkdwn | null {
  return changedAt !== null && progress?.link ? link('Open it', progress.link) : null;
}

const CHECKS_SHOWN = 2;

function progressLine({ progress, beganAt, requestedAt }: Run, now: number, isHeard: boolean): Mrkdwn {
  const began = beganAt ?? requestedAt;
  return join(
    [
      shareWords(progress?.share ?? null, isHeard),
      oneLine(progress?.phase ?? '', BUDGET.title) || 'Not sent yet',
      md`since ${when(began)} (${ago(began, now)})`,
      progress?.link ? link('Watch it', progress.link) : null,
    ],
    ' · ',
  );
}

function stopWords({ cancelAskedBy }: Run): Mrkdwn | null {
  return cancelAskedBy === null ? null : md`🛑 ${mention(cancelAskedBy)} wants it to stop.`;
}

/** The newest first; none once the incident is over. */
function proposalsOf(incident: Incident): readonly Proposal[] {
  return isOver(incident) ? [] : incident.proposals.toReversed().slice(0, PROPOSALS_SHOWN);
}

function proposalWords({ action, title, why }: Proposal, offered: readonly Action[]): Mrkdwn {
  const known = offered.find(({ name }) => name === action)?.title ?? title;
  const because = oneLine(why, BUDGET.line).replace(/\.$/, '');
  return md`💡 *Proposed:* ${oneLine(known, BUDGET.title)}${because === '' ? '.' : `, because: ${because}.`}`;
}

/** One decision at a time: a proposal has its buttons when nothing is under way. */
function controlsOf(incident: Incident): ActionsBlock[] {
  const open = runsUnderWay(incident).slice(0, RUNS_ACTED_ON);
  const [newest] = proposalsOf(incident);
  if (open.length === 0) return newest ? [proposalActions(incident, newest)] : [];
  const isSeveral = runsUnderWay(incident).length > 1;
  return open.map((run) =>
    blockOf(incident, run.id, [...runButtons(run, isSeveral), runButton('details', run, isSeveral)]),
  );
}

function runButtons(run: Run, isSeveral: boolean): Button[] {
  if (run.state === 'planned') return [runButton('approve', run, isSeveral), runButton('reject', run, isSeveral)];
  const canStop = run.state === 'approved' || (run.state === 'executing' && run.cancelAskedBy === null);
  return canStop ? [runButton('cancel', run, isSeveral)] : [];
}

function proposalActions(incident: Incident, { action }: Proposal): ActionsBlock {
  const target = { incident: incident.id, action };
  const newest = incident.runs.at(-1);
  const details = newest ? [runButton('details', newest)] : [];
  return blockOf(incident, action, [offerButton('review', target), offerButton('dismiss', target), ...details]);
}

/** Its id changes with every version, so that no client keeps the old ones. */
function blockOf({ version }: Incident, of: string, buttons: readonly Button[]): ActionsBlock {
  return { ...actions(...buttons), block_id: `run:${of}:${version}` };
}
