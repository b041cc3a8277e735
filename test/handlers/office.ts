import type { Redis } from 'ioredis';
import type { HandlerDeps } from '../../handlers/deps.ts';
import { registerHandlers } from '../../handlers/index.ts';
import { commitDecision, createDispatch } from '../../src/app/dispatch.ts';
import type { IncidentStore } from '../../src/app/store.ts';
import type { PersonCommand } from '../../src/domain/decide.ts';
import { groupOf, type Incident } from '../../src/domain/incident.ts';
import { openDeclared } from '../../src/domain/open.ts';
import type { Answer, Query } from '../../src/domain/query.ts';
import { ok, reject } from '../../src/domain/result.ts';
import type { Runbook, Step } from '../../src/domain/runbook.ts';
import type { Service } from '../../src/domain/service.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { createAuthorize } from '../../src/slack/authorize.ts';
import { createDrafts } from '../../src/slack/drafts.ts';
import { createOnce } from '../../src/slack/once.ts';
import { createOpenViews } from '../../src/slack/open-views.ts';
import { createStats } from '../../src/stats/report.ts';
import { createEvidenceStore } from '../../src/store/evidence.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { LEVELS } from '../blocks/escalations.ts';
import { PLAIN_SERVICE } from '../support/plain.ts';
import { fakeSlack, type Methods } from '../support/slack.ts';
import { actionsIn } from './office-actions.ts';
import { onCallIn, type Text } from './office-on-call.ts';

export const NOW = Date.UTC(2026, 10, 22, 3, 14);

/** Only `U1` and the group `S1`, which `U2` is in, may act on bikeshare; everybody may act on movies. */
export const SERVICES: readonly Service[] = [
  service('bikeshare', {
    ...{ channel: 'C1', responders: ['U1', 'S1'] },
    queries: { rate: query('rate', { kind: 'number', direction: 'below', limit: 5, inclusive: false }) },
    runbooks: { errors: runbook('errors', ['Look at the rate', 'Read the logs', 'Roll back']) },
  }),
  service('movies', { channel: 'C2', fallback: true }),
  service('rides', { channel: 'C3', responders: ['U1', 'U2', 'U3'], escalation: LEVELS }),
];

function query(name: string, expect: Query['expect']): Query {
  return { name, label: 'Error rate', unit: 'Percent', ask: { kind: 'prometheus', query: 'rate' }, expect };
}

/** The first of its steps is a check, the last an action. */
function runbook(name: string, texts: readonly string[]): Runbook {
  const steps = texts.map((text, i): Step => {
    const kind = i === 0 ? 'check' : i === texts.length - 1 ? 'action' : 'do';
    const asks = { query: kind === 'check' ? 'rate' : null, action: kind === 'action' ? 'rollback' : null };
    return { id: `s${i + 1}`, kind, text, commands: {}, phase: null, ...asks };
  });
  return { name, title: 'The endpoint fails', url: null, causes: [], steps };
}

/** What the office's systems answer, unless a test says otherwise. */
export const ANSWER: Answer = { text: '6.2 %', value: 6.2, at: null, rows: ['12 of 193'], series: [] };

function service(name: string, more: Partial<Service>): Service {
  return {
    ...PLAIN_SERVICE,
    ...{
      name,
      title: name,
      owner: 'ml-platform',
      channel: 'C1',
      responders: [],
      fallback: false,
      rules: [],
      links: [],
    },
    ...{ groupingMs: 300_000, reopenMs: 3_600_000 },
    recovery: { end: 'ask', watchMs: 300_000 },
    ...more,
  };
}

export interface OfficeOptions {
  readonly methods?: Methods;
  readonly services?: readonly Service[];
  /** Puts something else in the place of a part. */
  readonly deps?: (real: HandlerDeps) => Partial<HandlerDeps>;
}

