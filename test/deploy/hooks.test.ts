import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signedHeaders } from '../../src/http/signed-headers.ts';
import { eventually } from '../support/eventually.ts';
import { type GitHubIssues, REPOSITORY, startGitHubIssues, TOKEN } from './github-issues.ts';
import { type Receiver, SECRET, startReceiver } from './receiver.ts';

const MINUTE = 60_000;

describe('the receiver that restarts services of Compose', () => {
  let dir: string;
  let receiver: Receiver;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-hooks-'));
    await compose('true');
    receiver = await start();
  });
  afterEach(async () => {
    await receiver.stop('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  /** What stands for `docker`: it writes down each word that it was called with, and what it was left to do. */
  async function compose(then: string) {
    const script = `#!/bin/sh\nprintf '[%s]' "$@" >> ${dir}/calls\necho >> ${dir}/calls\n${then}\n`;
    await writeFile(join(dir, 'docker'), script);
    await chmod(join(dir, 'docker'), 0o755);
  }

  function start(settings: Record<string, string> = {}) {
    return startReceiver('compose-restart', {
      COMPOSE_SERVICES: 'api, mlflow',
      COMPOSE_COMMAND: `${dir}/docker compose --file /srv/compose.yml`,
      STATE_DIRECTORY: join(dir, 'state'),
      ...settings,
    });
  }

  async function calls(): Promise<string[]> {
    const text = await readFile(join(dir, 'calls'), 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean);
  }

  const RESTART_API = '[compose][--file][/srv/compose.yml][restart][api]';

  it('restarts what a signed request names', async () => {
    expect(await receiver.ask({ restart: 'api' })).toEqual({ status: 200, body: { restarted: 'api' } });
    expect(await calls()).toEqual([RESTART_API]);
  });

  it.each([
    ['signed with another secret', { secret: 'somebody else’s, and long' }],
    ['signed six minutes ago', { at: Date.now() - 6 * MINUTE }],
    ['signed six minutes ahead', { at: Date.now() + 6 * MINUTE }],
    ['with an edited body', { arrives: '{"restart":"mlflow"}' }],
    ['with a space more than was signed', { arrives: '{"restart": "api"}' }],
    ['with an edited time', { headers: { 'x-tocsin-timestamp': String(Math.floor(Date.now() / 1_000) - 60) } }],
    ['without a signature', { headers: { 'x-tocsin-signature': null } }],
    ['with half a signature', { headers: { 'x-tocsin-signature': 'sha256=00ff' } }],
    ['without a time', { headers: { 'x-tocsin-timestamp': null } }],
  ])('does nothing for a request that is %s', async (_case, how) => {
    expect(await receiver.ask({ restart: 'api' }, how)).toMatchObject({ status: 401 });
    expect(await calls()).toEqual([]);
  });

  it('takes a request that is four minutes old: clocks differ', async () => {
    expect(await receiver.ask({ restart: 'api' }, { at: Date.now() - 4 * MINUTE })).toMatchObject({ status: 200 });
  });

  it('does not do again what was recorded and is sent under another key', async () => {
    const body = JSON.stringify({ restart: 'api' });
    const headers = signedHeaders({ secret: SECRET, body, id: 'the first', at: Date.now() });
    const send = (key: string) =>
      fetch(receiver.url, { method: 'POST', body, headers: { ...headers, 'idempotency-key': key } });

    expect((await send('the first')).status).toBe(200);
    expect((await send('the second')).status).toBe(503);
    expect(await calls()).toHaveLength(1);
    // Another run that asked for the same in the same second comes through once it is signed anew.
    const anew = await receiver.ask({ restart: 'api' }, { key: 'the second', at: Date.now() + 2_000 });
    expect(anew.status).toBe(200);
  });

  it('does the same key once, also when both come at the same time', async () => {
    await compose('sleep 0.3');
    const both = await Promise.all([1, 2].map(() => receiver.ask({ restart: 'api' }, { key: 'one run' })));
    const third = await receiver.ask({ restart: 'api' }, { key: 'one run', at: Date.now() + 1_000 });

    expect([...both, third].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await calls()).toEqual([RESTART_API]);
  });

  it('still knows a key after it was started anew', async () => {
    await receiver.ask({ restart: 'api' }, { key: 'one run' });
    await receiver.stop();
    receiver = await start();

    expect(await receiver.ask({ restart: 'api' }, { key: 'one run' })).toMatchObject({ status: 200 });
    const another = await receiver.ask({ restart: 'api' }, { key: 'another run', at: Date.now() + 2_000 });
    expect(another).toMatchObject({ status: 200 });
    expect(await calls()).toHaveLength(2);
  });

  it('does not begin again what it was killed at, and says so', async () => {
    await compose('exec sleep 2');
    const asked = receiver.ask({ restart: 'api' }, { key: 'one run' }).catch(() => 'no answer');
    await eventually('the restart', async () => (await calls()).length === 1);
    await receiver.stop('SIGKILL');
    expect(await asked).toBe('no answer');
    receiver = await start();

    const again = await receiver.ask({ restart: 'api' }, { key: 'one run' });
    expect(again).toEqual({ status: 500, body: { message: 'It was interrupted: look at the machine.' } });
    expect(await calls()).toHaveLength(1);
  });

  it('brings a restart to its end when it is told to stop', async () => {
    await compose('sleep 0.5; echo over >> "$(dirname "$0")/calls"');
    const asked = receiver.ask({ restart: 'api' });
    await eventually('the restart', async () => (await calls()).length === 1);
    await receiver.stop('SIGTERM');

    expect(await asked).toMatchObject({ status: 200 });
    expect(await calls()).toEqual([RESTART_API, 'over']);
  });

  it('restarts one at a time', async () => {
    await compose('sleep 0.3; echo over >> "$(dirname "$0")/calls"');
    await Promise.all([receiver.ask({ restart: 'api' }), receiver.ask({ restart: 'mlflow' })]);

    expect((await calls()).filter((_, i) => i % 2 === 1)).toEqual(['over', 'over']);
  });

  it('asks to be asked again while a restart takes long, and then tells how it went', async () => {
    await compose(`for _ in $(seq 400); do [ -e ${dir}/ready ] && exit 0; sleep 0.05; done`);
    const first = await receiver.ask({ restart: 'api' }, { key: 'one run' });
    expect(first).toMatchObject({ status: 503, body: { message: expect.stringContaining('under way') } });
    await writeFile(join(dir, 'ready'), '');

    expect(await receiver.ask({ restart: 'api' }, { key: 'one run' })).toMatchObject({ status: 200 });
    expect(await calls()).toEqual([RESTART_API]);
  });

  it.each([
    ['a service that is not on the list', { restart: 'redis' }],
    ['words for a shell', { restart: 'api; rm -rf /' }],
    ['an option', { restart: '--help' }],
    ['a list', { restart: ['api'] }],
    ['nothing', {}],
  ])('refuses %s, and names what it may restart', async (_case, body) => {
    const { status, body: said } = await receiver.ask(body);

    expect(status).toBe(422);
    expect(said.message).toContain('only api, mlflow');
    expect(await calls()).toEqual([]);
  });

  it('does not say that nothing was changed when Compose fails', async () => {
    await compose('echo "container is unhealthy" >&2; exit 17');
    const failed = {
      status: 500,
      body: { message: 'The restart of api ended with 17: container is unhealthy' },
    };

    expect(await receiver.ask({ restart: 'api' }, { key: 'one run' })).toEqual(failed);
    expect(await receiver.ask({ restart: 'api' }, { key: 'one run' })).toEqual(failed);
    expect(await calls()).toHaveLength(1);
  });

  it('says that nothing was changed where there is no Compose', async () => {
    await receiver.stop();
    receiver = await start({ COMPOSE_COMMAND: `${dir}/podman compose` });

    expect(await receiver.ask({ restart: 'api' })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('cannot be started: ENOENT') },
    });
  });

  it('takes no long body, no other method, no list and no request without a key', async () => {
    expect(await receiver.ask({ restart: 'api', more: 'x'.repeat(70_000) })).toMatchObject({ status: 413 });
    expect((await fetch(receiver.url)).status).toBe(405);
    expect(await receiver.ask(['api'])).toMatchObject({ status: 400 });
    expect(await receiver.ask({ restart: 'api' }, { headers: { 'idempotency-key': null } })).toMatchObject({
      status: 400,
    });
    expect(await calls()).toEqual([]);
  });

  it.each([
    ['a secret', { HOOK_SECRET: '' }, 'HOOK_SECRET is not set'],
    ['a secret of some length', { HOOK_SECRET: 'short' }, 'HOOK_SECRET does not look right'],
    ['services', { COMPOSE_SERVICES: '' }, 'COMPOSE_SERVICES is not set'],
    ['names of services', { COMPOSE_SERVICES: 'api,--all' }, 'COMPOSE_SERVICES does not look right'],
    ['a place to keep keys', { STATE_DIRECTORY: '' }, 'STATE_DIRECTORY is not set'],
  ])('does not start without %s', async (_case, settings, words) => {
    await expect(start(settings)).rejects.toThrow(words);
  });
});

