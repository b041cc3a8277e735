import type { Button, KnownBlock, ModalView, SectionBlock } from '@slack/types';
import { type Action, isFor } from '../../src/domain/action.ts';
import { type ChecklistStep, checklistOf, commandsFor, progressOf } from '../../src/domain/checklist.ts';
import { type Incident, isOver } from '../../src/domain/incident.ts';
import { isUnderWay } from '../../src/domain/run.ts';
import type { Runbook, StepRecord } from '../../src/domain/runbook.ts';
import { encodeStep, type StepButtonName, steps } from '../../src/slack/protocol.ts';
import { oneLine } from '../foreign-text.ts';
import { lookOf, placeOf, titleOf } from '../incident-words.ts';
import {
  actions,
  context,
  header,
  lines,
  link,
  type Mrkdwn,
  md,
  mention,
  openSection,
  plain,
  preformatted,
  present,
  section,
  when,
} from '../kit.ts';
import { BUDGET, LIMITS } from '../limits.ts';
import { written } from '../phrase.ts';
import { planButton } from '../run-buttons.ts';
import { runLine } from '../run-words.ts';
import { judgement } from '../runbook-words.ts';
import { sheet } from './form.ts';
import { asSide, otherSides } from './sides.ts';

/** A runbook as the checklist of one incident. */
export interface Checklist {
  readonly incident: Incident;
  readonly runbook: Runbook;
  /** What one person is told beside the step that they pressed last: what it could not do, and why. */
  readonly aside?: { readonly step: string; readonly blocks: readonly KnownBlock[] };
  /** What the service can do: a step that names one of these has a button that plans it. */
  readonly offered?: readonly Action[];
  readonly now: number;
}

/**
 * The steps by phase, each with who did it and what a check answered. Several people may have it open: it is drawn from state.
 * Once the incident is over it can only be read.
 */
export function runbookModal(checklist: Checklist): ModalView {
  const { incident, runbook, now } = checklist;
  const { done, total } = progressOf(incident, runbook);
  const title = link(oneLine(runbook.title, BUDGET.title) || runbook.name, runbook.url);
  const { icon, word } = lookOf(incident);
  const head = [
    context(md`${icon} ${word} · ${incident.severity} · ${placeOf(incident)} · ${titleOf(incident)}`),
    section(lines(md`*${title}*`, `${done} of ${total} steps done`, isOver(incident) ? OVER : null)),
    ...lostAside(checklist),
  ];
  const foot = present<KnownBlock>([
    causes(runbook),
    otherSides({ incident, runbook }, 'runbook'),
    context(md`Everybody's ticks show here and on the card. Updated ${when(now)}`),
  ]);
  const steps = stepsByPhase(checklist, LIMITS.viewBlocks - head.length - foot.length);
  return asSide(sheet(`${incident.id} runbook`, ...head, ...steps, ...foot), 'runbook', incident);
}

/** The step that it was about is not there any more: then it is said above all others. */
function lostAside({ runbook, aside }: Checklist): readonly KnownBlock[] {
  return aside && !runbook.steps.some(({ id }) => id === aside.step) ? aside.blocks : [];
}

const OVER = 'The incident is over: this is what was done.';

function causes({ causes: known }: Runbook): SectionBlock | null {
  if (known.length === 0) return null;
  return section(
    lines(
      md`*Likely causes*`,
      ...known.map(({ cause, cure }) => md`• ${oneLine(cause, CAUSE)}: ${oneLine(cure, CAUSE)}`),
    ),
  );
}

/** Twelve causes with their cures fit into one section. */
const CAUSE = 110;

/** Each phase above its first step: as a heading where there is room for all of them, else in the step's own words. */
function stepsByPhase(checklist: Checklist, room: number): KnownBlock[] {
  const all = checklistOf(checklist.incident, checklist.runbook).map((one, i, list) => {
    const { phase } = one.step;
    return { one, phase: phase === list[i - 1]?.step.phase ? null : phase };
  });
  const withHeadings = all.flatMap(({ one, phase }) => [
    ...(phase === null ? [] : [header(phase)]),
    ...stepBlocks(checklist, one, null),
  ]);
  return withHeadings.length <= room
    ? withHeadings
    : all.flatMap(({ one, phase }) => stepBlocks(checklist, one, phase));
}