/** All handlers on a real Bolt app, a real store and the real rules; only Slack is not there. */
export function openOffice(
  redis: Redis,
  { methods = {}, services = SERVICES, deps: replaced = () => ({}) }: OfficeOptions = {},
) {
  const slack = fakeSlack(methods);
  const keys = createKeys('test');
  const clock = { now: NOW };
  const now = () => clock.now;
  const store = journaled(createIncidentStore(redis, keys, now), slack.journal);
  const dispatch = createDispatch({ store, now, poke: () => {} });
  const threads = new Map<string, string>();
  const counts: string[] = [];
  const logged: string[] = [];
  const log = (level: string) => (_: unknown, message?: string) => void logged.push(`${level}: ${message}`);
  const texts: Text[] = [];
  const onCall = onCallIn({ redis, keys, now, store, services: () => services, client: slack.app.client, texts });
  let ids = 0;
  const newId = () => `ref-${++ids}`;

  async function declare(
    name: string,
    more: {
      readonly title?: string;
      readonly by?: string;
      readonly runbook?: string | null;
      readonly severity?: Severity;
      readonly drill?: boolean;
    } = {},
  ): Promise<Incident> {
    const found = services.find((one) => one.name === name);
    if (!found) throw new Error(`no service ${name}`);
    const { title = 'F1 dropped', by = 'U8', runbook: chosen = 'errors', severity = 'P1', drill = false } = more;
    const words = {
      by,
      title,
      summary: '',
      environment: 'prod',
      severity,
      incidentClass: 'drift',
      drill,
      runbook: chosen,
    } as const;
    const decision = openDeclared(await store.nextId(), found, words, now());
    const group = groupOf({ service: name, environment: 'prod' });
    const holder = (await store.groupHolders([group])).get(group) ?? null;
    const incident = await commitDecision({ store, poke: () => {} }, null, decision, new Map(), holder);
    if (!incident) throw new Error('nobody else writes here');
    return incident;
  }

  const authorize = createAuthorize({ services: () => services, groupMembers: async () => new Set(['U2']), now });
  const acts = actionsIn({ redis, keys, now, store, dispatch, services: () => services, authorize });

  const real: HandlerDeps = {
    dispatch,
    store,
    now,
    newId,
    services: () => services,
    authorize,
    declare: async (name, declaration) =>
      services.some((one) => one.name === name)
        ? ok(await declare(name, declaration))
        : reject('not_found', 'No such service.'),
    incidentOfMessage: async (channel, ts) => threads.get(`${channel}/${ts}`) ?? null,
    permalink: async () => null,
    report: (query) => createStats({ redis, prefix: keys.prefix, now }).report(query),
    health: async () => ({ ok: true, checks: [{ name: 'redis', ok: true, detail: '1 ms' }] }),
    drafts: createDrafts({ redis, prefix: keys.prefix, newId }),
    isFirst: createOnce(redis, keys),
    ask: async () => ANSWER,
    snapshots: createEvidenceStore(redis, keys).snapshots,
    openViews: createOpenViews({ redis, prefix: keys.prefix, now }),
    ...onCall,
    actions: acts.actions,
    publicUrl: 'https://tocsin.test',
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    counted: (kind, outcome) => void counts.push(`${kind} ${outcome}`),
  };
  const deps = { ...real, ...replaced(real) };
  registerHandlers(slack.app, deps);

  /** Does something outside of Slack, before or between what is tested. */
  async function change(id: string, command: PersonCommand): Promise<Incident> {
    const changed = await dispatch(id, command);
    if (!changed.ok) throw new Error(changed.rejection.message);
    return changed.value;
  }
  async function load(id: string): Promise<Incident> {
    const incident = await store.load(id);
    if (!incident) throw new Error(`no ${id}`);
    return incident;
  }

  return {
    ...slack,
    deps,
    acts,
    texts,
    sweep: onCall.sweep,
    clock,
    counts,
    logged,
    threads,
    store,
    declare,
    change,
    load,
  };
}
export type Office = ReturnType<typeof openOffice>;

/** All that a person was told in words: in the answer to Slack, beside it, or in a modal. */
export function told({ journal }: Pick<Office, 'journal'>): string {
  return journal
    .flatMap(({ what, body }) => {
      if (what === 'respond' || what.startsWith('chat.post')) return [String(body.text)];
      if (what === 'ack' && body?.text) return [String(body.text)];
      if (what === 'ack' && body?.errors) return Object.values<string>(body.errors);
      if (body?.view) return [JSON.stringify(body.view.blocks)];
      return [];
    })
    .join('\n');
}

function journaled(store: IncidentStore, journal: Office['journal']): IncidentStore {
  return {
    ...store,
    commit: async (commit) => {
      const won = await store.commit(commit);
      journal.push({ what: 'commit', body: commit.events.map(({ type }) => type) });
      return won;
    },
  };
}
