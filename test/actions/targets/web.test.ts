import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createActionsHook } from '../../../sandbox/actions-hook/actions-hook.ts';
import { createStatuspage } from '../../../sandbox/statuspage/statuspage.ts';
import type { Action } from '../../../src/domain/action.ts';
import { createGuardedFetch } from '../../../src/probes/guarded-fetch.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { createJobServer } from './job-server.ts';
import { served } from './served.ts';

const redis = useRedis();
const T0 = Date.UTC(2026, 10, 22, 3, 0);
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const VARIABLES = { TOKEN: 's3cret-token', HOOK_SECRET: 's3cret-of-hooks', STATUSPAGE_PAGE: 'p4ge' };
const only = (name: string, entry: object): Action => action(name, { heals: false, ...entry });

function around(url: string, variables: Record<string, string> = {}) {
  const prod = { name: 'prod', links: [], region: null, prometheus: null, alertmanager: null, mlflow: null };
  return {
    target: { fetch: createGuardedFetch(), variables: { ...VARIABLES, ...variables } },
    service: { environments: { prod: { ...prod, values: { api: url } } } },
  };
}

async function jobServer(clock: { now: number }) {
  const held = createJobServer({ now: () => clock.now, token: VARIABLES.TOKEN });
  const { url, close } = await served(held.routes);
  open.push(close);
  return { held, ...around(url) };
}

async function hook(clock: { now: number }) {
  const held = createActionsHook({ now: () => clock.now, secret: VARIABLES.HOOK_SECRET, services: ['api'] });
  const { url, close } = await served(held.routes);
  open.push(close);
  return { held, ...around(url, { HOOK_URL: url }) };
}

async function page(clock: { now: number }, components: Readonly<Record<string, string>> = { abc: 'API' }) {
  const held = createStatuspage({
    now: () => clock.now,
    page: 'p4ge',
    token: VARIABLES.TOKEN,
    components,
  });
  const { url, close } = await served(held.routes);
  open.push(close);
  return { held, ...around(url) };
}

const AUTHORIZED = { headers: { Authorization: 'Bearer ${TOKEN}' } };
const JOB = {
  ...{
    url: '{api}/jobs?city={city}',
    ...AUTHORIZED,
    body: { city: '{city}', because: '{reason}' },
    reference: 'job.id',
  },
  done: {
    url: '{api}/jobs/{reference}',
    pick: 'job.state',
    equals: ['succeeded'],
    failed: ['failed'],
    share: 'job.share',
  },
  cancel: { method: 'DELETE', url: '{api}/jobs/{reference}' },
};
const CITY = { city: { label: 'City', default: 'nyc' } };
const RUN_JOB = only('job', { inputs: CITY, http: { ...JOB, repeatable: true } });
const RUN_ONCE = only('job', { inputs: CITY, http: JOB });
const RELEASE = only('release', {
  http: {
    ...{ method: 'PUT', url: '{api}/version?to={to}', ...AUTHORIZED, to: 'v1' },
    current: { url: '{api}/version', pick: 'version' },
    done: { url: '{api}/version', pick: 'version', equals: '{to}' },
  },
});
const SWITCH = only('switch', {
  http_switch: {
    ...{ url: '{api}/switch?model={to}', method: 'GET', to: 'v_popularity', token: '${TOKEN}' },
    health: { url: '{api}/version', pick: 'version' },
  },
});
const TICKET = only('ticket', {
  webhook: {
    ...{ url: '${HOOK_URL}/tickets', secret: '${HOOK_SECRET}', repeatable: true },
    body: { title: '{incident}: {title}', body: '{severity} of {service} in {environment}: {reason} ({requested_by})' },
  },
});
const COMPOSE = only('compose', {
  webhook: { url: '{api}/compose', secret: '${HOOK_SECRET}', body: { restart: 'api' } },
});
const TELL = only('tell', {
  statuspage: {
    ...{ url: '{api}', page: '${STATUSPAGE_PAGE}', token: '${TOKEN}', status: 'investigating', impact: 'minor' },
    ...{ body: 'We look into it.', components: { abc: 'degraded_performance' } },
  },
});