function stepBlocks(checklist: Checklist, one: ChecklistStep, phase: string | null): KnownBlock[] {
  const { incident, aside } = checklist;
  const { step } = one;
  const [tick, ...others] = isOver(incident) ? [] : stepButtons(checklist, one);
  const commands = actionOf(checklist, one) ? [] : commandsFor(step, incident.environment);
  const heading = phase === null ? null : md`*${oneLine(phase, BUDGET.name)}*`;
  return present<KnownBlock>([
    {
      ...openSection(lines(heading, stepWords(one), runWords(incident, one))),
      ...(tick && others.length === 0 && { accessory: tick }),
    },
    commands.length === 0 ? null : preformatted(commandText(commands)),
    tick && others.length > 0 ? actions(...others, tick) : null,
    ...(aside?.step === step.id ? aside.blocks : []),
  ]);
}

/** What ticks a step, then what else can be pressed beside it. */
function stepButtons(checklist: Checklist, one: ChecklistStep): Button[] {
  const { incident, runbook } = checklist;
  const { step, record } = one;
  const value = encodeStep({ incident: incident.id, runbook: runbook.name, step: step.id });
  return present([
    stepButton(record?.done ? 'untick' : 'tick', one, value),
    step.kind === 'check' ? stepButton('check', one, value) : null,
    actionButton(checklist, one),
  ]);
}

/** The action that a step names, where it can be done; else its command says what to do. */
function actionOf({ incident, offered = [] }: Checklist, { step }: ChecklistStep): Action | null {
  if (step.kind !== 'action') return null;
  return offered.find((one) => one.name === step.action && isFor(one, incident.environment)) ?? null;
}

function actionButton(checklist: Checklist, one: ChecklistStep): Button | null {
  const action = actionOf(checklist, one);
  const { id, runs } = checklist.incident;
  const isGoing = runs.some((run) => isUnderWay(run) && run.plan.action === action?.name);
  return action && !isGoing ? planButton(action, id) : null;
}

/** How the newest run of the step's action stands: it ticks nothing, a person does. */
function runWords({ runs, drill }: Incident, { step }: ChecklistStep): Mrkdwn | null {
  const newest = step.action === null ? undefined : runs.findLast(({ plan }) => plan.action === step.action);
  return newest ? runLine(newest, drill) : null;
}

function commandText(commands: ReturnType<typeof commandsFor>): string {
  return commands
    .map(({ environment, command }) => (environment === null ? command : `# ${environment}\n${command}`))
    .join('\n\n');
}

function stepWords({ number, step, record }: ChecklistStep): Mrkdwn {
  const box = record?.done ? '✅' : '⬜';
  return lines(md`${box} *${number}.* ${oneLine(step.text, BUDGET.line)}`, doneWords(record), answerWords(record));
}

function doneWords(record: StepRecord | null): Mrkdwn | null {
  return record?.done ? md`Done by ${mention(record.done.by)} · ${when(record.done.at)}` : null;
}

function answerWords(record: StepRecord | null): Mrkdwn | null {
  if (!record?.answer) return null;
  const { text, isWell, at, by } = record.answer;
  return lines(md`${judgement(isWell)}: ${written(text, BUDGET.prose)}`, md`Checked by ${mention(by)} · ${when(at)}`);
}

function stepButton(name: StepButtonName, { number, step }: ChecklistStep, value: string): Button {
  const { actionId, label } = steps[name];
  return {
    type: 'button',
    action_id: actionId,
    text: plain(label, LIMITS.buttonLabel),
    value,
    accessibility_label: plain(`${label}: step ${number}, ${step.text}`, LIMITS.buttonLabel).text,
  };
}
