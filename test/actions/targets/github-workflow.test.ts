import { describe, expect, it } from 'vitest';
import { createGitHub } from '../../../sandbox/github/github.ts';
import { ANA } from '../../domain/given.ts';
import { useRedis } from '../../support/redis.ts';
import { action, world } from '../given.ts';
import { targetContract } from './contract.ts';
import { served } from './served.ts';

const redis = useRedis();
const REPOSITORY = 'example/movie-recommender';
const FILE = 'retrain.yml';
const NAMED = `
name: Retrain
run-name: Retrain (\${{ inputs.correlation_id }})
on:
  workflow_dispatch:
    inputs: { reason: { required: true }, correlation_id: {} }
`;

interface Kind {
  readonly isOld?: boolean;
  readonly correlation?: boolean;
}

/** A repository with one workflow of two jobs. */
async function given(clock: { now: number }, { isOld = false, correlation = true }: Kind = {}, stepMs = 1_000) {
  const github = createGitHub({ now: () => clock.now, repository: REPOSITORY, token: 's3cret', isOld });
  const { workflows } = github;
  const jobs = ['train', 'publish'].map((name) => ({ name, steps: 4, stepMs }));
  const runName = ({ correlation_id: id }: Readonly<Record<string, string>>) => `Retrain (${id ?? ''})`;
  workflows.add({ file: FILE, name: 'Retrain', text: NAMED, jobs, runName });
  const server = await served(github.routes);
  const settings = { url: server.url, repository: REPOSITORY, workflow: FILE, inputs: { reason: 'drift' } };
  return {
    github,
    action: action('retrain', {
      ...{ verb: 'retrain', heals: false },
      github_workflow: { ...settings, token: '${GITHUB_TOKEN}', ...(correlation && { correlation: 'correlation_id' }) },
    }),
    target: { fetch, variables: { GITHUB_TOKEN: 's3cret' } as Record<string, string> },
    changes: () => github.changes().length,
    loseNextAnswer: () => github.faults.loseNextAnswer(),
    disturb: () => workflows.rewrite(FILE, `${NAMED}# and more\n`),
    whenLost: correlation ? ('done' as const) : ('unknown' as const),
    close: server.close,
  };
}

targetContract('GitHub with a correlation', redis.client, (clock) => given(clock));
targetContract('GitHub without', redis.client, (clock) => given(clock, { correlation: false }));
targetContract('an older GitHub with a correlation', redis.client, (clock) => given(clock, { isOld: true }));
targetContract('an older GitHub that calls it a bad request', redis.client, async (clock) => {
  const held = await given(clock, { isOld: true });
  const strict: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    return answer.status === 422 ? new Response(answer.body, { status: 400, headers: answer.headers }) : answer;
  };
  return { ...held, target: { ...held.target, fetch: strict } };
});
targetContract('an older GitHub without', redis.client, (clock) => given(clock, { isOld: true, correlation: false }));

