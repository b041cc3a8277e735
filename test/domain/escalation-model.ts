import { isWorkingTime } from '../../src/domain/calendar.ts';
import type { Situation } from '../../src/domain/escalation.ts';
import type { Path, Step, Target } from '../../src/domain/policy.ts';
import { type Act, afterAct, isDown, type Life } from './escalation-life.ts';

const MINUTE = 60_000;

/** Everything that the model remembers; times and spans in minutes, -1 for never. */
interface Memory {
  readonly life: Life;
  readonly lines: string[];
  incident: Situation;
  round: number;
  firingMinutes: number;
  firingWorkMinutes: number;
  openMinutes: number;
  openWorkMinutes: number;
  done: Map<string, number>;
  readonly holds: Map<string, { readonly ends: number; readonly severity: string }>;
  lastWork: number;
  askedAt: number;
  asked: number;
  readonly trueSince: Map<string, number>;
  readonly isWorking: (minute: number) => boolean;
}

/**
 * What a policy demands, in the plainest words that we could find: it counts minutes on its fingers and looks at every step every
 * minute. It shares nothing with the product but the calendar, the shape of a policy and what a click makes of an incident.
 */
export function demanded(life: Life): string[] {
  const working: boolean[] = [];
  for (let minute = 0; minute <= life.minutes; minute++) {
    working.push(isWorkingTime(life.policy.calendar, life.from + minute * MINUTE));
  }
  const memory: Memory = {
    life,
    lines: [],
    incident: life.situation,
    round: 1,
    firingMinutes: 0,
    firingWorkMinutes: 0,
    openMinutes: 0,
    openWorkMinutes: 0,
    done: new Map(),
    holds: new Map(),
    lastWork: 0,
    askedAt: -1,
    asked: 0,
    trueSince: new Map(),
    isWorking: (minute) => working[minute] === true,
  };
  for (let minute = 0; minute <= life.minutes; minute++) {
    if (minute > 0) aMinutePasses(memory, minute - 1);
    for (const { minute: at, act } of life.acts) if (at === minute) happens(memory, act, minute);
    if (!isDown(life, minute)) look(memory, minute);
  }
  return memory.lines;
}

function aMinutePasses(memory: Memory, minute: number): void {
  const work = memory.isWorking(minute) ? 1 : 0;
  if (isHeld(memory, minute) || memory.incident.status === 'resolved') return;
  memory.openMinutes += 1;
  memory.openWorkMinutes += work;
  if (memory.incident.status === 'mitigated') return;
  memory.firingMinutes += 1;
  memory.firingWorkMinutes += work;
}

function happens(memory: Memory, act: Act, minute: number): void {
  const after = afterAct(memory.incident, act);
  if (!after) return;
  passOver(memory, after);
  memory.incident = after;
  changeWork(memory, act, minute);
  changeHold(memory, act, minute);
  if (act.kind === 'give back' || act.kind === 'alarm reopens') beginAnew(memory, minute);
  if (act.kind === 'value') changeValue(memory, act, minute);
}

function changeValue({ trueSince }: Memory, act: Extract<Act, { kind: 'value' }>, minute: number): void {
  if (act.isTrue) trueSince.set(act.condition, minute);
  if (!act.isTrue) trueSince.delete(act.condition);
}

/** When it gets milder, whoever was told and had nothing to hear then has nothing to hear now. */
function passOver(memory: Memory, after: Situation): void {
  if (after.severity <= memory.incident.severity) return; // "P0" < "P1"
  const milder = { ...memory, incident: after };
  for (const path of memory.life.policy.paths) {
    for (const step of stepsOf(milder, path)) passOverStep(memory, milder, path, step);
  }
}

function passOverStep(memory: Memory, milder: Memory, path: Path, step: Step): void {
  const told = memory.done.get(step.id) ?? -1;
  const isForBoth = stepsOf(memory, path).includes(step);
  const before = isForBoth ? newestTime(memory, path, step) : -1;
  const now = newestTime(milder, path, step);
  if (told >= 0 && before <= told && now > told) memory.done.set(step.id, now);
}

function newestTime(memory: Memory, path: Path, step: Step): number {
  let newest = -1;
  for (const [i, time] of timesOf(memory, step, path).entries()) {
    if (time.minute <= minutesFor(memory, step)) newest = i;
  }
  return newest;
}

