import type { SandboxRunning } from '../api.ts';
import { createGitHub, type GitHub } from '../github/github.ts';
import { SANDBOX_KEYS } from '../options.ts';
import { untilDone } from './causes.ts';
import type { Faults } from './faults.ts';
import { MOVIE } from './movie-names.ts';

const FILE = 'retrain.yml';
const TEXT = `name: Retrain
run-name: Retrain \${{ inputs.correlation_id }}
on:
  workflow_dispatch:
    inputs:
      reason: { required: false }
      correlation_id: { required: false }
jobs:
  train: { runs-on: ubuntu-latest, steps: [{ run: make train }] }
  release: { needs: train, runs-on: ubuntu-latest, steps: [{ run: make release }] }
`;

/** The repository of the recommender, whose workflow retrains it. */
export interface MovieWorkflows extends Pick<GitHub, 'routes'> {
  follow(faults: Faults): void;
  running(): readonly SandboxRunning[];
}

export function createMovieWorkflows(now: () => number): MovieWorkflows {
  const github = createGitHub({ now, repository: MOVIE.repository, token: SANDBOX_KEYS.github });
  github.workflows.add({
    ...{ file: FILE, name: 'Retrain', text: TEXT, queuedMs: 3_000 },
    jobs: [
      { name: 'train', steps: 4, stepMs: 4_000 },
      { name: 'release', steps: 2, stepMs: 3_000 },
    ],
    runName: ({ correlation_id: id }) => (id ? `Retrain ${id}` : 'Retrain'),
  });
  const runs = () => github.workflows.runs(FILE);

  return {
    routes: github.routes,
    follow: (faults) =>
      faults.follow(
        'drift-the-features',
        untilDone(() => runs().find(({ conclusion }) => conclusion === 'success')?.createdAt ?? null, now),
      ),
    running: () =>
      runs()
        .slice(0, 1)
        .map(({ status, conclusion, jobs }) => {
          const job = jobs.find((one) => one.status === 'in_progress')?.name;
          const state = conclusion ?? (job === undefined ? status : `${status}: ${job}`);
          return { what: FILE, now: state, isChanging: conclusion === null };
        }),
  };
}
