import type { Button, KnownBlock, ModalView, SectionBlock } from '@slack/types';
import { type ChecklistStep, checklistOf, commandsFor, progressOf } from '../../src/domain/checklist.ts';
import { type Incident, isOver } from '../../src/domain/incident.ts';
import type { Runbook, StepRecord } from '../../src/domain/runbook.ts';
import { encodeStep, type StepButtonName, steps } from '../../src/slack/protocol.ts';
import { oneLine } from '../foreign-text.ts';
import {
  actions,
  context,
  header,
  join,
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
import { judgement } from '../runbook-words.ts';
import { sheet } from './form.ts';
import { about, asSide, otherSides } from './sides.ts';

/** A runbook as the checklist of one incident. */
export interface Checklist {
  readonly incident: Incident;
  readonly runbook: Runbook;
  readonly now: number;
}

/**
 * The steps by phase, each with who did it and what a check answered. Several people may have it open: it is drawn from state.
 * Once the incident is over it can only be read.
 */
export function runbookModal({ incident, runbook, now }: Checklist): ModalView {
  const { done, total } = progressOf(incident, runbook);
  const title = link(oneLine(runbook.title, BUDGET.title) || runbook.name, runbook.url);
  const head = present<KnownBlock>([
    about(incident),
    otherSides({ incident, runbook }, 'runbook'),
    section(lines(md`*${title}*`, `${done} of ${total} steps done`, isOver(incident) ? OVER : null)),
    causes(runbook),
  ]);
  const foot = context(md`Everybody's ticks show here and on the card. Updated ${when(now)}`);
  const steps = stepsByPhase(incident, runbook, LIMITS.viewBlocks - head.length - NOTICE_AND_FOOT);
  return asSide(sheet(`${incident.id} runbook`, ...head, ...steps, foot), 'runbook', incident);
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

/** The line below all, and one above all that says what did not work. */
const NOTICE_AND_FOOT = 2;

/** Each phase above its first step: as a heading where there is room for all of them, else in the step's own words. */
function stepsByPhase(incident: Incident, runbook: Runbook, room: number): KnownBlock[] {
  const all = checklistOf(incident, runbook).map((one, i, list) => {
    const { phase } = one.step;
    return { one, phase: phase === list[i - 1]?.step.phase ? null : phase };
  });
  const withHeadings = all.flatMap(({ one, phase }) => [
    ...(phase === null ? [] : [header(phase)]),
    ...stepBlocks(incident, runbook, one, null),
  ]);
  return withHeadings.length <= room
    ? withHeadings
    : all.flatMap(({ one, phase }) => stepBlocks(incident, runbook, one, phase));
}

function stepBlocks(incident: Incident, runbook: Runbook, one: ChecklistStep, phase: string | null): KnownBlock[] {
  const { step, record } = one;
  const target = { incident: incident.id, runbook: runbook.name, step: step.id };
  const press = (name: StepButtonName) => stepButton(name, one, encodeStep(target));
  const isOpen = !isOver(incident);
  const commands = commandsFor(step, incident.environment);
  return present<KnownBlock>([
    {
      ...openSection(lines(phase === null ? null : md`*${oneLine(phase, BUDGET.name)}*`, stepWords(one))),
      ...(isOpen && { accessory: press(record?.done ? 'untick' : 'tick') }),
    },
    commands.length === 0 ? null : preformatted(commandText(commands)),
    isOpen && step.kind === 'check' ? actions(press('check')) : null,
  ]);
}

function commandText(commands: ReturnType<typeof commandsFor>): string {
  return commands
    .map(({ environment, command }) => (environment === null ? command : `# ${environment}\n${command}`))
    .join('\n\n');
}

/** What stands for each kind beside its number. */
const KINDS = { do: null, check: 'a check', action: 'by hand' } as const;

function stepWords({ number, step, record }: ChecklistStep): Mrkdwn {
  const box = record?.done ? '✅' : '⬜';
  return lines(
    join([md`${box} *${number}.* ${oneLine(step.text, BUDGET.line)}`, KINDS[step.kind]], ' · '),
    doneWords(record),
    answerWords(record),
  );
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
