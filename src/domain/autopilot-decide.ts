import { TZDate } from '@date-fns/tz';
import { type Action, isFor } from './action.ts';
import {
  type AutoDone,
  type AutoFacts,
  type AutoRule,
  type AutoScene,
  causesOf,
  isTakenOver,
  standsDown,
} from './autopilot.ts';
import { held } from './autopilot-guards.ts';
import type { Incident } from './incident.ts';
import { lengthWords } from './length-words.ts';
import type { Member } from './member.ts';
import { beganAt } from './milestones.ts';
import { isUnderWay } from './run.ts';
import { isWorse } from './severity.ts';

/** What the autopilot does about an incident, and why, in words for people. `nothing`: it stays for people. */
export type AutoDeed =
  | { readonly kind: 'nothing'; readonly why: string }
  | {
      readonly kind: 'propose' | 'run';
      readonly rule: AutoRule;
      readonly action: Action;
      readonly why: string;
      /** Keys of the alarms that it is for. */
      readonly alarms: readonly string[];
    };

/** Says what is to be done now: by the first rule that holds and has not acted yet. */
export function decideAutopilot(scene: AutoScene, facts: AutoFacts): AutoDeed {
  const standing = standsDown(scene);
  if (standing !== null) return nothing(standing);
  const deeds = scene.service.autopilot.map((rule) => deedOf(rule, scene, facts));
  return deeds.find(({ kind }) => kind !== 'nothing') ?? deeds[0] ?? nothing('No rule is for it.');
}

/** The rules that only wait for their guards: nothing needs to be asked for the others. */
export function waitingRules(scene: AutoScene): AutoRule[] {
  if (standsDown(scene) !== null) return [];
  return scene.service.autopilot.filter((rule) => unfit(rule, scene) === null);
}

function deedOf(rule: AutoRule, scene: AutoScene, facts: AutoFacts): AutoDeed {
  const { incident, service, done } = scene;
  const not = unfit(rule, scene);
  const action = actionOf(rule, scene);
  if (not !== null || !action) return nothing(not ?? `There is no action ${rule.action}.`);
  const guarded = { facts, began: beganAt(incident.milestones), queries: service.queries, done };
  const guards = rule.guards.map((guard) => held(guard, guarded));
  const open = guards.find(({ isTrue }) => !isTrue);
  if (open) return nothing(`${rule.name}: ${open.words}.`);

  const causes = causesOf(rule, incident);
  const why = `${[sinceWords(causes, scene), ...guards.map(({ words }) => words)].join(', ')}. Rule ${rule.name}.`;
  const alarms = causes.map(({ key }) => key);
  const heldBack = rule.mode === 'run' ? notByItself(rule, action, causes, scene) : '';
  if (heldBack === null) return { kind: 'run', rule, action, why, alarms };
  return propose(rule, action, alarms, heldBack === '' ? why : `${why} Not done by itself: ${heldBack}.`, scene);
}

function actionOf({ action }: AutoRule, { service }: AutoScene): Action | undefined {
  return Object.hasOwn(service.actions, action) ? service.actions[action] : undefined;
}

/** Why a rule is not for an incident as it is, whatever its guards say; `null`: it is. */
function unfit(rule: AutoRule, scene: AutoScene): string | null {
  const { incident, now } = scene;
  const { when } = rule;
  const action = actionOf(rule, scene);
  if (!action || !isFor(action, incident.environment)) return `${rule.action} is not for ${incident.environment}.`;
  if (!rule.environments.includes(incident.environment)) return `${rule.name} is not for ${incident.environment}.`;
  if (!isOfItsKind(rule, incident)) return `${rule.name} is for other trouble.`;
  if (now - beganAt(incident.milestones) < when.lastingMs) return `${rule.name} waits until it has lasted.`;
  return actedAlready(rule, scene);
}

function isOfItsKind(rule: AutoRule, incident: Incident): boolean {
  const { when } = rule;
  const isNamed = when.alarms.length > 0 || incident.members.total > 0;
  if (isNamed && causesOf(rule, incident).length === 0) return false;
  if (when.severity !== null && isWorse(when.severity, incident.severity)) return false;
  return when.incidentClass === null || when.incidentClass === incident.incidentClass;
}

