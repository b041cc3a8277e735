import type { SandboxRunning } from '../api.ts';
import { type Cluster, createKubernetes } from '../kubernetes/kubernetes.ts';
import { untilDone } from './causes.ts';
import type { Faults } from './faults.ts';

/** Namespace, CronJob and deployment have one name. */
const NAME = 'potato-pipeline';
const GOOD_IMAGE = `${NAME}:2.4.1`;
const BAD_IMAGE = `${NAME}:2.5.0`;
const WORKERS = 2;
/** A quarter of an hour in the real pipeline; here one can watch it. */
const JOB_MS = 15_000;

/** What the pipeline runs on: a job every hour, and the service that its tasks call. */
export interface PotatoCluster extends Pick<Cluster, 'routes'> {
  follow(faults: Faults): void;
  running(): readonly SandboxRunning[];
}

export function createPotatoCluster(now: () => number, token: string): PotatoCluster {
  const cluster = createKubernetes({ now, token });
  cluster.addCronJob({ namespace: NAME, name: NAME, schedule: '0 * * * *', image: GOOD_IMAGE, takesMs: JOB_MS });
  cluster.addDeployment({ namespace: NAME, name: NAME, image: GOOD_IMAGE, replicas: WORKERS });
  const serving = () => cluster.serving(NAME, NAME) ?? { image: '', replicas: 0, rolledAt: 0 };
  const lastRun = (): number | null => cluster.jobs().findLast(({ state }) => state === 'complete')?.startedAt ?? null;
  let needs = 0;

  return {
    routes: cluster.routes,
    follow: (faults) => {
      faults.follow('stale-silver-data', untilDone(lastRun, now));
      faults.follow('critically-stale', untilDone(lastRun, now));
      faults.follow('tasks-fail', {
        isSo: () => serving().image === BAD_IMAGE,
        bring: () => cluster.deploy(NAME, NAME, BAD_IMAGE),
        end: () => cluster.deploy(NAME, NAME, GOOD_IMAGE),
      });
      faults.follow(
        'workers-hang',
        untilDone(() => serving().rolledAt, now),
      );
      faults.follow('slow-task', {
        isSo: () => serving().replicas < needs,
        bring: () => {
          needs = serving().replicas + 1;
        },
        end: () => {
          needs = 0;
        },
      });
    },
    running: () => {
      const { image, replicas } = serving();
      const job = cluster.jobs().at(-1);
      const isChanging = job?.state === 'pending' || job?.state === 'running';
      return [
        { what: 'Deployment', now: `${image} × ${replicas}`, isChanging: false },
        ...(job === undefined ? [] : [{ what: `Job ${job.name}`, now: job.state, isChanging }]),
      ];
    },
  };
}
