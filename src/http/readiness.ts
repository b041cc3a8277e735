import type { Readiness } from './server.ts';

export interface ReadinessDeps {
  readonly pingRedis: () => Promise<unknown>;
  readonly slack: () =>
    | { readonly over: 'sockets'; readonly connected: boolean; readonly since: number }
    | { readonly over: 'http'; readonly heardAt: number | null };
  readonly sweepLagSeconds: () => number;
  readonly inboxBacklog: () => Promise<number>;
  readonly noticesWaiting: () => Promise<number>;
  readonly withoutCard: () => Promise<number>;
  /** `null`: Slack has not told what is granted. */
  readonly missingScopes: () =>
    | readonly { readonly scope: string; readonly required: boolean; readonly without: string }[]
    | null;
  /** What Tocsin asks by itself and does not answer now, in words. */
  readonly sourceTrouble: () => readonly string[];
  /** What the audit says of deadlines, pages and itself. */
  readonly audit?: () => Readiness['checks'];
  readonly now: () => number;
}

const SLACK_PATIENCE_S = 60;
const SWEEP_PATIENCE_S = 60;

/** Whether Tocsin can do its work now, check by check, in words for whoever has to mend it. */
export function createReadiness(deps: ReadinessDeps): () => Promise<Readiness> {
  return async () => {
    const own = [await redis(deps), slack(deps), sweep(deps), permissions(deps), sources(deps), await backlog(deps)];
    const checks = [...own, ...(deps.audit?.() ?? [])];
    return { ok: checks.every(({ ok }) => ok), checks };
  };
}

async function redis({ pingRedis }: ReadinessDeps) {
  const name = 'redis';
  try {
    await pingRedis();
    return { name, ok: true, detail: 'answers' };
  } catch {
    return {
      name,
      ok: false,
      detail: 'does not answer: alarms are refused with 503 until it does, and senders try again',
    };
  }
}

function slack({ slack: state, now }: ReadinessDeps) {
  const found = state();
  const name = 'slack';
  const secondsSince = (at: number) => Math.round((now() - at) / 1_000);
  if (found.over === 'http') {
    const heard = found.heardAt === null ? 'nothing has come yet' : `last heard ${secondsSince(found.heardAt)} s ago`;
    return {
      name,
      ok: true,
      detail: `could not tell: Slack calls POST /slack/events when there is something, ${heard}`,
    };
  }
  if (found.connected) return { name, ok: true, detail: 'connected' };
  const seconds = secondsSince(found.since);
  const detail = `not connected for ${seconds} s: clicks do not arrive, alarms are kept`;
  return { name, ok: seconds < SLACK_PATIENCE_S, detail };
}

function sweep({ sweepLagSeconds }: ReadinessDeps) {
  const lag = sweepLagSeconds();
  return { name: 'sweep', ok: lag < SWEEP_PATIENCE_S, detail: `${lag.toFixed(1)} s behind` };
}

function permissions({ missingScopes }: ReadinessDeps) {
  const missing = missingScopes();
  if (missing === null)
    return { name: 'permissions', ok: true, detail: 'could not tell: Slack has not said what is granted' };
  const detail = missing.map(({ scope, without }) => `without ${scope}, ${without}`).join('; ');
  return { name: 'permissions', ok: missing.every(({ required }) => !required), detail: detail || 'all granted' };
}

/** Alarms that come by themselves still do, so this is no reason to restart anything. */
function sources({ sourceTrouble }: ReadinessDeps) {
  const detail = sourceTrouble().join('; ');
  return { name: 'sources', ok: true, detail: detail === '' ? 'none in trouble' : `could not tell: ${detail}` };
}

async function backlog({ inboxBacklog, noticesWaiting, withoutCard }: ReadinessDeps) {
  const name = 'backlog';
  try {
    const [inbox, notices, cards] = await Promise.all([inboxBacklog(), noticesWaiting(), withoutCard()]);
    return {
      name,
      ok: true,
      detail: `${inbox} messages to take in, ${cards} incidents without a card, ${notices} notices to post`,
    };
  } catch {
    return { name, ok: false, detail: 'could not be read' };
  }
}
