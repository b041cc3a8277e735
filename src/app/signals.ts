import type { Alert } from '../domain/alert.ts';
import { route } from '../domain/route.ts';
import type { Service, Signal } from '../domain/service.ts';
import { signalKey } from '../domain/service.ts';
import { type Hearing, judge } from '../domain/silence.ts';
import { kindOf } from './errors.ts';
import type { Probes } from './probes.ts';
import { silenceAlert } from './silence-alert.ts';

/** Somebody or something spoke. */
export interface Heard {
  readonly name: string;
  /** `null`: every environment that expects this name. */
  readonly environment: string | null;
  /** Epoch ms. */
  readonly at: number;
}

/** Alarms are something that speaks, too: what a rule puts into an environment was heard there. */
export function spokenBy(alerts: readonly Alert[], services: readonly Service[]): Heard[] {
  const names = new Set(services.flatMap(({ signals }) => signals.map(({ name }) => name)));
  return alerts
    .filter(({ name, source }) => source !== 'signal' && names.has(name))
    .map((alert) => {
      const { rule, environment } = route(alert, services);
      const at = alert.repeats ? alert.receivedAt : alert.changedAt;
      return { name: alert.name, environment: rule === null ? null : environment, at };
    });
}

/** What is kept of each signal, by key. */
export interface SignalStore {
  /** Signals that are new are expected from now on, and all are looked at anew. Answers those that are no longer expected. */
  expect(keys: readonly string[], now: number): Promise<readonly { readonly key: string; readonly hearing: Hearing }[]>;
  /** Moves what was heard forward, never back, and never into the future; a key that nobody expects is left alone. */
  hear(key: string, at: number, now: number): Promise<void>;
  /** Signals that are to be looked at by now, the most overdue first. */
  due(now: number, limit: number): Promise<readonly { readonly key: string; readonly hearing: Hearing }[]>;
  /** Writes what a look has found, unless something was heard meanwhile: then it is looked at again at once. */
  settle(key: string, seen: Hearing, found: { silentSince: number | null; lookAt: number | null }): Promise<void>;
  forget(key: string): Promise<void>;
}

export interface SignalsDeps {
  readonly store: SignalStore;
  readonly services: () => readonly Service[];
  readonly probes: Probes;
  /** Makes alerts durable; what was accepted under one id before changes nothing. */
  readonly accept: (messageId: string, alerts: readonly Alert[]) => Promise<unknown>;
  readonly now: () => number;
}

export interface Signals {
  /** Durable once it resolves. */
  heard(signals: readonly Heard[]): Promise<void>;
  /** Fires for what has fallen silent, and recovers what is heard again. Cheap while nothing is due; every process may run it. */
  tend(): Promise<void>;
}

interface Expected {
  readonly service: Service;
  readonly signal: Signal;
}

const BATCH = 100;
const ASK_AGAIN_MS = 60_000;
const ASK_WITHIN_MS = 5_000;
const BUG = 'a mistake of Tocsin; its log has the reason.';
/** How long a query that does not answer keeps an alarm back. */
const PATIENCE_MS = 120_000;

/** Watches that everything speaks that a service file expects to. What is known is in Redis: a restart changes nothing. */
export function createSignals(deps: SignalsDeps): Signals {
  const { store, now } = deps;
  const expected = createExpected(deps.services);
  let synced: readonly Service[] | null = null;

  async function sync(services: readonly Service[]): Promise<void> {
    const forgotten = await store.expect([...expected().keys()], now());
    for (const { key, hearing } of forgotten) {
      if (hearing.silentSince !== null) await say(deps, key, silenceAlert.dropped(key, hearing.silentSince, now()));
      await store.forget(key);
    }
    synced = services;
  }

  return {
    async heard(signals) {
      const latest = new Map<string, number>();
      for (const [key, { service: _, signal }] of expected()) {
        const times = signals.filter((heard) => isAbout(heard, signal)).map(({ at }) => at);
        if (times.length > 0) latest.set(key, Math.max(...times));
      }
      await Promise.all([...latest].map(([key, at]) => store.hear(key, at, now())));
    },
    async tend() {
      const services = deps.services();
      if (synced !== services) await sync(services);
      const due = await store.due(now(), BATCH);
      // At once, each by itself: one that cannot be looked at, or takes its time, keeps no other back.
      const looks = await Promise.allSettled(
        due.map(({ key, hearing }) => look(deps, key, hearing, expected().get(key))),
      );
      for (const one of looks) if (one.status === 'rejected') throw one.reason;
    },
  };
}

