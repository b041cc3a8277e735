import { SetupError } from '../../app/errors.ts';
import type { LiveRun } from '../../domain/live.ts';
import type { PlanCheck, PlanDifference } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sent, Sight, Target, TargetDeps } from '../target.ts';
import { regionOf, wantedOf } from './aws-place.ts';
import { callSageMaker, tokenFor } from './sagemaker-calls.ts';

type Sealed = {
  readonly region: string;
  readonly arn: string;
  /** As `checkout-models/42`. */
  readonly name: string;
  readonly from: string;
  readonly to: 'Approved' | 'Rejected';
};

/** Approves or rejects one version of the model registry. SageMaker knows the run by its token. */
export const sagemakerModelPackage: Target<'sagemaker_model_package', Sealed> = {
  plan,
  look,
  change,
  cancel: null, // it is done when it is answered
  repeatable: true,
};

interface Version {
  readonly arn: string;
  readonly version: number;
  /** `Approved`, `Rejected`, `PendingManualApproval`. */
  readonly approval: string;
  /** `Completed`, `Failed`, … */
  readonly status: string;
  readonly createdAt: number | null;
}

async function plan(deps: TargetDeps, asked: Asked<'sagemaker_model_package'>): Promise<Draft<Sealed>> {
  const { settings } = asked;
  const region = regionOf(asked);
  const group = asked.fill(settings.group);
  const to = settings.status;
  const versions = await versionsOf(deps, region, group);
  const one = chosen(versions, group, wantedOf(asked, settings.version));
  const name = `${group}/${one.version}`;
  if (one.approval === to) throw new SetupError(`${name} is ${to} already: there is nothing to change.`);
  return {
    subject: name,
    lock: `sagemaker:${region}:model-package/${name}`,
    current: one.approval,
    target: to,
    differences: [{ what: `Approval of ${name}`, from: one.approval, to }, ...newestApproved(versions, one, to)],
    deployed: { by: null, at: one.createdAt },
    checks: [usableCheck(name, one, to)],
    ...{ takesMs: 5_000, cost: null },
    cannotUndo: to === 'Approved' ? ['What is deployed because it was approved'] : [],
    fingerprint: JSON.stringify([one.arn, one.approval, one.status]),
    sealed: { region, arn: one.arn, name, from: one.approval, to },
  };
}

function chosen(versions: readonly Version[], group: string, wanted: string | null): Version {
  const newest = versions[0];
  if (!newest) throw new SetupError(`The model package group ${group} has no version.`);
  if (wanted === null) return newest;
  const found = versions.find(({ version }) => String(version) === wanted.replace(/^v/, ''));
  if (found) return found;
  const known = versions.slice(0, 5).map(({ version }) => version);
  throw new SetupError(`${group} has no version ${wanted.slice(0, 40)} among its newest: ${known.join(', ')}, …`);
}

const NEWEST = 100;
/** SageMaker may say none: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageSummary.html */
const UNKNOWN = 'unknown';

/** The newest first, by their numbers. Throws SetupError when there is no such group. */
async function versionsOf({ aws }: TargetDeps, region: string, group: string): Promise<Version[]> {
  const call = { permission: 'sagemaker:ListModelPackages', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(
      new sdk.ListModelPackagesCommand({
        ...{ ModelPackageGroupName: group, ModelPackageType: 'Versioned', MaxResults: NEWEST },
        ...{ SortBy: 'CreationTime', SortOrder: 'Descending' },
      }),
    ),
  );
  return (said.ModelPackageSummaryList ?? [])
    .map((one) => ({
      arn: one.ModelPackageArn ?? '',
      version: one.ModelPackageVersion ?? 0,
      approval: one.ModelApprovalStatus ?? UNKNOWN,
      status: one.ModelPackageStatus ?? 'unknown',
      createdAt: one.CreationTime?.getTime() ?? null,
    }))
    .toSorted((one, other) => other.version - one.version);
}

/** Deployments usually take the newest that is approved. */
function newestApproved(versions: readonly Version[], changed: Version, to: Sealed['to']): PlanDifference[] {
  const newest = (all: readonly Version[]) => all.find(({ approval }) => approval === 'Approved')?.version;
  const from = newest(versions);
  const then = newest(versions.map((one) => (one.arn === changed.arn ? { ...one, approval: to } : one)));
  if (from === then) return [];
  return [{ what: 'Newest approved version', from: String(from ?? 'none'), to: String(then ?? 'none') }];
}

function usableCheck(name: string, { status }: Version, to: Sealed['to']): PlanCheck {
  if (status === 'Completed') return { isWell: true, text: `${name} is complete.` };
  const text = `${name} is ${status}, not Completed: nothing can be deployed from it.`;
  return { isWell: to === 'Approved' ? false : null, text };
}

async function change({ acting }: TargetDeps, { region, arn, to }: Sealed, { run }: LiveRun): Promise<Sent> {
  const call = { permission: 'sagemaker:UpdateModelPackage', region };
  await callSageMaker(acting, call, (client, sdk) =>
    client.send(
      new sdk.UpdateModelPackageCommand({
        ...{ ModelPackageArn: arn, ModelApprovalStatus: to },
        ApprovalDescription: `${run.id}: ${run.reason}`.slice(0, MOST_WORDS).toWellFormed(),
        ClientToken: tokenFor(run.token).slice(0, MOST_TOKEN),
      }),
    ),
  );
  return { reference: null };
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
const MOST_WORDS = 1_024;
const MOST_TOKEN = 36;

async function look({ aws }: TargetDeps, sealed: Sealed, { sentAt }: Looked): Promise<Sight> {
  const { region, arn, name, from, to } = sealed;
  const call = { permission: 'sagemaker:DescribeModelPackage', region };
  const { ModelApprovalStatus: approval = UNKNOWN } = await callSageMaker(aws, call, (client, sdk) =>
    client.send(new sdk.DescribeModelPackageCommand({ ModelPackageName: arn })),
  );
  if (approval === from) return { kind: 'untouched' };
  if (approval === to && sentAt !== null) return { kind: 'done', detail: `${name} is ${to}.`, link: null };
  return { kind: 'moved', why: `${name} is ${approval}: somebody else has decided.` };
}
