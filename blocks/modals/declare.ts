import type { InputBlock, ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import { environmentsOf, type Service } from '../../src/domain/service.ts';
import { CLASS_WORDS, INCIDENT_CLASSES, SEVERITIES, SEVERITY_WORDS } from '../../src/domain/severity.ts';
import { listLine } from '../incident-words.ts';
import { lines, md, section } from '../kit.ts';
import { ask, choiceInput, form, groupedInput, option, textInput } from './form.ts';

export interface Declaring {
  /** At least one. */
  readonly services: readonly Pick<
    Service,
    'name' | 'title' | 'channel' | 'rules' | 'environments' | 'signals' | 'severities' | 'runbooks'
  >[];
  /** Incidents of the last hour, newest first: what is about to be declared may be among them. */
  readonly recent: readonly Incident[];
  /** Where it was asked for; a service that lives there is chosen beforehand. */
  readonly channel: string | null;
  readonly title: string;
}

const RECENT_SHOWN = 5;
const TITLE_MAX = 150;

/** The value of the box that makes a drill of it. */
export const DRILL = 'drill';

/** The form of a new incident. What is going on already stands above it, so that nothing is declared twice. */
export function declareModal({ services, recent, channel, title }: Declaring): ModalView {
  const here = services.find((one) => one.channel === channel) ?? (services.length === 1 ? services[0] : undefined);
  return form(
    'declare',
    { channel },
    { title: 'Declare incident', submit: 'Declare' },
    recent.length === 0
      ? null
      : section(
          lines(
            md`*Is it one of these?* The last hour's incidents:`,
            ...recent.slice(0, RECENT_SHOWN).map((one) => listLine(one)),
          ),
        ),
    serviceInput(services, here),
    ...gradeInputs(here),
    environmentInput(services),
    runbookInput(services, here),
    ...wordInputs(title),
    drillInput(),
  );
}

type Offered = Declaring['services'][number];

function serviceInput(services: Declaring['services'], here: Offered | undefined): InputBlock {
  return choiceInput({
    of: 'declare',
    id: 'service',
    label: 'Service',
    choices: services.map((service) => ({ value: service.name, text: service.title || service.name })),
    initial: here?.name ?? null,
  });
}

/** Where the service is known beforehand, its levels are said in its own words. */
function gradeInputs(here: Offered | undefined): InputBlock[] {
  return [
    choiceInput({
      of: 'declare',
      id: 'severity',
      label: 'Severity',
      choices: SEVERITIES.map((severity) => ({
        value: severity,
        text: `${severity} · ${SEVERITY_WORDS[severity]}`,
        description: here?.severities[severity].means ?? '',
      })),
      initial: 'P2',
    }),
    choiceInput({
      of: 'declare',
      id: 'incidentClass',
      label: 'Kind of trouble',
      choices: INCIDENT_CLASSES.map((name) => ({ value: name, text: CLASS_WORDS[name] })),
      initial: 'system',
    }),
  ];
}

function wordInputs(title: string): InputBlock[] {
  return [
    textInput({
      of: 'declare',
      id: 'title',
      label: 'What is wrong',
      hint: 'A few words, as for a subject line.',
      initial: title,
      max: TITLE_MAX,
    }),
    textInput({
      of: 'declare',
      id: 'summary',
      label: 'What is seen',
      hint: 'Who is affected, and since when.',
      multiline: true,
      optional: true,
    }),
  ];
}

const USUAL = 'prod';

/** All environments that any service names: which one a service really has is checked when the form is sent. */
function environmentInput(services: Declaring['services']): InputBlock {
  const named = services.flatMap((service) => environmentsOf(service));
  const environments = [...new Set([USUAL, ...named])].filter((name) => name !== '' && name.length <= 150);
  return choiceInput({
    of: 'declare',
    id: 'environment',
    label: 'Environment',
    choices: environments.map((name) => ({ value: name, text: name })),
    initial: USUAL,
  });
}

/** `bikeshare/latency`: whose runbook it is, and which. */
export function runbookChoice(service: string, runbook: string): string {
  return `${service}/${runbook}`;
}

/** Runbooks with steps of all services, of the likely one first: whether one belongs to the chosen service is checked when the form is sent. */
function runbookInput(services: Declaring['services'], here: Offered | undefined): InputBlock | null {
  const groups = services
    .toSorted((a, b) => Number(b === here) - Number(a === here))
    .map(({ name, title, runbooks }) => ({
      label: title || name,
      choices: Object.values(runbooks)
        .filter(({ steps }) => steps.length > 0)
        .map((one) => ({ value: runbookChoice(name, one.name), text: one.title })),
    }));
  if (groups.every(({ choices }) => choices.length === 0)) return null;
  return groupedInput({ of: 'declare', id: 'runbook', label: 'Runbook', groups, optional: true });
}

function drillInput(): InputBlock {
  const id = 'drill';
  return ask(
    { of: 'declare', id, label: 'Drill', optional: true },
    {
      type: 'checkboxes',
      action_id: id,
      options: [option({ value: DRILL, text: 'This is practice', description: 'Kept out of the averages.' })],
    },
  );
}
