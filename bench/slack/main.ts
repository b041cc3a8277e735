import { setTimeout as sleep } from 'node:timers/promises';
import { fastify } from 'fastify';
import { demoWorkspace } from '../../sandbox/demo-workspace.ts';
import { SANDBOX_APP } from '../../sandbox/options.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import { answer } from '../child.ts';
import { clock } from '../clock.ts';
import { callsIn, type SlackCall } from './calls.ts';

export interface Press {
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
}

/** One press of a button: when, how long until the app acknowledged it in ms, and Slack's complaint if it did not. */
export interface Pressed extends Press {
  readonly at: number;
  readonly ms: number;
  readonly error: string | null;
}

const JOURNAL_ENTRIES = 400_000;
const PERSON = 'U0ANA';

let slack: Slack | null = null;
let taken = 0;

/** Starts Slack with these channels on any free port; answers the address of its Web API. */
async function start(options: { rateLimits: boolean; channels: readonly string[] }): Promise<string> {
  let url = '';
  const seed = await demoWorkspace();
  const started = createSlack({
    ...seed,
    ...SANDBOX_APP,
    channels: options.channels.map((id) => ({ id, name: id.toLowerCase() })),
    now: clock,
    rateLimits: options.rateLimits,
    publicUrl: () => `${url}/slack`,
    journalEntries: JOURNAL_ENTRIES,
  });
  const app = fastify({ forceCloseConnections: true });
  await app.register(started.routes, { prefix: '/slack' });
  started.attachSocketMode(app.server);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  slack = started;
  return `${url}/slack/api/`;
}

/** Posts and edits since the last time this was asked, oldest first. */
function calls(): SlackCall[] {
  const entries = running().journal.entries({ kind: 'api', since: taken });
  taken = entries.at(-1)?.seq ?? taken;
  return callsIn(entries);
}

/** The message that stands for one incident. */
export interface Card {
  readonly channel: string;
  readonly ts: string;
  /** As it is now. */
  readonly text: string;
  /** Epoch ms. */
  readonly postedAt: number;
}

/** All cards of incidents, channel by channel, oldest first. */
function cards(): Card[] {
  return [...running().world.channels].flatMap(([channel, { roots }]) =>
    roots
      .filter(({ text }) => /^INC-\d+ /.test(text))
      .map(({ ts, text, postedAt }) => ({ channel, ts, text, postedAt })),
  );
}

function connected(): boolean {
  return running().sockets.connected();
}

/** Presses buttons one after the other, one every `everyMs`; each press is the same person's. */
async function press(presses: readonly Press[], everyMs: number): Promise<Pressed[]> {
  const startedAt = clock();
  const done: Promise<Pressed>[] = [];
  for (const [i, one] of presses.entries()) {
    const wait = startedAt + i * everyMs - clock();
    if (wait > 0) await sleep(wait);
    done.push(pressOne(one));
  }
  return Promise.all(done);
}

async function pressOne({ channel, ts, actionId }: Press): Promise<Pressed> {
  const blocks = running().world.channels.get(channel)?.byTs.get(ts)?.blocks ?? [];
  const block = blocks.find(
    ({ elements }) => Array.isArray(elements) && elements.some((e) => e.action_id === actionId),
  );
  const at = clock();
  const result = await running().act(PERSON, {
    type: 'click',
    where: { channel, ts },
    blockId: String(block?.block_id),
    actionId,
    element: { type: 'button' },
  });
  return { channel, ts, actionId, at, ms: clock() - at, error: result.ok ? null : (result.error ?? 'refused') };
}

function running(): Slack {
  if (slack === null) throw new Error('start() comes first');
  return slack;
}

const api = { start, calls, cards, connected, press };
export type SlackApi = typeof api;

answer(api);
