import type { Server } from 'node:http';
import type { FastifyPluginAsync } from 'fastify';
import type { Act, ActResult, SandboxState } from '../api.ts';
import type { Acting } from './acting.ts';
import { perform } from './acts.ts';
import { apiRoutes } from './api-routes.ts';
import { takeRawBodies } from './body.ts';
import { controlRoutes } from './control-routes.ts';
import { openDm } from './direct-messages.ts';
import { createEvents } from './events.ts';
import type { Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import type { Journal } from './journal.ts';
import { createJournal } from './journal.ts';
import type { AlarmsPort, OutsidePort, SystemsPort } from './page-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { stateOf } from './page-state.ts';
import { createRateLimits } from './rate-limits.ts';
import { respondRoutes } from './respond-routes.ts';
import type { Seed } from './seed.ts';
import { createWorld } from './seed.ts';
import type { SignedHttp } from './signed-http.ts';
import { createSignedHttp } from './signed-http.ts';
import type { SocketMode } from './socket-mode.ts';
import { createSocketMode } from './socket-mode.ts';
import { createResponseUrls, createTriggers } from './tickets.ts';
import { createWebApi } from './web-api.ts';
import type { World } from './world.ts';

const JOURNAL_ENTRIES = 5000;

export interface SlackOptions extends Seed {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Where this Slack is reached, with its prefix, as `http://localhost:4000/slack`; a function when the port is not known yet. */
  readonly publicUrl: string | (() => string);
  readonly rateLimits?: boolean;
  /** When given, the app is reached by signed requests to this address instead of Socket Mode. */
  readonly eventsUrl?: string;
  /** Real milliseconds per millisecond of the pauses between retries of an event; `timeScale` unless told. */
  readonly retryScale?: number;
  readonly journalEntries?: number;
}

export interface Slack {
  readonly world: World;
  /** Mount under any prefix: `api/<method>`, `respond/…`, `upload/…`, `files/…`, `_control/…`. */
  readonly routes: FastifyPluginAsync;
  /** `/api/state`, `/api/stream`, `/api/act` of the page, with the alarms and the systems of whoever has them. */
  pageRoutes(alarms: AlarmsPort, systems?: SystemsPort | null, outside?: OutsidePort | null): FastifyPluginAsync;
  /** Answers WebSocket upgrades at `…/socket/<ticket>`. */
  attachSocketMode(server: Server): void;
  /** Does what a person does; alarms and storms are not Slack's. */
  act(as: string, act: Act): Promise<ActResult>;
  stateFor(userId: string): SandboxState;
  onChange(listener: () => void): () => void;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly sockets: SocketMode;
  /** Only in HTTP mode. */
  readonly http: SignedHttp | null;
  close(): void;
}

/** A Slack of one's own: one workspace with one app, which speaks Slack's protocol and enforces Slack's limits. */
export function createSlack(options: SlackOptions): Slack {
  const world = createWorld(options);
  for (const { id } of options.users) openDm(world, id);
  const journal = createJournal(world.now, options.journalEntries ?? JOURNAL_ENTRIES);
  const faults = createFaults();
  const { publicUrl, eventsUrl } = options;
  const base = (): string => (typeof publicUrl === 'string' ? publicUrl : publicUrl()).replace(/\/$/, '');
  const sockets = createSocketMode(world, journal);
  const http = eventsUrl === undefined ? null : createSignedHttp(world, journal, eventsUrl, options.signingSecret);
  const transport = http ?? sockets;
  const acting: Acting = {
    world,
    transport,
    events: createEvents(world, transport, options.retryScale ?? options.timeScale ?? 1),
    triggers: createTriggers(world),
    responseUrls: createResponseUrls(world, base),
    base,
    socketUrl: () => `${base().replace(/^http/, 'ws')}/socket/${sockets.openTicket()}`,
  };
  const rateLimits = options.rateLimits === true ? createRateLimits(world.now, options.timeScale ?? 1) : null;
  const api = createWebApi(acting, journal, { botToken: options.botToken, appToken: options.appToken, rateLimits });

  const slack: Slack = {
    world,
    routes: async (app) => {
      takeRawBodies(app);
      apiRoutes(app, { world, api, faults, journal });
      respondRoutes(app, acting, acting.responseUrls, journal);
      controlRoutes(app, { services: acting, faults, journal, sockets });
    },
    pageRoutes: (alarms, systems = null, outside = null) => pageRoutes(slack, { alarms, systems, outside }),
    attachSocketMode: (server) => sockets.attach(server),
    act: (as, act) => perform(acting, as, act),
    stateFor: (userId) => stateOf(world, userId, transport.connected(), base()),
    onChange: world.onChange,
    journal,
    faults,
    sockets,
    http,
    close() {
      acting.events.close();
      sockets.close();
    },
  };
  return slack;
}
