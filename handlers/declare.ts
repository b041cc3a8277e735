import type { ModalView } from '@slack/types';
import { declareModal } from '../blocks/modals/declare.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { INCIDENT_CLASSES } from '../src/domain/severity.ts';
import { SeverityWord } from '../src/slack/protocol.ts';
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
  if (configured.length === 0) return reject('not_found', 'No service is configured.', 'Add a file to the services folder first.');
  const recent = await store.loadMany(await store.history(now() - HOUR_MS, now(), SHOWN));
  return ok(declareModal({ services: configured, recent, channel, title }));
}

export const submitDeclaration: Submit = (deps, { asker, answers }) => {
  const read = declarationOf(answers);
  if ('mistakes' in read) return read.mistakes;

  const service = deps.services().find(({ name }) => name === read.service);
  const environments = [...new Set(service?.rules.map(({ environment }) => environment))];
  if (environments.length > 0 && !environments.includes(read.declaration.environment)) {
    return { environment: `${service?.title} has: ${environments.join(', ')}.` };
  }
  return async () => {
    const allowed = await deps.authorize(read.service, asker.user);
    if (!allowed.ok) return allowed;
    const declared = await deps.declare(read.service, { ...read.declaration, by: asker.user });
    return declared.ok ? ok(null) : declared;
  };
};

function declarationOf(answers: Answers) {
  const { service, title, summary = '', environment = 'unknown', drill = '' } = answers;
  const severity = SeverityWord.safeParse(answers['severity']);
  const incidentClass = INCIDENT_CLASSES.find((one) => one === (answers['incidentClass'] ?? 'system'));
  if (service && title && severity.success && incidentClass) {
    const words = { title: title.trim(), summary: summary.trim(), environment };
    return { service, declaration: { ...words, severity: severity.data, incidentClass, drill: drill !== '' } };
  }
  const mistakes: Mistakes = {
    ...(!service && { service: 'Choose the service that has the trouble.' }),
    ...(!title && { title: 'Say in a few words what is wrong.' }),
    ...(!severity.success && { severity: 'Choose one of P0 to P3.' }),
    ...(!incidentClass && { incidentClass: 'Choose what kind of trouble it is.' }),
  };
  return { mistakes };
}