/** By key; made anew when the files are read again. */
function createExpected(services: () => readonly Service[]): () => ReadonlyMap<string, Expected> {
  let of: readonly Service[] | null = null;
  let expected: ReadonlyMap<string, Expected> = new Map();
  return () => {
    if (of !== services()) {
      of = services();
      const all = of.flatMap((service) => service.signals.map((signal) => ({ service, signal })));
      expected = new Map(all.map((one) => [signalKey(one.service.name, one.signal), one]));
    }
    return expected;
  };
}

function isAbout({ name, environment }: Heard, signal: Signal): boolean {
  return name === signal.name && (environment === null || environment === signal.environment);
}

async function look(deps: SignalsDeps, key: string, hearing: Hearing, expected: Expected | undefined): Promise<void> {
  const { store } = deps;
  const now = deps.now();
  if (!expected) {
    // Another process has files that this one has not read yet.
    return await store.settle(key, hearing, { silentSince: hearing.silentSince, lookAt: now + ASK_AGAIN_MS });
  }
  const { signal } = expected;
  const judgement = judge(hearing, signal, now);
  switch (judgement.kind) {
    case 'in time':
      return await store.settle(key, hearing, { silentSince: null, lookAt: judgement.until });
    case 'back':
      await say(deps, key, silenceAlert.back(key, signal, judgement.at, now));
      return await store.settle(key, hearing, { silentSince: null, lookAt: judgement.until });
    case 'overdue':
    case 'still silent':
      return await lookAtSilence(deps, key, hearing, expected, judgement);
  }
}

async function lookAtSilence(
  deps: SignalsDeps,
  key: string,
  hearing: Hearing,
  expected: Expected,
  { kind, since }: { readonly kind: 'overdue' | 'still silent'; readonly since: number },
): Promise<void> {
  const { store } = deps;
  const now = deps.now();
  const sample = await newestSample(deps, expected, hearing.heardAt);
  if (typeof sample === 'number' && sample > hearing.heardAt) return await store.hear(key, sample, now);

  const unanswered = typeof sample === 'object' && sample !== null ? sample : null;
  const lookAt = expected.signal.query === null ? null : now + ASK_AGAIN_MS;
  if (kind === 'overdue' && unanswered?.isPassing && now < since + PATIENCE_MS) {
    return await store.settle(key, hearing, { silentSince: null, lookAt: now + ASK_WITHIN_MS });
  }
  if (kind === 'overdue') {
    await say(deps, key, silenceAlert.silent(key, expected.signal, hearing, since, now, unanswered?.why ?? null));
  }
  await store.settle(key, hearing, { silentSince: since, lookAt });
  if (unanswered?.bug !== undefined) throw unanswered.bug; // told all the same, and now for the log
}

interface Unanswered {
  readonly why: string;
  readonly isPassing: boolean;
  /** What was thrown, if it is a mistake of ours. */
  readonly bug?: unknown;
}

/** When the query's newest sample was taken, why it could not be told, or `null`: there is no query, or no sample. */
async function newestSample(
  { probes, now }: SignalsDeps,
  { service, signal }: Expected,
  from: number,
): Promise<number | Unanswered | null> {
  const query = signal.query === null ? undefined : service.queries[signal.query];
  if (!query) return null;
  const { environment } = signal;
  const signalToStop = AbortSignal.timeout(ASK_WITHIN_MS);
  try {
    const { at } = await probes.ask(query, { service, environment, from, to: now(), signal: signalToStop });
    return at;
  } catch (error) {
    const kind = kindOf(error);
    if (kind === 'bug' || !(error instanceof Error)) return { why: BUG, isPassing: false, bug: error };
    return { why: error.message, isPassing: kind === 'transient' };
  }
}

async function say({ accept }: SignalsDeps, key: string, alert: Alert): Promise<void> {
  await accept(`${key}:${alert.state}:${alert.changedAt}`, [alert]);
}
