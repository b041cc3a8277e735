import { link, type Message, md, message, section, spoken } from '../blocks/kit.ts';
import { doneReply, healthReply, helpReply, listReply, statsReply } from '../blocks/replies.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Call, Verb } from '../src/slack/grammar.ts';
import { change } from './act.ts';
import { actsOf } from './acts.ts';
import { answerAutopilot } from './autopilot.ts';
import type { HandlerDeps } from './deps.ts';
import { listFollowUps } from './follow-ups.ts';
import { type Ask, incidentOf } from './incident-of.ts';
import { contact, cover, handoff, oncall, override } from './on-call-answers.ts';
import { actions, approve, cancel, offer } from './run-answers.ts';
import { linkToCard, showCard } from './show.ts';
import { brief, check, done, evidence, runbook, undone } from './step-answers.ts';
import { type ChangeVerb, changes, isChange } from './verbs.ts';

/** More than are shown, so that the worst of them are. */
const LISTED = 500;
const DEFAULT_DAYS = 7;

type Answer = (deps: HandlerDeps, ask: Ask, call: Call) => Promise<Result<Message>>;

/** One line per verb that only answers (`declare` opens a form): forgetting one is a compile error. */
const answers: { readonly [V in Exclude<Verb, ChangeVerb | 'declare'>]: Answer } = {
  ...{ list, show, stats, health, help },
  followups: listFollowUps,
  ...{ oncall, override, cover, handoff, contact },
  ...{ runbook, done, undone, check, evidence, brief },
  ...{ rollback: offer, retrain: offer, run: offer, actions, approve, cancel, autopilot: answerAutopilot },
};

/** Does what was asked and says what came of it. Whatever a form would have asked for must have been said. */
export function answer(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const { verb } = call;
  if (isChange(verb)) return changeBy(deps, ask, call, verb);
  if (verb === 'declare')
    return Promise.resolve(reject('bad_input', 'An incident is declared with a form.', 'Use /incident declare'));
  return answers[verb](deps, ask, call);
}

async function changeBy(deps: HandlerDeps, ask: Ask, call: Call, verb: ChangeVerb): Promise<Result<Message>> {
  const id = await incidentOf(deps, ask, call, false);
  if (!id.ok) return id;
  const { command, said } = changes[verb];
  const wanted = command(call, ask.asker.user);
  if (!wanted)
    return reject('bad_input', `Something is missing after “${verb}”.`, `For example: /incident ${verb} ${id.value} …`);

  const changed = await change(deps, ask.asker, id.value, wanted);
  return changed.ok ? ok(await confirmed(deps, changed.value, said(changed.value, call))) : changed;
}

/** The words with the way to the card, where that is known in time: what was done is done without it. */
async function confirmed(deps: HandlerDeps, incident: Incident, words: string): Promise<Message> {
  const url = await linkToCard(deps, incident);
  if (url === null) return doneReply(words);
  const text = md`${spoken(words)} · ${link('Open the card', url)}`;
  return message(text, section(text));
}

async function list(deps: HandlerDeps, { asker }: Ask, { service }: Call): Promise<Result<Message>> {
  const { services, store } = deps;
  const known = knownService(
    services().map(({ name }) => name),
    service,
  );
  if (!known.ok) return known;

  const [ids, total, acts] = await Promise.all([
    store.openIds(LISTED),
    store.openCount(),
    actsOf(deps, service ?? undefined),
  ]);
  const open = await store.loadMany(ids);
  const wanted = service === null ? open : open.filter((incident) => incident.service === service);
  return ok(
    listReply({ user: asker.user, incidents: wanted, total: service === null ? total : wanted.length, service, acts }),
  );
}

async function show(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<Message>> {
  const id = await incidentOf(deps, ask, call, false);
  return id.ok ? showCard(deps, ask.asker, id.value) : id;
}

async function stats({ services, report }: HandlerDeps, _: Ask, { service, days }: Call): Promise<Result<Message>> {
  const known = knownService(
    services().map(({ name }) => name),
    service,
  );
  if (!known.ok) return known;
  return ok(statsReply(await report({ days: days ?? DEFAULT_DAYS, ...(service !== null && { service }) })));
}

async function health(deps: HandlerDeps): Promise<Result<Message>> {
  return ok(healthReply(await deps.health()));
}

async function help(_: HandlerDeps, __: Ask, { about }: Call): Promise<Result<Message>> {
  return ok(helpReply(about));
}

function knownService(names: readonly string[], service: string | null): Result<true> {
  if (service === null || names.includes(service)) return ok(true);
  return reject('not_found', `No service is called “${service}”.`, `There are: ${names.join(', ')}`);
}
