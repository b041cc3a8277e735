import type { Incident } from './incident.ts';
import { filledIn, placeholdersOf } from './placeholders.ts';
import type { Runbook, Step, StepRecord } from './runbook.ts';
import type { Service } from './service.ts';

/** A step in one incident, with the number that people call it by. */
export interface ChecklistStep {
  readonly number: number;
  readonly step: Step;
  /** `null`: nobody has touched it. */
  readonly record: StepRecord | null;
}

/**
 * The runbook that an incident is worked on with: of its most telling alarm that has one, else the one that was chosen when it
 * was declared, with the values of the incident's environment filled in. `null` where the service file (as it is now) has none
 * of them; a web address is no runbook of ours.
 */
export function runbookOf(
  { service: owner, environment, members, runbook }: Pick<Incident, 'service' | 'environment' | 'members' | 'runbook'>,
  services: readonly Pick<Service, 'name' | 'runbooks' | 'environments'>[],
): Runbook | null {
  const service = services.find(({ name }) => name === owner);
  if (!service) return null;
  const named = [...members.shown.map((member) => member.runbook), runbook];
  const name = named.find((one) => one !== null && Object.hasOwn(service.runbooks, one));
  const found = name == null ? undefined : service.runbooks[name];
  return found ? filled(found, placeholdersOf(service, environment)) : null;
}

/** An address with a gap leads nowhere; a command with one is still worth reading. */
function filled(runbook: Runbook, values: Readonly<Record<string, string>>): Runbook {
  const url = runbook.url === null ? null : filledIn(runbook.url, values);
  const steps = runbook.steps.map((step) => ({
    ...step,
    commands: Object.fromEntries(
      Object.entries(step.commands).map(([where, text]) => [where, filledIn(text, values).text]),
    ),
  }));
  return { ...runbook, url: url && url.missing.length === 0 ? url.text : null, steps };
}

/** The command of a step for an environment. Where it has none of its own, those of all others, each with its environment. */
export function commandsFor(
  { commands }: Pick<Step, 'commands'>,
  environment: string,
): { readonly environment: string | null; readonly command: string }[] {
  const own = Object.hasOwn(commands, environment) ? commands[environment] : commands.any;
  if (own !== undefined) return [{ environment: null, command: own }];
  return Object.entries(commands).map(([name, command]) => ({ environment: name, command }));
}

/** All steps in order, with what became of each. */
export function checklistOf({ steps }: Pick<Incident, 'steps'>, runbook: Runbook): ChecklistStep[] {
  return runbook.steps.map((step, i) => ({
    number: i + 1,
    step,
    record: steps.find((one) => one.runbook === runbook.name && one.step === step.id) ?? null,
  }));
}

/** How far people are, and the first step that is still open. */
export function progressOf(
  incident: Pick<Incident, 'steps'>,
  runbook: Runbook,
): { readonly done: number; readonly total: number; readonly next: ChecklistStep | null } {
  const all = checklistOf(incident, runbook);
  const open = all.filter(({ record }) => !record?.done);
  return { done: all.length - open.length, total: all.length, next: open[0] ?? null };
}