for (const [title, one, whenLost] of [
  ['http with a reference, repeatable', RUN_JOB, 'done'],
  ['http with a reference, once', RUN_ONCE, 'unknown'],
  ['http with a state of its own', RELEASE, 'done'],
  ['http_switch', SWITCH, 'done'],
] as const) {
  targetContract(title, redis.client, async (clock) => {
    const { held, ...more } = await jobServer(clock);
    const isOfState = title !== 'http with a reference, repeatable' && title !== 'http with a reference, once';
    return {
      ...{ action: one, ...more, whenLost, inputs: isOfState ? {} : { city: 'nyc' } },
      changes: () => held.changes(),
      loseNextAnswer: held.loseNextAnswer,
      disturb: isOfState ? () => held.setVersion('v9') : null,
    };
  });
}

for (const [title, one, whenLost] of [
  ['webhook, repeatable', TICKET, 'done'],
  ['webhook, once', COMPOSE, 'unknown'],
] as const) {
  targetContract(title, redis.client, async (clock) => {
    const { held, ...more } = await hook(clock);
    return {
      ...{ action: one, ...more, whenLost, disturb: null },
      changes: () => held.journal().length,
      loseNextAnswer: held.faults.loseNextAnswer,
    };
  });
}

targetContract('statuspage', redis.client, async (clock) => {
  const { held, ...more } = await page(clock);
  return {
    ...{ action: TELL, ...more, whenLost: 'done', disturb: null },
    changes: () => held.journal().length,
    loseNextAnswer: held.faults.loseNextAnswer,
  };
});

async function given<T>(
  make: (clock: { now: number }) => Promise<T & ReturnType<typeof around>>,
  ...actions: Action[]
) {
  const clock = { now: T0 };
  const made = await make(clock);
  const { target, service } = made;
  return { ...made, here: await world({ redis: redis.client(), actions, target, service, clock }) };
}

describe('an action of the owner’s own', () => {
  it('sends what was written, filled in, with the key of its run', async () => {
    const { here, held } = await given(jobServer, RUN_JOB);
    const run = await here.untilEnded(await here.approved('job', { city: 'paris' }));

    expect([run.state, run.why]).toEqual(['done', run.why]);
    expect(held.requests()).toMatchObject([
      { method: 'POST', url: '/there/jobs?city=paris', key: run.token, body: { city: 'paris', because: 'a test' } },
    ]);
    expect(run.progress?.share).toBeGreaterThan(0);
  });

  it('has failed when what it waits for says so', async () => {
    const { here, held } = await given(jobServer, RUN_JOB);
    held.failNextJob();
    const run = await here.untilEnded(await here.approved('job', { city: 'nyc' }));

    expect([run.state, run.why]).toEqual(['failed', 'It has failed: job.state is “failed”.']);
  });

  it('is stopped by the request that the file names', async () => {
    const { here, held } = await given(jobServer, RUN_JOB);
    const id = await here.approved('job', { city: 'nyc' });
    await here.untilEnded(id, here.engine, 4).catch(() => {});
    await here.dispatch(here.incident, { type: 'cancel_run', by: 'U0ANA', run: id });
    const run = await here.untilEnded(id);

    expect([run.state, held.requests().at(-1)?.method]).toEqual(['cancelled', 'DELETE']);
  });

  it('ends unknown when it takes longer than it may', async () => {
    const slow = { ...JOB, done: { ...JOB.done, within: '1m' } };
    const { here, held } = await given(jobServer, only('job', { inputs: CITY, http: slow }));
    held.hangNextJob();
    const run = await here.untilEnded(await here.approved('job', { city: 'nyc' }));

    expect([run.state, run.why]).toEqual([
      'unknown',
      expect.stringContaining('After 1 min job.state is still “running”'),
    ]);
  });

  it('ends unknown when its answer has nothing to follow it by', async () => {
    const { here } = await given(jobServer, only('job', { inputs: CITY, http: { ...JOB, reference: 'nothing.here' } }));
    const run = await here.untilEnded(await here.approved('job', { city: 'nyc' }));

    expect([run.state, run.why]).toEqual(['unknown', expect.stringContaining('its answer has no “nothing.here”')]);
  });

  it('is refused where nothing would change', async () => {
    const { here, held } = await given(jobServer, RELEASE);
    held.setVersion('v1');

    await expect(here.approved('release')).rejects.toThrow(/It is at v1 already/);
  });
});

