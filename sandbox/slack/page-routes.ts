import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Act, ActResult, SandboxAlarm, SandboxState, SandboxSystem } from '../api.ts';
import { isJson, stringOf } from './json.ts';
import type { Slack } from './slack.ts';

/** At most 20 states per second and reader. */
const COALESCE_MS = 50;

/** Whoever has the alarms: the AWS side of the sandbox. */
export interface AlarmsPort {
  list(): readonly SandboxAlarm[];
  act(act: Extract<Act, { type: 'alarm' | 'storm' }>): Promise<ActResult>;
  onChange(listener: () => void): () => void;
}

/** Whoever runs the systems. */
export interface SystemsPort {
  list(): readonly SandboxSystem[];
  set(system: string, fault: string, on: boolean): ActResult;
  onChange(listener: () => void): () => void;
}

/** Whoever has the telephones, the mailboxes and the clock. */
export interface OutsidePort {
  shown(): Pick<SandboxState, 'clock' | 'boxes' | 'pagerDuty' | 'hooks' | 'pagingFaults'>;
  /** `null`: the act is somebody else's. */
  act(act: Act): Promise<ActResult> | ActResult | null;
  onChange(listener: () => void): () => void;
}

interface Ports {
  readonly alarms: AlarmsPort;
  readonly systems: SystemsPort | null;
  readonly outside: OutsidePort | null;
}

const ACTS: ReadonlySet<string> = new Set<Act['type']>([
  'message',
  'click',
  'submit',
  'close',
  'shortcut',
  'open-home',
  'alarm',
  'storm',
  'fault',
  'clock',
  'pick-up',
  'read',
  'text-back',
]);

/** What the page reads and does. `as` says who looks. */
export function pageRoutes(slack: Slack, { alarms, systems, outside }: Ports): FastifyPluginAsync {
  function state(as: string): SandboxState {
    return { ...slack.stateFor(as), ...outside?.shown(), alarms: alarms.list(), systems: systems?.list() ?? [] };
  }

  async function act(as: string, wish: Act): Promise<ActResult> {
    const done = outside?.act(wish) ?? null;
    if (done !== null) return await done;
    if (wish.type === 'alarm' || wish.type === 'storm') return await alarms.act(wish);
    if (wish.type !== 'fault') return await slack.act(as, wish);
    return systems?.set(wish.system, wish.fault, wish.on) ?? { ok: false, error: 'The systems do not run here.' };
  }

  return async (app) => {
    const open = new Set<FastifyReply>();
    app.addHook('preClose', async () => {
      for (const reply of open) reply.raw.end();
    });

    app.get('/api/state', async (request, reply) => {
      const as = personOf(slack, request.query);
      return as === null ? reply.code(404).send({ ok: false, error: 'Nobody here has that name.' }) : state(as);
    });

    app.get('/api/stream', async (request, reply) => {
      const as = personOf(slack, request.query);
      if (as === null) return reply.code(404).send({ ok: false, error: 'Nobody here has that name.' });
      open.add(reply);
      reply.raw.on('close', () => open.delete(reply));
      const changing = [slack.onChange, alarms.onChange, systems?.onChange ?? noChange, outside?.onChange ?? noChange];
      return stream(reply, () => state(as), changing);
    });

    app.post('/api/act', async (request, reply) => {
      const as = personOf(slack, request.query);
      const wish = request.body;
      if (as === null || !isAct(wish)) return reply.code(400).send({ ok: false, error: 'That is not an act.' });
      return await act(as, wish);
    });
  };
}

function noChange(): () => void {
  return () => undefined;
}

/** The person in the query; the first of the workspace when nobody is named, `null` when nobody has that id. */
function personOf({ world }: Slack, query: unknown): string | null {
  const as = isJson(query) ? stringOf(query.as) : '';
  if (as !== '') return world.users.get(as)?.isBot === false ? as : null;
  return [...world.users.values()].find((user) => !user.isBot)?.id ?? null;
}

/** The page is trusted with the rest: it is compiled against the same contract. */
function isAct(value: unknown): value is Act {
  return isJson(value) && ACTS.has(stringOf(value.type));
}

/** Sends a whole new state after every change, coalesced, newest wins; waits for a slow reader. */
function stream(
  reply: FastifyReply,
  state: () => SandboxState,
  sources: readonly ((listener: () => void) => () => void)[],
): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
  let timer: NodeJS.Timeout | null = null;
  const send = (): void => {
    timer = null;
    if (raw.writableNeedDrain) later();
    else raw.write(`data: ${JSON.stringify(state())}\n\n`);
  };
  const later = (): void => {
    timer ??= setTimeout(send, COALESCE_MS);
  };
  const stops = sources.map((onChange) => onChange(later));
  raw.on('close', () => {
    if (timer !== null) clearTimeout(timer);
    for (const stop of stops) stop();
  });
  send();
  return reply;
}
