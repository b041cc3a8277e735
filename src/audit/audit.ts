import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { IncidentStore } from '../app/store.ts';
import type { ReadinessDeps } from '../http/readiness.ts';
import type { Readiness } from '../http/server.ts';
import { fromRedis } from '../store/errors.ts';
import type { Keys } from '../store/keys.ts';
import { createExamine, createForget } from './examine.ts';
import type { AuditReport, FindingKind } from './finding.ts';
import { createFindings } from './findings.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createLook } from './look.ts';
import { createOperators } from './operators.ts';
import { type Check, rowsOf } from './rows.ts';
import { createSlackWait } from './slack-wait.ts';
import { SILENT_MS, sentences, troublesOf } from './troubles.ts';
import { createWalk } from './walk.ts';

export interface AuditDeps {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly store: Pick<IncidentStore, 'load' | 'due' | 'openCount'>;
  /** Whether Tocsin can do its work, these rows included; asked for each heartbeat. */
  readonly ready: () => Promise<Readiness>;
  readonly slack: ReadinessDeps['slack'];
  /** Since when Slack has answered nothing, epoch ms; `null`: it answers, or was asked nothing. */
  readonly slackSilentSince?: () => number | null;
  /** A notice in Slack, once an hour for one cause. */
  readonly tellSlack: (cause: string, text: string) => Promise<void>;
  /** The second path to operators; `null`: there is none. */
  readonly publish: ((subject: string, text: string) => Promise<void>) | null;
  /** HEARTBEAT_URL, a secret. */
  readonly heartbeatUrl: string | null;
  readonly fetch: typeof fetch;
  readonly counted: (kind: FindingKind) => void;
  readonly now: () => number;
  /** Milliseconds that only time moves: how long it is silent, which no other clock may say. `now` without it. */
  readonly steady?: () => number;
  readonly log: Logger;
}

export interface Audit {
  /** For the sweep, once a second. */
  readonly chores: readonly { readonly name: string; readonly run: () => Promise<void> }[];
  /** What it knew when it last looked; `null`: it has not looked yet, or cannot any more. */
  report(): AuditReport | null;
  /** Rows for `/readyz` and `/incident health`. */
  rows(): Check[];
}

const LOOK_EVERY_MS = 30_000;
/** What was due while nobody was there is done by then. */
const FIRST_LOOK_MS = 10_000;
const TELL_EVERY_MS = 15_000;
/** After a clock was put forward, or a machine has slept, everything is late for a moment: it must be so when looked at again. */
const SURE_MS = 2_000;

/** Tocsin's proof of itself: nothing is late, every open incident has a next step or a reason for none, and somebody hears when not. */
export function createAudit(deps: AuditDeps): Audit {
  const { now, steady = now } = deps;
  const startedAt = now();
  let lookedAt = steady();
  const findings = createFindings(deps);
  const examine = createExamine({ ...deps, findings });
  const walk = createWalk({ ...deps, examine });
  const look = createLook({ ...deps, findings, examine, forget: createForget({ ...deps, findings }), walk });
  const operators = createOperators(deps);
  const slackWait = createSlackWait(deps);
  let report: AuditReport | null = null;
  let isLateAlready = false;

  const wasPutForward = createPutForward(now, steady);
  const silentMs = () => steady() - lookedAt;
  const fresh = () => (silentMs() <= SILENT_MS ? report : null);
  const isWell = async () => fresh()?.ok === true && (await deps.ready()).ok;
  const heartbeat = createHeartbeat({ ...deps, url: deps.heartbeatUrl, isWell });

  /** Answers how soon to look again, in ms. */
  async function renew(): Promise<number> {
    const seen = await look(startedAt);
    const wasLateAlready = !wasPutForward() && isLateAlready;
    isLateAlready = !seen.ok && (seen.findings.length === 0 || wasLateAlready);
    if (isLateAlready && !wasLateAlready) return SURE_MS;
    report = seen;
    lookedAt = steady();
    return LOOK_EVERY_MS;
  }

  async function tell(): Promise<number> {
    const away = await slackWait.look();
    const troubles = troublesOf({ report, startedAt, slackAwaySince: away, silentMs: silentMs(), now: now() });
    await operators.hear(troubles, fresh() !== null);
    const { findings: mended, more } = await findings.takeMended();
    if (mended.length > 0) await deps.tellSlack('audit mended', mendedWords(mended, more));
    return TELL_EVERY_MS;
  }

  return {
    chores: [
      { name: 'audit', run: every(now, LOOK_EVERY_MS, renew) },
      { name: 'audit of open incidents', run: walk.step },
      { name: 'operators', run: every(now, TELL_EVERY_MS, tell) },
      { name: 'heartbeat', run: heartbeat.run },
    ].map(({ name, run }) => ({ name, run: inOurWords(run) })),
    report: fresh,
    rows: () => rowsOf({ report, silentMs: silentMs(), slackAwayMs: slackWait.awayMs(), heartbeat: heartbeat.words() }),
  };
}

function mendedWords(findings: readonly { readonly text: string }[], more: number): string {
  return `The audit found and mended: ${sentences(findings, more)} Nothing is left to do, but it should not happen: report it with the log.`;
}

/**
 * Runs something when its time has come, however often it is asked: every `ms`, or when `run` answers that it wants to. Rather too
 * early than never when the clock is put back.
 */
function every(now: () => number, ms: number, run: () => Promise<number>): () => Promise<void> {
  let nextAt = now() + FIRST_LOOK_MS;
  return async () => {
    const waitMs = nextAt - now();
    if (waitMs > 0 && waitMs <= ms) return;
    nextAt = now() + ms;
    nextAt = now() + (await run());
  };
}

/** Whether the clock has gone further than time since it was asked last. */
function createPutForward(now: () => number, steady: () => number): () => boolean {
  let aheadMs = now() - steady();
  return () => {
    const before = aheadMs;
    aheadMs = now() - steady();
    return aheadMs - before > SURE_MS;
  };
}

function inOurWords(run: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await run();
    } catch (error) {
      throw fromRedis(error);
    }
  };
}
