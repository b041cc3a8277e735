import { setTimeout as sleep } from 'node:timers/promises';
import type { Act, ActResult, SandboxAlarm } from '../api.ts';
import type { Alarm, AlarmBoard } from './alarm-board.ts';
import { childNames } from './alarm-board.ts';
import type { AlarmDefinition, AlarmState } from './alarm-definitions.ts';
import { stormAlarm } from './demo-alarms.ts';
import type { Sns } from './sns.ts';

/** What the page shows of the alarms and does to them. */
export interface Alarms {
  /** The demo services' own alarms; those of a storm are too many to show. */
  list(): readonly SandboxAlarm[];
  /** Does what the page's alarm panel asks. A storm of 0 ends the storms: their alarms recover. Never rejects. */
  act(act: AlarmAct): Promise<ActResult>;
  /** The listener is called after every act on an alarm that is listed, and after `changed`. Answers what takes it off. */
  onChange(listener: () => void): () => void;
  /** Says that somebody else (the CloudWatch API) changed an alarm. */
  changed(): void;
}

export type AlarmAct = Extract<Act, { type: 'alarm' | 'storm' }>;

export interface AlarmsOptions {
  readonly sns: Sns;
  readonly board: AlarmBoard;
  readonly definitions: readonly AlarmDefinition[];
  /** Within how long all alarms of a storm fire. */
  readonly stormMs?: number;
}

const STORM_TICK_MS = 20;
/** More than this would only show how the sandbox itself drowns. */
const MOST_ALARMS = 20_000;
const TARGET_STATE = { fire: 'ALARM', recover: 'OK', 'no-data': 'INSUFFICIENT_DATA' } as const;

export function createAlarms({ sns, board, definitions, stormMs = 2000 }: AlarmsOptions): Alarms {
  const listed = definitions.map((definition) => board.add(definition));
  const storm = createStorm(board, stormMs);
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };

  return {
    list: () => listed.map(shown),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed,
    act: async (act) => {
      if (act.type === 'storm') return await storm(act.alarms);
      const alarm = board.find(act.name);
      if (alarm === undefined) return { ok: false, error: `There is no alarm ${act.name}.` };
      const result = act.do === 'repeat' ? repeat(sns, alarm) : press(board, alarm, TARGET_STATE[act.do]);
      if (result.ok) changed();
      return result;
    },
  };
}

function shown({ definition, state }: Alarm): SandboxAlarm {
  const { name, service, description, kind } = definition;
  return { name, service, description, kind, state };
}

/** A composite alarm has no data of its own, so its children change, and it follows. */
function press(board: AlarmBoard, alarm: Alarm, to: AlarmState): ActResult {
  const { definition, state } = alarm;
  if (state === to) {
    return { ok: false, error: `${definition.name} is ${to} already. CloudWatch tells only about a change of state.` };
  }
  if (definition.kind === 'composite' && to === 'INSUFFICIENT_DATA') {
    return {
      ok: false,
      error: `${definition.name} has no data of its own: it follows ${definition.children.join(', ')}.`,
    };
  }
  const children = childNames(definition).flatMap((name) => board.find(name) ?? []);
  for (const one of children.length > 0 ? children : [alarm]) board.evaluate(one, to);
  // A composite alarm that was forced away from what its children say comes back when it is evaluated next.
  if (children.length > 0) board.force(alarm, to, `${definition.name} was evaluated again`);
  return { ok: true };
}

/** SNS may deliver a message twice: the same id, time and signature. */
function repeat(sns: Sns, { definition, lastMessages }: Alarm): ActResult {
  if (lastMessages.length === 0) return { ok: false, error: `${definition.name} has not sent a message yet.` };
  const repeated = lastMessages.map((id) => sns.redeliver(id));
  if (repeated.every(Boolean)) return { ok: true };
  return { ok: false, error: `The last message of ${definition.name} is too long ago to be delivered again.` };
}

function createStorm(board: AlarmBoard, stormMs: number): (count: number) => Promise<ActResult> {
  const stormy: Alarm[] = [];

  return async (count) => {
    if (!Number.isInteger(count) || count < 0 || count > MOST_ALARMS) {
      return { ok: false, error: `A storm has 1 to ${MOST_ALARMS} alarms; 0 ends it.` };
    }
    const first = stormy.length;
    const fresh = Array.from({ length: count }, (_, i) => board.add(stormAlarm(first + i)));
    stormy.push(...fresh);
    const [batch, to] = count === 0 ? [stormy.slice(), 'OK' as const] : [fresh, 'ALARM' as const];
    await evenly(batch, stormMs, (alarm) => board.evaluate(alarm, to));
    return { ok: true };
  };
}

/** Calls `run` for every item, spread evenly over `ms`. */
async function evenly<T>(items: readonly T[], ms: number, run: (item: T) => void): Promise<void> {
  const size = Math.max(1, Math.ceil((items.length * STORM_TICK_MS) / ms));
  for (let i = 0; i < items.length; i += size) {
    if (i > 0) await sleep(STORM_TICK_MS);
    for (const item of items.slice(i, i + size)) run(item);
  }
}