describe('a switch', () => {
  it('waits until what serves says so', async () => {
    const { here } = await given(jobServer, SWITCH);
    const run = await here.untilEnded(await here.approved('switch'));

    expect(run.plan.differences).toEqual([{ what: 'Serves', from: 'v2', to: 'v_popularity' }]);
    expect([run.state, run.why]).toEqual(['done', run.why]);
  });

  it('has failed when the server takes it and serves what it served', async () => {
    const { here, held } = await given(jobServer, SWITCH);
    held.ignoreNextSwitch();
    const run = await here.untilEnded(await here.approved('switch'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('v2 still serves')]);
  });
});

describe('a ticket', () => {
  it('says what it is about, and its card links to it', async () => {
    const { here, held } = await given(hook, TICKET);
    const run = await here.untilEnded(await here.approved('ticket'));

    expect(held.tickets()).toMatchObject([
      { number: 1, title: `${here.incident}: It is slow`, body: 'P1 of shop in prod: a test (U0ANA)' },
    ]);
    expect(run.reference).toBe('201 https://github.example.com/team/repo/issues/1');
  });

  it('is refused in the receiver’s words', async () => {
    const { here, held } = await given(hook, TICKET);
    held.faults.refuseNext('Issues are disabled');
    const run = await here.untilEnded(await here.approved('ticket'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringMatching(/answers 422: Issues are disabled$/)]);
  });

  it('certainly failed when nobody listens, though it is sent once only', async () => {
    const { here, target } = await given(hook, COMPOSE);
    const id = await here.approved('compose');
    for (const close of open.splice(0)) await close();
    const run = await here.untilEnded(id);

    expect(target.variables.HOOK_SECRET).toBe('s3cret-of-hooks');
    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('refuses the connection')]);
  });
});

describe('a public incident', () => {
  const RESOLVE = only('resolve', {
    statuspage: { url: '{api}', page: 'p4ge', token: '${TOKEN}', status: 'resolved', body: 'It is over.' },
  });

  it('is updated by a second run of the same incident', async () => {
    const { here, held } = await given(page, TELL, RESOLVE);
    await here.untilEnded(await here.approved('tell'));
    const run = await here.untilEnded(await here.approved('resolve'));

    expect([run.state, held.journal()]).toEqual([
      'done',
      ['opened It is slow: investigating', 'updated It is slow: resolved'],
    ]);
    expect(held.incidents()).toMatchObject([
      { status: 'resolved', impact: 'minor', incident_updates: [{ body: 'It is over.' }, {}] },
    ]);
    expect(held.components()).toMatchObject([{ status: 'degraded_performance' }]);
  });

  it('cannot be resolved before it was opened', async () => {
    const { here } = await given(page, RESOLVE);
    const run = await here.untilEnded(await here.approved('resolve'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('There is nothing to resolve')]);
  });

  it('names a component of a page that has more than a hundred', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, `Part ${n}`]));
    const { here, held } = await given((clock) => page(clock, { ...many, abc: 'API' }), TELL);
    const run = await here.untilEnded(await here.approved('tell'));

    expect([run.state, held.components().at(-1)?.status]).toEqual(['done', 'degraded_performance']);
  });

  it('names no component that the page does not have', async () => {
    const { here } = await given(
      page,
      only('tell', {
        statuspage: {
          url: '{api}',
          page: 'p4ge',
          token: '${TOKEN}',
          status: 'identified',
          body: 'x',
          components: { zzz: 'operational' },
        },
      }),
    );

    await expect(here.approved('tell')).rejects.toThrow(/The page has no component zzz/);
  });
});