describe('the receiver that opens issues at GitHub', () => {
  let github: GitHubIssues;
  let receiver: Receiver;

  beforeEach(async () => {
    github = await startGitHubIssues();
    receiver = await start();
  });
  afterEach(async () => {
    await receiver.stop('SIGKILL');
    await github.close();
  });

  function start(settings: Record<string, string> = {}) {
    return startReceiver('github-issue', {
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_API_URL: github.url,
      ...settings,
    });
  }

  const FIRST = `https://github.com/${REPOSITORY}/issues/1`;
  /** What the packs send: services/recommendation.yml, services/potato-pipeline.yml. */
  const ASKED = { title: 'INC-7: Silver data is stale', severity: 'P2', service: 'potato', reason: 'see\n# the board' };

  it('opens one with what the packs send, and answers its address', async () => {
    expect(await receiver.ask(ASKED)).toEqual({ status: 201, body: { number: 1, html_url: FIRST } });
    expect(github.issues()).toMatchObject([{ title: 'INC-7: Silver data is stale', labels: [] }]);
    expect(github.issues()[0]?.body).toMatch(
      /^- \*\*severity\*\*: P2\n- \*\*service\*\*: potato\n- \*\*reason\*\*: see # the board\n\n<!-- tocsin [0-9a-f]{64} -->$/,
    );
  });

  it('takes a body in Markdown and labels', async () => {
    await receiver.ask({ title: 'INC-7', body: '## What\n\nStale data', labels: ['incident'] });

    expect(github.issues()).toMatchObject([{ labels: ['incident'], body: expect.stringMatching(/^## What\n\nStale/) }]);
  });

  it('calls nobody at GitHub whose name is in an incident', async () => {
    await receiver.ask({ title: 'INC-7', body: 'ask @everyone', reason: '@someone' });

    expect(github.issues()[0]?.body).not.toMatch(/@\w/);
  });

  it('opens no second one for a key that it knows', async () => {
    await receiver.ask(ASKED, { key: 'one run' });
    const again = await receiver.ask({ ...ASKED, severity: 'P1' }, { key: 'one run' });

    expect(again.body).toEqual({ number: 1, html_url: FIRST });
    expect(github.issues()).toHaveLength(1);
  });

  it('opens one for a key that comes three times at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => receiver.ask(ASKED, { key: 'one run' })));

    expect(answers.map(({ body }) => body.html_url)).toEqual([FIRST, FIRST, FIRST]);
    expect(github.issues()).toHaveLength(1);
  });

  it.each([
    ['open', () => {}],
    ['closed', () => github.closeIssues()],
  ])('finds one again that is %s, after it was started anew', async (_state, meanwhile) => {
    await receiver.ask(ASKED, { key: 'one run' });
    await receiver.ask(ASKED, { key: 'another run', at: Date.now() + 2_000 });
    meanwhile();
    await receiver.stop('SIGKILL');
    receiver = await start();

    const again = await receiver.ask(ASKED, { key: 'one run' });
    expect(again).toEqual({ status: 200, body: { number: 1, html_url: FIRST } });
    expect(github.issues()).toHaveLength(2);
  });

  it('finds one again whose answer was lost', async () => {
    github.loseNextAnswer();
    expect(await receiver.ask(ASKED, { key: 'one run' })).toMatchObject({ status: 502 });

    expect(await receiver.ask(ASKED, { key: 'one run' })).toMatchObject({ status: 200, body: { html_url: FIRST } });
    expect(github.issues()).toHaveLength(1);
  });

  it('asks to be asked again while GitHub is down', async () => {
    github.breakWith(503);
    expect(await receiver.ask(ASKED, { key: 'one run' })).toMatchObject({ status: 502 });
    github.breakWith(null);

    expect(await receiver.ask(ASKED, { key: 'one run' })).toMatchObject({ status: 201 });
  });

  it('says what GitHub says when it refuses', async () => {
    await receiver.stop();
    receiver = await start({ GITHUB_TOKEN: 'an old one' });

    expect(await receiver.ask(ASKED)).toEqual({
      status: 422,
      body: { message: `GitHub answers 401 for ${REPOSITORY}: Bad credentials` },
    });
  });

  it('refuses what has no title, and what is not signed', async () => {
    expect(await receiver.ask({ severity: 'P1' })).toMatchObject({ status: 422 });
    expect(await receiver.ask(ASKED, { secret: 'somebody else’s, and long' })).toMatchObject({ status: 401 });
    expect(github.issues()).toEqual([]);
  });

  it('does not start without a repository', async () => {
    await expect(start({ GITHUB_REPOSITORY: 'operations' })).rejects.toThrow('GITHUB_REPOSITORY does not look right');
  });
});
