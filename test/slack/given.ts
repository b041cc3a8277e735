import type { FetchFunction } from '@slack/web-api';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { NO_REMEDIES } from '../../blocks/remedies.ts';
import { createCardMemory } from '../../src/slack/card-memory.ts';
import { createSlackClients } from '../../src/slack/clients.ts';
import { createDue } from '../../src/slack/due.ts';
import { createImages } from '../../src/slack/images.ts';
import { createPace } from '../../src/slack/pace.ts';
import { type ServeDeps, serve } from '../../src/slack/serve.ts';
import type { processOn } from '../app/given.ts';

export interface Shown {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what was sent, whatever its shape
  blocks: any[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly metadata: any;
}

export interface Call {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly args: any;
}

/**
 * How a call goes wrong. `lost`: it was done, and the connection broke before the answer. `broken`: it broke before anything was
 * done. A number: HTTP status. Anything else is Slack's own code; `ratelimited` with the seconds to wait.
 */
export type Fault = 'lost' | 'broken' | number | string | { readonly ratelimited: number };

const PAGE = 100;

function refused(fault: Exclude<Fault, 'lost'>): Response {
  if (fault === 'broken') throw new TypeError('fetch failed');
  if (typeof fault === 'number') return new Response('no', { status: fault });
  if (typeof fault === 'string') return Response.json({ ok: false, error: fault });
  return new Response('', { status: 429, headers: { 'retry-after': String(fault.ratelimited) } });
}

/** Slack's side of the wire, as far as the outbox needs it. */
export function slackInMemory() {
  const messages: Shown[] = [];
  const calls: Call[] = [];
  const faults: { readonly method: string; readonly fault: Fault; readonly channel?: string }[] = [];
  let last = 1_700_000_000;
  let gate: Promise<void> = Promise.resolve();

  const find = (channel: string, ts: string) => messages.find((one) => one.channel === channel && one.ts === ts);

  function post({ channel, thread_ts: threadTs, text, blocks = [], metadata }: Call['args']): object {
    if (threadTs && !find(channel, threadTs)) return { ok: false, error: 'thread_not_found' };
    const ts = `${++last}.000100`;
    messages.push({ channel, ts, threadTs, text, blocks, metadata });
    return { ok: true, channel, ts };
  }

  function update({ channel, ts, text, blocks }: Call['args']): object {
    const found = find(channel, ts);
    if (!found) return { ok: false, error: 'message_not_found' };
    Object.assign(found, { text, blocks });
    return { ok: true, channel, ts };
  }

  /** A page of a channel, or of a thread: the newest first. */
  function history({ channel, ts: root, cursor }: Call['args']): object {
    const mine = messages.filter((one) => one.channel === channel && one.threadTs === root).reverse();
    const from = Number(cursor ?? 0);
    const next = from + PAGE < mine.length ? String(from + PAGE) : '';
    return { ok: true, messages: mine.slice(from, from + PAGE), response_metadata: { next_cursor: next } };
  }

  const methods: Record<string, (args: Call['args']) => object> = {
    'chat.postMessage': post,
    'chat.update': update,
    'conversations.history': history,
    'conversations.replies': history,
  };

  const fetch: FetchFunction = async (url, init) => {
    const method = String(url).split('/api/')[1] ?? '';
    const args = read(String(init?.body));
    calls.push({ method, args });
    await gate;
    const i = faults.findIndex((one) => one.method === method && (!one.channel || one.channel === args.channel));
    const fault = i < 0 ? undefined : faults.splice(i, 1)[0]?.fault;
    if (fault !== undefined && fault !== 'lost') return refused(fault);

    const said = methods[method]?.(args) ?? { ok: true };
    if (fault === 'lost') throw new TypeError('fetch failed');
    return Response.json(said);
  };

  return {
    messages,
    calls,
    fetch,
    /** The next call of this method goes wrong, as often as asked. */
    plan(method: string, fault: Fault, times = 1, channel?: string) {
      for (let i = 0; i < times; i++) faults.push({ method, fault, ...(channel && { channel }) });
    },
    /** Holds all answers until the returned function is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    forgetCalls: () => void calls.splice(0),
    called: (method: string) => calls.filter((call) => call.method === method),
    cards: () => messages.filter(({ threadTs }) => threadTs === undefined),
    notes: () => messages.filter(({ threadTs }) => threadTs !== undefined),
    remove(message: Shown | undefined) {
      if (message) messages.splice(messages.indexOf(message), 1);
    },
  };
}
export type SlackInMemory = ReturnType<typeof slackInMemory>;

export const quiet = pino({ level: 'silent' });

/** The delivery side of one process, on a Slack in memory. */
export function deliveryOn(
  redis: Redis,
  tocsin: ReturnType<typeof processOn>,
  slack: SlackInMemory,
  options: {
    readonly pace?: boolean;
    readonly fallback?: string | null;
    readonly now?: () => number;
    readonly remediesOf?: ServeDeps['remediesOf'];
  } = {},
) {
  const { keys, store, dispatch } = tocsin;
  const now = options.now ?? tocsin.clock.now;
  const { outbox } = createSlackClients(
    { token: 'xoxb-1', apiUrl: 'https://slack.test/api/', fetch: slack.fetch },
    quiet,
  );
  const blind: string[] = [];
  const broken: string[] = [];
  const posted: string[] = [];
  const due = createDue(redis, keys);
  const pace = createPace(redis, keys, now, options.pace ?? false);
  const cards = createCardMemory(redis, keys);
  const posting = { redis, client: outbox, now, log: quiet, onBlind: (code: string) => void blind.push(code) };
  const deps: ServeDeps = {
    ...posting,
    store,
    dispatch,
    cards,
    pace,
    cardKey: keys.card,
    runbookOf: () => null,
    remediesOf: options.remediesOf ?? (async () => NO_REMEDIES),
    images: createImages({ client: outbox, fetch, redis, keys, isMissing: () => false, log: quiet, waits: [0] }),
    fallbackChannel: () => options.fallback ?? null,
    onBrokenChannel: async (channel, code) => void broken.push(`${channel} ${code}`),
    onPosted: ({ id }) => void posted.push(id),
  };
  return {
    due,
    pace,
    cards,
    posting,
    blind,
    broken,
    posted,
    serve: (id: string, lane: 'people' | 'machine' = 'machine') => serve(deps, id, lane),
    /** A whole round, as the deliverer does it: claim, serve, finish. */
    async round(id: string, lane: 'people' | 'machine' = 'machine') {
      const claim = await due.claim(id);
      if (!claim) throw new Error(`${id} is claimed already`);
      const served = await serve(deps, id, lane);
      const channel = (await store.load(id))?.channel ?? '';
      const isDone = await due.finish(claim, { channel, lane, againAt: now() + (served.done ? 0 : served.ms) });
      return { served, isDone };
    },
  };
}

/** The Web API's client sends a form whose structured fields are JSON. */
function read(body: string): Record<string, unknown> {
  if (body.startsWith('{')) return JSON.parse(body) as Record<string, unknown>;
  const structured = (value: string): unknown => (/^[[{]/.test(value) ? JSON.parse(value) : value);
  return Object.fromEntries([...new URLSearchParams(body)].map(([name, value]) => [name, structured(value)]));
}