function changeWork(memory: Memory, act: Act, minute: number): void {
  if (act.kind === 'acknowledge' || act.kind === 'take over' || act.kind === 'hand over') {
    memory.lastWork = minute;
    memory.askedAt = -1;
    memory.asked = 0;
  }
  if (act.kind === 'mitigate' || act.kind === 'relapse' || act.kind === 'resolve') {
    memory.lastWork = minute;
    memory.askedAt = -1;
  }
  if (act.kind === 'note' || act.kind === 'confirm' || act.kind === 'severity' || act.kind === 'snooze') {
    if (act.by === 'tocsin') return;
    if (memory.askedAt >= 0 && act.by !== memory.incident.owner) return;
    memory.lastWork = minute;
    memory.askedAt = -1;
  }
}

function changeHold({ holds, incident }: Memory, act: Act, minute: number): void {
  if (act.kind === 'snooze' || act.kind === 'silence') {
    holds.set(act.kind, { ends: minute + act.minutes, severity: incident.severity });
  }
  if (act.kind === 'end snooze' || act.kind === 'give back') holds.delete('snooze');
  if (act.kind === 'resolve' || act.kind === 'alarm reopens') holds.clear();
  if (act.kind !== 'severity') return;
  for (const [kind, hold] of holds) if (act.severity < hold.severity) holds.delete(kind); // "P0" < "P1"
}

function isHeld({ holds }: Memory, minute: number): boolean {
  for (const { ends } of holds.values()) if (minute < ends) return true;
  return false;
}

function beginAnew(memory: Memory, minute: number): void {
  memory.round += 1;
  memory.firingMinutes = 0;
  memory.firingWorkMinutes = 0;
  memory.openMinutes = 0;
  memory.openWorkMinutes = 0;
  memory.done = new Map();
  memory.lastWork = minute;
  memory.askedAt = -1;
  memory.asked = 0;
}

function look(memory: Memory, minute: number): void {
  const { progress } = memory.life.policy;
  const { owner, severity } = memory.incident;
  const isLate = progress && (minute - memory.askedAt) * MINUTE >= progress.answerWithinMs;
  if (memory.askedAt >= 0 && mayAsk(memory, minute) && isLate) {
    memory.lines.push(`${minute}: ${owner} has it no more`);
    memory.incident = { ...memory.incident, status: 'triggered', owner: null };
    memory.holds.delete('snooze');
    beginAnew(memory, minute);
  }
  tellPeople(memory, minute);
  const after = progress?.askAfterMs[severity];
  if (!progress || after === undefined || memory.askedAt >= 0 || memory.asked >= progress.times) return;
  if (!mayAsk(memory, minute) || (minute - memory.lastWork) * MINUTE < after) return;
  memory.lines.push(`${minute}: ${owner} is asked`);
  memory.askedAt = minute;
  memory.asked += 1;
}

function mayAsk(memory: Memory, minute: number): boolean {
  const { status, owner, severity } = memory.incident;
  if (isHeld(memory, minute) || status !== 'acknowledged' || !owner) return false;
  if (paging(memory) === 'never') return false;
  if (paging(memory) === 'working_hours' && !memory.isWorking(minute)) return false;
  return memory.life.policy.progress?.askAfterMs[severity] !== undefined;
}

interface Call {
  readonly step: Step;
  readonly repeat: number;
  readonly time: number;
  readonly names: readonly string[];
}

function tellPeople(memory: Memory, minute: number): void {
  const { incident, lines, done, round } = memory;
  const calls: Call[] = [];
  for (const path of memory.life.policy.paths) {
    for (const step of stepsOf(memory, path)) {
      const call = callOf(memory, path, step, minute);
      if (call) calls.push(call);
    }
  }
  calls.sort((a, b) => a.time - b.time);
  for (const [i, call] of calls.entries()) {
    done.set(call.step.id, call.repeat);
    const isTaken = incident.status !== 'triggered' && incident.owner !== null;
    const names = call.names
      .filter((name) => !calls.slice(i + 1).some((newer) => saysTheSame(call, newer, name)))
      .filter((name) => !isTaken || name !== incident.owner);
    if (names.length === 0) continue;
    const but = isTaken ? ` but ${incident.owner}` : '';
    lines.push(`${minute}: ${incident.id}/${round}/${call.step.id}/${call.repeat} to ${names.join(' ')}${but}`);
  }
}

function saysTheSame(call: Call, newer: Call, name: string): boolean {
  const isSameWay = name === 'channel' || newer.step.via[0]?.kind === call.step.via[0]?.kind;
  return isSameWay && newer.names.includes(name);
}

