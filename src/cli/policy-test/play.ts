import type { Alert } from '../../domain/alert.ts';
import { groupOf, isOver } from '../../domain/incident.ts';
import { judge } from '../../domain/judge.ts';
import { isNews } from '../../domain/news.ts';
import { openDeclared, openForAlarms, type RoutedChange } from '../../domain/open.ts';
import { ok, type Result, reject } from '../../domain/result.ts';
import { type Route, route } from '../../domain/route.ts';
import type { Service } from '../../domain/service.ts';
import { alertOf } from '../services-test/given-alert.ts';
import type { Happening, PolicyCase } from './case-file.ts';
import { clickOf } from './clicks.ts';
import { after, opened, passed, type Story, withValues } from './story.ts';

/** Lives through a case from its alert to its end. Rejects what cannot be tried, with the reason. */
export function play(one: PolicyCase, services: readonly Service[]): Result<Story> {
  const begun = begin(one, services);
  if (!begun.ok) return begun;
  let story = begun.value;
  for (const happening of one.happens.toSorted((a, b) => a.after - b.after)) {
    story = passed(story, one.at + happening.after);
    const next = happen(story, happening, services);
    if (!next.ok) return next;
    story = next.value;
  }
  return ok(passed(story, one.at + one.for));
}

const ID = 'INC-1';

function begin(one: PolicyCase, services: readonly Service[]): Result<Story> {
  const { at, declared, values } = one;
  if (declared) {
    const { service: name, by, severity, class: incidentClass, environment } = declared;
    const service = services.find((known) => known.name === name);
    if (!service) return reject('not_found', `There is no service ${name}.`);
    const declaration = { by, environment, title: one.name, summary: '', severity, incidentClass, drill: false };
    return known(service, values, () => opened(service, openDeclared(ID, service, declaration, at), values, at));
  }
  const read = alertOf(one);
  if (!read.ok) return read;
  const change = changeOf(read.value, services, at);
  const { service, opensOnNoData } = change.route;
  const { state } = change.alert;
  if (state !== 'firing' && !(state === 'unknown' && opensOnNoData)) {
    return reject('nothing_to_do', `The alert is ${state}, and opens no incident.`);
  }
  return known(service, values, () => opened(service, openForAlarms(ID, [change], new Map(), at), values, at));
}

function known(service: Service, values: Readonly<Record<string, number>>, then: () => Story): Result<Story> {
  const strangers = Object.keys(values).filter((name) => !Object.hasOwn(service.queries, name));
  if (strangers.length === 0) return ok(then());
  return reject(
    'bad_input',
    `The service ${service.name} has no query ${strangers.join(', ')}: take it out of \`values\`.`,
  );
}

function happen(story: Story, one: Happening, services: readonly Service[]): Result<Story> {
  if (one.values) {
    const { values } = one;
    return known(story.service, values, () => withValues(story, values));
  }
  const click = one.do === undefined ? null : clickOf(one.do, one.by);
  if (click) {
    const next = after(story, click);
    return next.ok ? next : reject('bad_input', `“${one.do}” would be refused: ${next.rejection.message}`);
  }
  const read = alertOf({ ...one, at: story.now });
  return read.ok ? join(story, changeOf(read.value, services, story.now)) : read;
}

/** What the intake makes of an alert before it knows its values. */
function changeOf(alert: Alert, services: readonly Service[], now: number): RoutedChange & { readonly route: Route } {
  const where = route(alert, services);
  const { title, runbook, rule } = where;
  const { severity, ruling, state } = judge(alert, where, now);
  const dwellMs = rule?.grades?.dwellMs ?? null;
  return { alert: { ...alert, state }, severity, ruling, title, runbook, dwellMs, route: where };
}

/** A case is about one incident: what the bot would open another one for does not belong into it. */
function join(story: Story, change: RoutedChange & { readonly route: Route }): Result<Story> {
  const { incident, known: before, now } = story;
  const { service, environment } = change.route;
  const isOwn = before.has(change.alert.key);
  const group = groupOf({ service: service.name, environment });
  const isSoon = now - incident.lastAlarmAt <= incident.policy.groupingMs || (incident.silencedUntil ?? 0) > now;
  const comesBack = now - (incident.milestones.resolvedAt ?? now) <= incident.policy.reopenMs;
  if (isOver(incident) ? !(isOwn && comesBack) : !isOwn && (group !== groupOf(incident) || !isSoon)) {
    return reject('bad_input', `${change.alert.name} would open an incident of its own: write a case of its own.`);
  }
  if (!isNews(change, before.get(change.alert.key) ?? null)) return ok(story);
  return after(story, { type: 'alarms', changes: [change], known: before });
}
