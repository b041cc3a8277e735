import type { Message } from '../blocks/kit.ts';
import { actionsReply, nothingOpenReply, offersReply, runReply } from '../blocks/run-replies.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Call } from '../src/slack/grammar.ts';
import { findIncident } from './act.ts';
import type { HandlerDeps } from './deps.ts';
import type { Ask } from './incident-of.ts';
import { whichAction } from './which-action.ts';
import { findRun, whichRun } from './which-run.ts';

/** Where Slack lets nothing be opened: what is meant, with a button each that shows the plan. */
export async function offer(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const meant = await whichAction(deps, ask, call);
  if (!meant.ok) return meant;
  switch (meant.value.kind) {
    case 'one':
      return ok(offersReply(meant.value.incident, [meant.value.action], call.inputs));
    case 'nothing_open':
      return ok(nothingOpenReply(meant.value.words));
    case 'several': {
      const [first, ...others] = meant.value.offered;
      if (first && others.length === 0) return ok(offersReply(first.incident, first.actions, call.inputs));
      const rows = meant.value.offered.map(
        ({ incident }) => `/incident ${call.verb} ${incident.id} – ${incident.severity} ${incident.serviceTitle}`,
      );
      return reject('bad_input', 'Which incident?', rows.slice(0, 10).join('\n'));
    }
  }
}

/** `/incident actions`: what can be done about an incident, by a service, or at all. Everybody may look. */
export async function actions(deps: HandlerDeps, { here }: Ask, call: Call): Promise<Result<Message>> {
  const services = deps.services();
  if (call.service !== null) {
    const service = services.find(({ name }) => name === call.service);
    if (service) return ok(actionsReply([service]));
    return reject(
      'not_found',
      `No service is called “${call.service}”.`,
      `There are: ${services.map(({ name }) => name).join(', ')}`,
    );
  }
  const id = call.incident ?? here;
  if (id === null) return ok(actionsReply(services));
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  const offered = deps.actions.offered(found.value);
  if (offered.length > 0) return ok(offersReply(found.value, offered));
  const { serviceTitle, environment, service } = found.value;
  return reject(
    'not_found',
    `Nothing is set up that could be done about ${serviceTitle} in ${environment}.`,
    `Whoever owns it can write it into services/${service}.yml, under “actions”.`,
  );
}

/** In a thread a plan cannot be shown in full, and nobody approves what they have not seen. */
export async function approve(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const found = await whichRun(deps, ask, call);
  if (!found.ok) return found;
  const { incident, run } = found.value;
  const how = run.state === 'planned' ? `Look at it first: /incident approve ${run.id}, or the button.` : run.why;
  return ok(runReply(run, incident.drill, how));
}

export async function cancel(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const found = await whichRun(deps, ask, call);
  if (!found.ok) return found;
  const { id } = found.value.run;
  const cancelled = await deps.actions.cancel(id, ask.asker.user);
  if (!cancelled.ok) return cancelled;
  const now = await findRun(deps, id);
  if (!now.ok) return now;
  const { incident, run } = now.value;
  return ok(
    runReply(
      run,
      incident.drill,
      run.endedAt === null ? 'It is asked to stop; the card says what came of it.' : run.why,
    ),
  );
}
