import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { askAws } from '../../aws/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { TargetDeps } from '../target.ts';
import { whyNot } from './aws-place.ts';

export type Traffic = 'all_at_once' | 'canary' | 'linear';

/** How alarms that guard a deployment are just now, by their names; `null`: there is no such alarm. */
export type GuardStates = ReadonlyMap<string, 'firing' | 'quiet' | null>;

/** Throws as AWS does when they cannot be told. */
export async function guardStates(
  { aws }: Pick<TargetDeps, 'aws'>,
  region: string,
  guard: readonly string[],
): Promise<GuardStates> {
  if (guard.length === 0) return new Map();
  const [client, sdk] = [await aws.cloudwatch(region), await import('@aws-sdk/client-cloudwatch')];
  const said = await askAws({ permission: 'cloudwatch:DescribeAlarms', region }, () =>
    client.send(
      new sdk.DescribeAlarmsCommand({ AlarmNames: [...guard], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    ),
  );
  const found = [...(said.MetricAlarms ?? []), ...(said.CompositeAlarms ?? [])];
  return new Map(
    guard.map((name) => {
      const alarm = found.find(({ AlarmName }) => AlarmName === name);
      return [name, alarm ? (alarm.StateValue === 'ALARM' ? 'firing' : 'quiet') : null];
    }),
  );
}

/** An alarm that fires already would undo the deployment at once, so that in an emergency only the quiet ones guard it. */
export async function guardChecks(
  deps: Pick<TargetDeps, 'aws'>,
  region: string,
  guard: readonly string[],
): Promise<PlanCheck[]> {
  try {
    return [...(await guardStates(deps, region, guard))].map(([name, state]) => guardCheck(name, state));
  } catch (error) {
    return [{ isWell: null, text: `The guard alarms could not be asked for, and guard nothing: ${whyNot(error)}` }];
  }
}

/** For endpoints of which SageMaker keeps none of what it is asked for: a guard must not be promised. */
export const NO_GUARDRAILS: PlanCheck = {
  isWell: null,
  text: 'SageMaker deploys to Inf1 instances all at once and without a guard, whatever it is asked for.',
};

function guardCheck(name: string, state: 'firing' | 'quiet' | null): PlanCheck {
  if (state === 'quiet') return { isWell: true, text: `${name} guards the deployment: it is undone when it fires.` };
  if (state === null) return { isWell: null, text: `There is no alarm ${name}: it guards nothing.` };
  return { isWell: null, text: `${name} fires already: it does not guard, it would undo the deployment at once.` };
}

/** Longer than any fleet of usual size needs; SageMaker undoes the deployment then. */
const MOST_SECONDS = 3_600;
const WAITS: Readonly<Record<Traffic, number>> = { all_at_once: 120, canary: 300, linear: 120 };
const LINEAR_STEPS = 4;
/** New instances take minutes to come up. */
const STARTS_MS = 8 * 60_000;

/** How long it takes, in ms, as far as can be said beforehand. */
export function deploymentTakes(traffic: Traffic, isGuarded: boolean): number {
  const waits = traffic === 'all_at_once' ? (isGuarded ? 1 : 0) : traffic === 'canary' ? 1 : LINEAR_STEPS;
  return STARTS_MS + waits * WAITS[traffic] * 1_000;
}

/**
 * The deployment that is asked for; `null`: SageMaker's own, all at once.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
 */
export function deploymentConfig(traffic: Traffic, guard: readonly string[]): DeploymentConfig | null {
  if (traffic === 'all_at_once' && guard.length === 0) return null;
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        ...{ Type: TYPES[traffic], WaitIntervalInSeconds: WAITS[traffic] },
        ...(traffic === 'canary' && { CanarySize: { Type: 'CAPACITY_PERCENT', Value: 10 } }),
        ...(traffic === 'linear' && { LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 100 / LINEAR_STEPS } }),
      },
      TerminationWaitInSeconds: 0,
      MaximumExecutionTimeoutInSeconds: MOST_SECONDS,
    },
    ...(guard.length > 0 && {
      AutoRollbackConfiguration: { Alarms: guard.map((AlarmName) => ({ AlarmName })) },
    }),
  };
}

const TYPES = { all_at_once: 'ALL_AT_ONCE', canary: 'CANARY', linear: 'LINEAR' } as const;