/** Nothing is done twice for one cause, and nothing while something is being done. */
function actedAlready(rule: AutoRule, { incident, done }: AutoScene): string | null {
  const { runs, id } = incident;
  const going = runs.find(isUnderWay);
  if (going) return `${going.id} is under way.`;
  const tried = runs.find(({ plan }) => plan.action === rule.action);
  if (tried) return `${tried.id} has tried ${rule.action} already.`;
  const own = done.find((one) => one.rule === rule.name && one.incident === id);
  return own && isThere(own, incident) ? `${rule.name} has acted on ${id} already.` : null;
}

/** A run that was remembered and never asked for is asked for again, with the token that it has. */
function isThere({ kind, token }: AutoDone, { runs }: Incident): boolean {
  return kind === 'proposed' || runs.some((run) => run.token === token);
}

/** Why something is only proposed, although its rule would do it; `null`: it may be done. */
function notByItself(
  rule: AutoRule,
  action: Action,
  causes: readonly Member[],
  { incident, done, now }: AutoScene,
): string | null {
  if (action.risk === 'high') return 'its risk is high';
  if (isTakenOver(incident)) return 'somebody is at it';
  if (causes.length === 0) return 'a person declared it, and no alarm says when it is over';
  const ran = done.filter(({ kind, incident: where }) => kind === 'ran' && where !== incident.id);
  if (done.some((one) => one.kind === 'ran' && one.incident === incident.id && isThere(one, incident)))
    return 'it has done something about this already, and it did not help';
  return tooOften(rule, causes, ran, now);
}

const DAY_MS = 86_400_000;

function tooOften(rule: AutoRule, causes: readonly Member[], ran: readonly AutoDone[], now: number): string | null {
  const last = ran.find(({ at, rule: by, alarms }) => {
    const isSame = by === rule.name || causes.some(({ key }) => alarms.includes(key));
    return isSame && now - at < rule.coolDownMs;
  });
  if (last) return `it ran ${last.action} ${lengthWords(now - last.at)} ago, in ${last.incident}`;
  const today = ran.filter((one) => one.rule === rule.name && now - one.at < DAY_MS).length;
  return today >= rule.dailyCap ? `it did so ${today === 1 ? 'once' : `${today} times`} in the last 24 h` : null;
}

/** A proposal changes nothing, and yet is not said again and again of an alarm that comes and goes. */
function propose(
  rule: AutoRule,
  action: Action,
  alarms: readonly string[],
  why: string,
  { incident, done, now }: AutoScene,
): AutoDeed {
  const isThereAlready = incident.proposals.some((one) => one.action === rule.action);
  if (isThereAlready) return nothing(`${rule.action} is proposed already.`);
  const before = done.filter((one) => one.rule === rule.name && one.kind === 'proposed');
  const again = before.find((one) => now - one.at < rule.coolDownMs && one.alarms.some((key) => alarms.includes(key)));
  if (again) return nothing(`${rule.name} proposed it for the same alarm ${lengthWords(now - again.at)} ago.`);
  if (before.filter(({ at }) => now - at < DAY_MS).length >= rule.dailyCap)
    return nothing(`${rule.name} has proposed it often enough today.`);
  return { kind: 'propose', rule, action, why, alarms };
}

/** `Errors since 03:12`, by the clock of the team. */
function sinceWords(causes: readonly Member[], { incident, service }: AutoScene): string {
  const began = beganAt(incident.milestones);
  const local = new TZDate(began, service.calendar.zone);
  const clock = [local.getHours(), local.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
  const what = causes[0]?.title ?? incident.title;
  const others = causes.length > 1 ? ` and ${causes.length - 1} more` : '';
  return `${what.slice(0, 80).toWellFormed()}${others} since ${clock}`;
}

function nothing(why: string): AutoDeed {
  return { kind: 'nothing', why };
}
