import { SetupError } from '../../app/errors.ts';
import type { Run } from '../../domain/run.ts';
import type { Fields } from '../../sources/foreign-fields.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { type Cluster, clusterOf, kubernetes, lockOf, nameIn, overtaken, refusal } from './kubernetes-api.ts';
import { APPS, deploymentOf, podsOf, rolloutOf, textsIn, within } from './kubernetes-deployment.ts';
import { isFine } from './rest.ts';

type Sealed = Cluster & {
  readonly deployment: string;
  readonly uid: string;
  /** Digest of the template without the mark. */
  readonly template: string;
  /** The mark of the last restart; `null`: there was none. */
  readonly was: string | null;
};

/** What `kubectl rollout restart` sets: another value is another template. */
const MARK = 'kubectl.kubernetes.io/restartedAt';

/** Replaces all pods of a deployment. Its mark is when the run began, so that the run finds its own and sets it once. */
export const kubernetesRestart: Target<'kubernetes_restart', Sealed> = {
  plan,
  look,
  async change(deps, sealed, { run }) {
    const held = await deploymentOf(deps, sealed, sealed.deployment);
    const mark = markOf(run);
    if (markIn(held.template) === mark) return { reference: mark };
    if (held.isPaused) throw new SetupError(`${held.name} is paused: somebody is working on it.`);
    const body = {
      metadata: { resourceVersion: held.resourceVersion },
      spec: { template: { metadata: { annotations: { [MARK]: mark } } } },
    };
    const path = `deployments/${sealed.deployment}`;
    const answer = await kubernetes(deps, sealed).send('PATCH', APPS, path, body, 'application/merge-patch+json');
    if (answer.status === 409) throw overtaken(held.name);
    if (!isFine(answer)) throw refusal(sealed, answer);
    return { reference: mark };
  },
  cancel: null,
  repeatable: true,
};

function markOf({ beganAt, sentAt }: Pick<Run, 'beganAt' | 'sentAt'>): string {
  return new Date(beganAt ?? sentAt ?? 0).toISOString();
}

function markIn(template: Fields): string | null {
  return textsIn(within(template, 'metadata'), 'annotations')[MARK] ?? null;
}

/** The template without the mark, told by a digest. */
function unmarked(template: Fields): string {
  const metadata = within(template, 'metadata');
  const { [MARK]: _, ...annotations } = textsIn(metadata, 'annotations');
  return podsOf({ ...template, metadata: { ...metadata, annotations } });
}

async function plan(deps: TargetDeps, asked: Asked<'kubernetes_restart'>): Promise<Draft<Sealed>> {
  const cluster = clusterOf(asked, deps);
  const name = nameIn(asked.fill(asked.settings.deployment));
  const held = await deploymentOf(deps, cluster, name);
  const [was, template] = [markIn(held.template), unmarked(held.template)];
  return {
    subject: name,
    lock: lockOf(cluster, `deployment/${name}`),
    current: `revision ${held.revision}`,
    target: 'the same, in new pods',
    differences: [{ what: 'Pods', from: `${held.replicas}`, to: `${held.replicas} new ones, one after the other` }],
    deployed: null,
    checks: [
      ...(held.isPaused
        ? [{ isWell: false, text: `${name} is paused: somebody is working on it. Resume it first.` }]
        : []),
      {
        isWell: held.available >= held.replicas ? true : null,
        text: `${held.available} of ${held.replicas} replicas are available now.`,
      },
    ],
    ...{ takesMs: null, cost: null, cannotUndo: ['What the pods hold in memory alone'] },
    fingerprint: [held.uid, was, template, held.isPaused].join(' '),
    sealed: { ...cluster, deployment: name, uid: held.uid, template, was },
  };
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  const held = await deploymentOf(deps, sealed, sealed.deployment);
  const mark = markIn(held.template);
  if (held.uid !== sealed.uid) return { kind: 'moved', why: `${held.name} was deleted and made anew.` };
  if (unmarked(held.template) !== sealed.template) {
    return { kind: 'moved', why: `${held.name} runs revision ${held.revision} now: somebody else has changed it.` };
  }
  if (mark === sealed.was) return { kind: 'untouched' };
  if (mark === markOf(run)) return rolloutOf(held, `All pods of ${held.name} are new.`);
  return { kind: 'moved', why: `${held.name} was restarted by somebody else (${(mark ?? '').slice(0, 40)}).` };
}