describe('a workflow of GitHub', () => {
  async function here(kind?: Kind) {
    const clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
    const held = await given(clock, kind, 30_000);
    const { variables } = held.target;
    const place = await world({ redis: redis.client(), actions: [held.action], target: held.target, clock });
    const asked = { service: place.service, environment: 'prod', action: held.action, inputs: {} };
    const plan = async () => await place.planner.plan({ ...asked, incident: await place.load() });
    const wrong = async () => (await plan()).checks.filter(({ isWell }) => isWell !== true).map(({ text }) => text);
    async function untilPhase(id: string, phase: RegExp) {
      for (let i = 0; i < 100 && !phase.test((await place.run(id)).progress?.phase ?? ''); i++) {
        clock.now += 5_000;
        await Promise.all(place.engine([id]));
      }
      return (await place.run(id)).progress;
    }
    return { ...held, ...place, variables, plan, wrong, untilPhase, workflows: held.github.workflows };
  }

  it('is started with its inputs and a name that says whose it is', async () => {
    const { approved, untilEnded, github, close } = await here();
    const run = await untilEnded(await approved('retrain'));

    expect(github.changes()).toMatchObject([
      { inputs: { reason: 'drift', correlation_id: `INC-1.1-${run.token.slice(0, 8)}` } },
    ]);
    expect([run.why, run.reference]).toEqual(['Run 1 has succeeded.', String(github.changes()[0]?.run)]);
    await close();
  });

  it('shows its jobs, and a link', async () => {
    const { approved, untilPhase, close } = await here();
    const progress = await untilPhase(await approved('retrain'), /publish/);
    expect(progress?.phase).toBe('Running publish, 1 of 2 jobs done');
    expect(progress?.link).toMatch(/^https:\/\/github\.com\/example\/movie-recommender\/actions\/runs\/\d+$/);
    await close();
  });

  it('says in which job it has failed', async () => {
    const { approved, untilEnded, workflows, close } = await here();
    workflows.failNext(FILE, 'train');
    const run = await untilEnded(await approved('retrain'));
    expect([run.state, run.why]).toEqual(['failed', 'Run 1 ended with failure, in train.']);
    await close();
  });

  it.each([{}, { isOld: true }])('is cancelled when somebody says so (%j)', async (kind) => {
    const { approved, untilPhase, untilEnded, dispatch, incident, github, close } = await here(kind);
    const id = await approved('retrain');
    await untilPhase(id, /train/);
    await dispatch(incident, { type: 'cancel_run', by: ANA, run: id });
    const ended = await untilEnded(id);

    expect([ended.state, ended.why]).toEqual(['cancelled', expect.stringContaining('Run 1 was cancelled')]);
    expect(github.changes().map(({ kind: one }) => one)).toEqual(['dispatched', 'cancelled']);
    await close();
  });

  it('takes no run for its own when an older server has started two without a name', async () => {
    const { approved, untilEnded, github, workflows, close } = await here({ isOld: true, correlation: false });
    github.onChange(() => workflows.start(FILE, 'main', {}));
    const run = await untilEnded(await approved('retrain'));
    expect([run.state, run.why]).toEqual(['unknown', expect.stringContaining('nobody can tell which is which')]);
    await close();
  });

  it('waits while GitHub is asked too much', async () => {
    const { approved, engine, untilEnded, run, github, clock, close } = await here();
    const id = await approved('retrain');
    await Promise.all(engine([id]));
    github.throttle(true);
    clock.now += 1_000;
    await Promise.all(engine([id]));
    expect([(await run(id)).state, github.changes()]).toEqual(['executing', []]);
    github.throttle(false);
    expect([(await untilEnded(id)).state, github.changes().length]).toEqual(['done', 1]);
    await close();
  });

  it('is not started disabled, without its inputs, or from no trigger', async () => {
    const { wrong, workflows, close } = await here();
    workflows.enable(FILE, false);
    workflows.rewrite(FILE, 'on: { workflow_dispatch: { inputs: { city: { required: true } } } }');
    expect(await wrong()).toEqual([
      'The workflow is not enabled: GitHub says disabled_manually.',
      'The workflow has no input “reason”.',
      'The workflow has no input “correlation_id”.',
      'The workflow wants the input “city”.',
      'Its `run-name` does not show “correlation_id”: a lost answer could not be found again.',
    ]);
    workflows.rewrite(FILE, 'on: push');
    expect(await wrong()).toContain('The workflow cannot be started from outside: it has no `workflow_dispatch`.');
    workflows.rewrite(FILE, '{{{');
    expect(await wrong()).toContain('The file of the workflow could not be read: the token may not, or it is no YAML.');
    await close();
  });

  it('says that another run is under way, that the last one failed, and how long they take', async () => {
    const { plan, wrong, workflows, clock, close } = await here();
    workflows.start(FILE, 'main', {});
    clock.now += 600_000;
    workflows.failNext(FILE, 'publish');
    workflows.start(FILE, 'main', {});
    clock.now += 600_000;
    workflows.start(FILE, 'main', {});
    expect(await wrong()).toEqual([
      'Run 3 is queued already: it may do what this one would.',
      'The last run of it, 2, ended with failure.',
    ]);
    expect((await plan()).takesMs).toBe(244_000);
    await close();
  });

  it('says what the token must be allowed to', async () => {
    const { plan, target, close } = await here();
    const { variables }: { variables: Record<string, string> } = {
      variables: target.variables as Record<string, string>,
    };
    variables.GITHUB_TOKEN = 'another';
    await expect(plan()).rejects.toThrow(
      'GitHub says: Bad credentials (401). The token must see the repository, with actions: write.',
    );
    await close();
  });
});
