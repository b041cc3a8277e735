import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGuardedFetch } from '../../src/probes/guarded-fetch.ts';
import { action, world } from '../actions/given.ts';
import { useRedis } from '../support/redis.ts';
import { type GitHubIssues, REPOSITORY, startGitHubIssues, TOKEN } from './github-issues.ts';
import { type Receiver, SECRET, startReceiver } from './receiver.ts';

const redis = useRedis();
let dir: string;
let github: GitHubIssues;
let receiver: Receiver;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tocsin-hooks-'));
  github = await startGitHubIssues();
});
afterEach(async () => {
  await receiver.stop('SIGKILL');
  await github.close();
  await rm(dir, { recursive: true, force: true });
});

/** Runs an action as the product does, from its plan to its end. */
async function ran(body: Record<string, string>) {
  const ask = action('ask', {
    heals: false,
    webhook: { url: '${HOOK_URL}', secret: '${HOOK_SECRET}', repeatable: true, body },
  });
  const here = await world({
    redis: redis.client(),
    actions: [ask],
    target: { fetch: createGuardedFetch(), variables: { HOOK_URL: receiver.url, HOOK_SECRET: SECRET } },
    // The receivers have no other clock than the machine's.
    clock: { now: Date.now() },
  });
  return await here.untilEnded(await here.approved('ask'));
}

async function startCompose(script: string) {
  await writeFile(join(dir, 'docker'), `#!/bin/sh\necho "$@" >> ${dir}/calls\n${script}\n`, { mode: 0o755 });
  receiver = await startReceiver('compose-restart', {
    ...{ COMPOSE_SERVICES: 'api', COMPOSE_COMMAND: `${dir}/docker compose`, STATE_DIRECTORY: dir },
  });
}

const calls = () => readFile(join(dir, 'calls'), 'utf8');

it('an action opens one issue, and says where it is, though the first answer of GitHub was lost', async () => {
  receiver = await startReceiver('github-issue', {
    ...{ GITHUB_TOKEN: TOKEN, GITHUB_REPOSITORY: REPOSITORY, GITHUB_API_URL: github.url },
  });
  github.loseNextAnswer();
  const run = await ran({ title: '{incident}: {title}', severity: '{severity}', reason: '{reason}' });

  expect(run.state).toBe('done');
  expect(run.why).toContain(`answered 200 https://github.com/${REPOSITORY}/issues/1`);
  expect(github.issues()).toHaveLength(1);
});

it('an action restarts a service of Compose', async () => {
  await startCompose('true');

  expect(await ran({ restart: 'api' })).toMatchObject({ state: 'done' });
  expect(await calls()).toBe('compose restart api\n');
});

it('an action that asks for another service fails, and says that nothing was changed', async () => {
  await startCompose('true');

  expect(await ran({ restart: 'redis' })).toMatchObject({
    state: 'failed',
    why: expect.stringMatching(/^Nothing was changed: .*“redis” may not be restarted here, only api\.$/),
  });
});

it('an action whose restart fails ends as unknown, after it was tried once', async () => {
  await startCompose('exit 1');

  expect(await ran({ restart: 'api' })).toMatchObject({ state: 'unknown' });
  expect(await calls()).toBe('compose restart api\n');
});