function callOf(memory: Memory, path: Path, step: Step, minute: number): Call | null {
  if (!isStillWanted(memory, step, minute) || !isAskedFor(memory, step, minute)) return null;
  if (!isTimeOfDay(memory, step, minute)) return null;
  const times = timesOf(memory, step, path);
  const newest = newestTime(memory, path, step);
  if (newest < 0 || newest <= (memory.done.get(step.id) ?? -1)) return null;
  const names = step.notify.map(nameOf);
  if (times[newest]?.isEnd && !names.includes('channel')) names.push('channel');
  return { step, repeat: newest, time: times[newest]?.minute ?? 0, names };
}

function nameOf(target: Target): string {
  if (target.kind === 'role') return target.role;
  return target.kind === 'person' ? target.user : 'channel';
}

function stepsOf({ incident: { severity } }: Memory, path: Path): Step[] {
  const { severities } = path.scope;
  if (severities.length > 0 && !severities.includes(severity)) return [];
  return path.steps.filter(({ when }) => when.severities.length === 0 || when.severities.includes(severity));
}

/** The minutes at which a step tells its people, the end of its path included. */
function timesOf(memory: Memory, step: Step, path: Path): { minute: number; isEnd: boolean }[] {
  const times = [{ minute: step.afterMs / MINUTE, isEnd: false }];
  let last = step.afterMs / MINUTE;
  for (let i = 0; step.repeat && i < step.repeat.times; i++) {
    last += step.repeat.everyMs / MINUTE;
    times.push({ minute: last, isEnd: false });
  }
  if (!isLastOf(stepsOf(memory, path), step) || !isWaking(step)) return times;
  for (let i = 0; path.end && i < path.end.times; i++) {
    last += path.end.everyMs / MINUTE;
    times.push({ minute: last, isEnd: true });
  }
  return times;
}

function isLastOf(steps: readonly Step[], step: Step): boolean {
  for (const [i, other] of steps.entries()) {
    if (other.afterMs > step.afterMs) return false;
    if (other.afterMs === step.afterMs && i > steps.indexOf(step)) return false;
  }
  return true;
}

function isStillWanted(memory: Memory, { until }: Step, minute: number): boolean {
  const { status } = memory.incident;
  if (until === 'acknowledged') return status === 'triggered';
  if (until === 'mitigated') return status === 'triggered' || status === 'acknowledged';
  if (until === 'resolved') return status !== 'resolved';
  return status !== 'resolved' && !hasHeld(memory, 'latency below 500 or equal', until.forMs, minute);
}

function isAskedFor(memory: Memory, step: Step, minute: number): boolean {
  if (step.when.isFiring && !memory.incident.isFiring) return false;
  if (step.when.value && !hasHeld(memory, 'latency above 500', step.when.value.forMs, minute)) return false;
  return !isWaking(step) || paging(memory) !== 'never';
}

function hasHeld({ trueSince }: Memory, condition: string, forMs: number, minute: number): boolean {
  const since = trueSince.get(condition);
  return since !== undefined && (minute - since) * MINUTE >= forMs;
}

function isTimeOfDay(memory: Memory, step: Step, minute: number): boolean {
  if (isHeld(memory, minute)) return false;
  if (isForWorkOnly(memory, step) && !memory.isWorking(minute)) return false;
  return step.when.hours !== 'outside' || !memory.isWorking(minute);
}

function minutesFor(memory: Memory, step: Step): number {
  const isForWork = isForWorkOnly(memory, step);
  if (step.until === 'acknowledged' || step.until === 'mitigated') {
    return isForWork ? memory.firingWorkMinutes : memory.firingMinutes;
  }
  return isForWork ? memory.openWorkMinutes : memory.openMinutes;
}

function isForWorkOnly(memory: Memory, step: Step): boolean {
  return step.when.hours === 'working' || (isWaking(step) && paging(memory) === 'working_hours');
}

function isWaking(step: Step): boolean {
  const way = step.via[0]?.kind;
  const isToPeople = step.notify.some(({ kind }) => kind !== 'channel');
  return isToPeople && (way === 'dm' || way === 'sms');
}

function paging({ incident: { paging: byRule, severity } }: Memory): string {
  if (byRule) return byRule;
  if (severity === 'P0' || severity === 'P1') return 'always';
  return severity === 'P2' ? 'working_hours' : 'never';
}
