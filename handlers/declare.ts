import type { ModalView } from '@slack/types';
import { declareModal, runbookChoice } from '../blocks/modals/declare.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { environmentsOf, type Service } from '../src/domain/service.ts';
import { INCIDENT_CLASSES, type IncidentClass, SEVERITIES, type Severity } from '../src/domain/severity.ts';
import type { Asker } from './asker.ts';
import type { Mistakes } from './card-forms.ts';
import type { HandlerDeps } from './deps.ts';
import type { Submit } from './submit.ts';
import type { Answers } from './view-answers.ts';

export const DECLARE_TITLE = 'Declare incident';

const HOUR_MS = 3_600_000;
const SHOWN = 5;

/** The form to declare an incident, with the last hour's: what is declared may be known already. */
export async function fillDeclare(
  { services, store, now }: Pick<HandlerDeps, 'services' | 'store' | 'now'>,
  { channel, title }: { readonly channel: string | null; readonly title: string },
): Promise<Result<ModalView>> {
  const configured = services();
  if (configured.length === 0)
    return reject('not_found', 'No service is configured.', 'Add a file to the services folder first.');
  const recent = await store.loadMany(await store.history(now() - HOUR_MS, now(), SHOWN));
  return ok(declareModal({ services: configured, recent, channel, title }));
}

export const submitDeclaration: Submit = (deps, { asker, answers }) => {
  const mistakes = mistakesIn(answers, deps.services());
  return mistakes ?? (() => declare(deps, asker, answers));
};

/** Anybody may: whoever sees trouble must be able to say so, also those who may not act on it afterwards. */
async function declare(deps: HandlerDeps, { user }: Asker, answers: Answers): Promise<Result<null>> {
  const { service = '', title = '', summary = '', environment = 'unknown', drill } = answers;
  const declared = await deps.declare(service, {
    ...{ by: user, title: title.trim(), summary: summary.trim(), environment, drill: drill !== undefined },
    severity: severityOf(answers) ?? 'P2',
    incidentClass: classOf(answers) ?? 'system',
    runbook: runbookOf(
      answers,
      deps.services().find(({ name }) => name === service),
    ),
  });
  return declared.ok ? ok(null) : declared;
}

/** All at once, so that nobody mends one after the other. `null` when there is none. */
function mistakesIn(answers: Answers, services: readonly Service[]): Mistakes | null {
  const service = services.find(({ name }) => name === answers.service);
  const environments = service ? environmentsOf(service) : [];
  const isElsewhere = environments.length > 0 && !environments.includes(answers.environment ?? 'unknown');
  const mistakes = {
    ...(!service && { service: 'Choose the service that has the trouble.' }),
    ...(!answers.title && { title: 'Say in a few words what is wrong.' }),
    ...(!severityOf(answers) && { severity: 'Choose one of P0 to P3.' }),
    ...(!classOf(answers) && { incidentClass: 'Choose what kind of trouble it is.' }),
    ...(service && isElsewhereRunbook(answers, service) && { runbook: `This runbook is not one of ${service.title}.` }),
    ...(isElsewhere && { environment: `${service?.title} has: ${environments.join(', ')}.` }),
  };
  return Object.keys(mistakes).length > 0 ? mistakes : null;
}

function runbookOf({ service = '', runbook }: Answers, of: Service | undefined): string | null {
  const names = Object.keys(of?.runbooks ?? {});
  return names.find((name) => runbookChoice(service, name) === runbook) ?? null;
}

function isElsewhereRunbook(answers: Answers, service: Service): boolean {
  return answers.runbook !== undefined && runbookOf(answers, service) === null;
}

function severityOf(answers: Answers): Severity | undefined {
  return SEVERITIES.find((one) => one === answers.severity);
}

function classOf(answers: Answers): IncidentClass | undefined {
  return INCIDENT_CLASSES.find((one) => one === (answers.incidentClass ?? 'system'));
}
