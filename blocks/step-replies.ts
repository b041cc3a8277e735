import { checklistOf } from '../src/domain/checklist.ts';
import type { Incident } from '../src/domain/incident.ts';
import type { Runbook, Step } from '../src/domain/runbook.ts';
import { factLine, inOrder, spokenEvidence } from './evidence.ts';
import { oneLine } from './foreign-text.ts';
import { context, lines, type Message, md, message, section } from './kit.ts';
import { BUDGET } from './limits.ts';
import { written } from './phrase.ts';
import { judgement, runbookLine } from './runbook-words.ts';

/** The steps of a runbook with their numbers, where no view can be opened. */
export function runbookReply(incident: Incident, runbook: Runbook): Message {
  const steps = checklistOf(incident, runbook).map(
    ({ number, step, record }) =>
      `${record?.done ? '✅' : '⬜'} ${number}. ${oneLine(step.text, STEP)}${step.kind === 'check' ? ' (a check)' : ''}`,
  );
  const head = runbookLine(incident, runbook);
  return message(
    lines(md`${incident.id}: ${head}`, ...steps),
    section(head),
    section(lines(...steps)),
    context(md`Tick one: ${'@Tocsin'} done 3 · run a check: ${'@Tocsin'} check 2`),
  );
}

/** Thirty steps fit into one section, whatever they are made of. */
const STEP = 75;

/** What is known around an incident, where no view can be opened. */
export function evidenceReply({ id, evidence }: Incident): Message {
  if (!evidence || evidence.facts.length === 0) {
    const none = md`Nothing is known about ${id} beyond its card yet.`;
    return message(none, section(none));
  }
  return message(
    md`${id}: ${spokenEvidence(evidence) ?? ''}`,
    section(lines(...inOrder(evidence.facts).map((fact) => factLine(fact, evidence.at)))),
  );
}

/** A step that was worked on, and how the incident is afterwards. */
interface Worked {
  readonly incident: Incident;
  readonly number: number;
  readonly step: Pick<Step, 'text'>;
}

/** What a tick by words did: `Step 3 of INC-7 is done: Check the error rate`. */
export function tickedReply({ incident, number, step }: Worked, isDone: boolean): Message {
  const text = md`Step ${number} of ${incident.id} is ${isDone ? 'done' : 'open again'}: ${oneLine(step.text, BUDGET.title)}`;
  return message(text, section(text));
}

/** What a check answered. */
export function checkedReply({
  incident,
  number,
  step,
  answer,
  isWell,
}: Worked & { readonly answer: string; readonly isWell: boolean | null }): Message {
  const text = lines(
    md`Step ${number} of ${incident.id}: ${oneLine(step.text, BUDGET.title)}`,
    md`${judgement(isWell)}: ${written(answer, BUDGET.prose)}`,
  );
  return message(text, section(text));
}
