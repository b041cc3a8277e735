import type { Offered } from '../blocks/modals/plan-inputs.ts';
import { ACTION_VERBS, type Action, type ActionVerb } from '../src/domain/action.ts';
import { type Incident, isOver } from '../src/domain/incident.ts';
import { nearest } from '../src/domain/nearest.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Service } from '../src/domain/service.ts';
import type { Call, Verb } from '../src/slack/grammar.ts';
import { findIncident } from './act.ts';
import type { HandlerDeps } from './deps.ts';
import type { Ask } from './incident-of.ts';

/** What is meant when somebody wants something done. */
export type Meant =
  | { readonly kind: 'one'; readonly incident: Incident; readonly action: Action }
  /** The worst incident first; each with at least one action. */
  | { readonly kind: 'several'; readonly offered: readonly Offered[] }
  /** There is no open incident that a run could belong to. */
  | { readonly kind: 'nothing_open'; readonly words: string };

export function isActionVerb(verb: Verb): verb is ActionVerb {
  return ACTION_VERBS.some((one) => one === verb);
}

/** Incidents that are looked at, and those that are named or offered at once. */
const LOOKED_AT = 100;
const NAMED = 10;

/**
 * Finds the incident and the action: by the id or the thread, else by the service, whose open incident it then is. Nothing is guessed
 * where two could be meant.
 */
export async function whichAction(deps: HandlerDeps, { here }: Ask, call: Call): Promise<Result<Meant>> {
  const id = call.incident ?? here;
  if (id !== null) {
    const found = await findIncident(deps, id);
    return found.ok ? ofIncident(deps, found.value, call) : found;
  }
  const services = deps.services();
  const service = services.find(({ name }) => call.names.includes(name));
  if (service) return await ofService(deps, service, call);
  const strange = call.names.find((name) => !services.some(({ actions }) => Object.hasOwn(actions, name)));
  if (strange !== undefined) return unknownName(services, strange);
  return await ofAll(deps, call);
}

function ofIncident(deps: HandlerDeps, incident: Incident, call: Call): Result<Meant> {
  const offered = deps.actions.offered(incident);
  const names = call.names.filter((name) => name !== incident.service);
  const [name] = names;
  if (name !== undefined) {
    const action = offered.find((one) => one.name === name);
    return action ? ok({ kind: 'one', incident, action }) : noAction(incident, name, offered);
  }
  const meant = ofVerb(offered, call.verb);
  const [only] = meant;
  if (!only) return nothingToOffer(incident, call.verb, offered);
  return ok(meant.length === 1 ? { kind: 'one', incident, action: only } : several([{ incident, actions: meant }]));
}

function several(offered: readonly Offered[]): Meant {
  return { kind: 'several', offered };
}

/** The actions that a verb means; `run` means all of them. */
function ofVerb(actions: readonly Action[], verb: Verb): readonly Action[] {
  return isActionVerb(verb) && verb !== 'run' ? actions.filter((one) => one.verb === verb) : actions;
}

async function ofService(deps: HandlerDeps, service: Service, call: Call): Promise<Result<Meant>> {
  const open = (await openIncidents(deps)).filter((incident) => incident.service === service.name);
  const [only] = open;
  if (!only) return ok({ kind: 'nothing_open', words: `${service.title} has no open incident.` });
  if (open.length === 1) return ofIncident(deps, only, call);
  const rows = open
    .slice(0, NAMED)
    .map(
      ({ id, severity, environment, title }) =>
        `${askingAgain(call, id, service)} – ${severity} ${environment}: ${short(title)}`,
    );
  if (open.length > NAMED) rows.push(`… and ${open.length - NAMED} more: /incident list ${service.name}`);
  return reject('bad_input', `${service.title} has ${open.length} open incidents. Which?`, rows.join('\n'));
}

/** `/incident run restart INC-7 city=nyc`: what was typed, with the incident in the place of the service. */
function askingAgain({ verb, names, inputs }: Call, id: string, service: Service): string {
  const { to, ...others } = inputs;
  const words = names.filter((name) => name !== service.name);
  const said = Object.entries(others).map(([name, value]) => `${name}=${value}`);
  return ['/incident', verb, ...words, id, ...(to === undefined ? [] : ['to', to]), ...said].join(' ');
}

async function ofAll(deps: HandlerDeps, call: Call): Promise<Result<Meant>> {
  const open = await openIncidents(deps);
  if (open.length === 0) return ok({ kind: 'nothing_open', words: 'No incident is open.' });
  const [name] = call.names;
  const offered = open
    .map((incident) => {
      const all = ofVerb(deps.actions.offered(incident), call.verb);
      return { incident, actions: name === undefined ? all : all.filter((one) => one.name === name) };
    })
    .filter(({ actions }) => actions.length > 0)
    .slice(0, NAMED * 2);
  if (offered.length === 0) {
    return reject(
      'not_found',
      `There is nothing to ${call.verb} in any open incident.`,
      'What services can do: /incident actions',
    );
  }
  return ok(several(offered)); // even a single one: which incident is meant is not guessed
}

/** Open incidents, the worst first, then the newest. */
async function openIncidents({ store }: Pick<HandlerDeps, 'store'>): Promise<Incident[]> {
  const open = (await store.loadMany(await store.openIds(LOOKED_AT))).filter((one) => !isOver(one));
  return open.sort((a, b) => a.severity.localeCompare(b.severity) || b.openedAt - a.openedAt);
}

function unknownName(services: readonly Service[], name: string): Result<never> {
  const known = services.flatMap((service) => [service.name, ...Object.keys(service.actions)]);
  const near = nearest(name, known);
  return reject(
    'not_found',
    `No service and no action is called “${short(name)}”.`,
    `${near === null ? '' : `Did you mean ${near}? `}What there is: /incident actions`,
  );
}

function noAction(incident: Incident, name: string, offered: readonly Action[]): Result<never> {
  const near = nearest(
    name,
    offered.map((one) => one.name),
  );
  return reject(
    'not_found',
    `${incident.serviceTitle} in ${incident.environment} has no action “${short(name)}”.`,
    `${near === null ? '' : `Did you mean ${near}? `}What it has: /incident actions ${incident.id}. A version is said with “to”.`,
  );
}

const NOUNS: Readonly<Record<ActionVerb, string>> = { rollback: 'rollback', retrain: 'retraining', run: 'action' };

function nothingToOffer(incident: Incident, verb: Verb, offered: readonly Action[]): Result<never> {
  const noun = isActionVerb(verb) ? NOUNS[verb] : 'action';
  return reject(
    'not_found',
    `${incident.serviceTitle} has no ${noun} in ${incident.environment}.`,
    offered.length > 0
      ? `What it has: /incident actions ${incident.id}`
      : `Whoever owns it can write one into services/${incident.service}.yml, under “actions”.`,
  );
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…`.toWellFormed() : text;
}