/** A server that answers everything so. */
async function answering(
  run: (url: string, authorization: string) => { code: number; body: string; location?: string },
) {
  const asked: string[] = [];
  const app = fastify({ forceCloseConnections: true });
  app.all('/*', (request, reply) => {
    asked.push(`${request.method} ${request.url}`);
    const { code, body, location } = run(request.url, String(request.headers.authorization));
    if (location !== undefined) reply.header('location', location);
    return reply.code(code).header('content-type', 'application/json').send(body);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  open.push(() => app.close());
  return { asked, ...around(url) };
}

describe('a hostile answer', () => {
  const SEND = { url: '{api}/do', ...AUTHORIZED, reference: 'id' };
  const FOLLOW = { url: '{api}/done/{reference}', pick: 'state', equals: 'yes' };

  it('leads nowhere else: redirects are not followed', async () => {
    const { here, asked } = await given(
      () => answering((_, __) => ({ code: 307, body: '', location: '/elsewhere' })),
      only('send', { http: SEND }),
    );
    const run = await here.untilEnded(await here.approved('send'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('Tocsin follows no redirects')]);
    expect(asked).toEqual(['POST /do']);
  });

  it('is cut off when it is of 50 MB, and what was done stays done', async () => {
    const body = JSON.stringify({ id: '7', rest: 'x'.repeat(50_000_000) });
    const { here } = await given(() => answering(() => ({ code: 200, body })), only('send', { http: SEND }));
    const run = await here.untilEnded(await here.approved('send'));

    expect([run.state, run.reference]).toEqual(['done', '']);
  });

  it('shows no secret that it repeats', async () => {
    const { here } = await given(
      () => answering((_, authorization) => ({ code: 403, body: JSON.stringify({ message: `no ${authorization}` }) })),
      only('send', { http: SEND }),
    );
    const run = await here.untilEnded(await here.approved('send'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('answers 403: no Bearer …')]);
    expect(JSON.stringify(await here.load())).not.toContain('s3cret');
  });

  it('cannot climb up in the address that follows it', async () => {
    const { here, asked } = await given(
      () => answering(() => ({ code: 200, body: '{"id":".."}' })),
      only('send', { http: { ...SEND, done: FOLLOW } }),
    );
    const run = await here.untilEnded(await here.approved('send'));

    expect([run.state, run.why]).toEqual(['unknown', expect.stringContaining('no “id” that it could be followed by')]);
    expect(asked).toEqual(['POST /do']);
  });

  it('stays one part of the address that follows it', async () => {
    const { here, asked } = await given(
      () => answering((url) => ({ code: 200, body: url === '/do' ? '{"id":"../a?b#c"}' : '{"state":"yes"}' })),
      only('send', { http: { ...SEND, done: FOLLOW } }),
    );
    const run = await here.untilEnded(await here.approved('send'));

    expect(run.state).toBe('done');
    expect(asked).toEqual(['POST /do', 'GET /done/..%2Fa%3Fb%23c']);
  });

  it('gets no token that belongs to another server', async () => {
    const seen: string[] = [];
    const other = await answering((_, authorization) => {
      seen.push(authorization);
      return { code: 200, body: '{"version":"v1"}' };
    });
    const elsewhere = other.service.environments.prod.values.api;
    const { here } = await given(
      () => answering(() => ({ code: 200, body: '{}' })),
      only('send', { http: { ...SEND, current: { url: `${elsewhere}/version`, pick: 'version' } } }),
    );
    await here.untilEnded(await here.approved('send'));

    expect(new Set(seen)).toEqual(new Set(['undefined']));
  });
});

describe('two requests that change the same thing', () => {
  it('are never under way at once, whatever each makes of it', async () => {
    const { here } = await given(
      () => answering(() => ({ code: 200, body: '{"version":"v1"}' })),
      only('send', { http: { url: '{api}/set?to={to}', current: { url: '{api}/version', pick: 'version' } } }),
    );
    const runs = [await here.run(await here.approved('send', { to: 'v2' }))];
    await here.untilEnded(runs[0]?.id ?? '');
    runs.push(await here.run(await here.approved('send', { to: 'v3' })));

    expect(new Set(runs.map(({ plan }) => plan.lock)).size).toBe(1);
    expect(runs.map(({ plan }) => plan.target)).toEqual(['v2', 'v3']);
  });
});

describe('an address where clouds keep credentials', () => {
  it.each([
    only('send', { http: { url: 'http://169.254.169.254/latest' } }),
    only('send', { webhook: { url: 'http://[fd00:ec2::254]/', secret: '${HOOK_SECRET}', repeatable: true } }),
  ])('is not asked', async (one) => {
    const { here } = await given(async () => around('http://127.0.0.1:1'), one);
    const run = await here.untilEnded(await here.approved('send'));

    expect([run.state, run.why]).toEqual(['failed', expect.stringContaining('where clouds keep credentials')]);
  });
});

describe('an action that is not written well', () => {
  it.each([
    [{ url: '{nowhere}/x' }, /\{nowhere\} has no value in prod/],
    [{ url: 'https://ana:pw@example.com/x' }, /give them as a header, from a variable/],
    [{ url: '${NOT_SET}/x' }, '${NOT_SET} is not set where Tocsin runs.'],
  ])('is not planned: %j', async (http, words) => {
    const { here } = await given(async () => around('http://127.0.0.1:1'), only('send', { http }));

    await expect(here.approved('send')).rejects.toThrow(words);
  });
});
