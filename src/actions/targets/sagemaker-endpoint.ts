import type { DescribeEndpointCommandOutput } from '@aws-sdk/client-sagemaker';
import { SetupError } from '../../app/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Place, TargetDeps } from '../target.ts';
import { consoleLink, regionOf } from './aws-place.ts';
import { callSageMaker } from './sagemaker-calls.ts';

/** An endpoint of one region. */
export interface EndpointPlace {
  readonly region: string;
  readonly endpoint: string;
}

/** What serves of one variant. */
export interface LiveVariant {
  readonly name: string;
  /** Shares of the traffic, relative to each other; `null`: the variant has none. */
  readonly weight: number | null;
  readonly wantedWeight: number | null;
  /** `null`: it is serverless. */
  readonly instances: number | null;
}

export interface LiveEndpoint {
  readonly config: string;
  /** In SageMaker's words: `InService`, `Updating`, `RollingBack`, … */
  readonly status: string;
  readonly failureReason: string;
  /** Epoch ms. */
  readonly modifiedAt: number | null;
  readonly variants: readonly LiveVariant[];
  /** What is being deployed, and how far its new instances are; `null`: nothing, or SageMaker does not say. */
  readonly pending: { readonly config: string; readonly phase: string | null } | null;
}

/** The endpoint that an action is for. */
export function placeOfEndpoint(
  asked: Pick<Place, 'region' | 'environment' | 'service' | 'fill'> & {
    readonly settings: { readonly endpoint: string };
  },
): EndpointPlace {
  return { region: regionOf(asked), endpoint: asked.fill(asked.settings.endpoint) };
}

/** What of it is changed by one run at a time, and what the ledger knows it by. */
export function endpointLock({ region, endpoint }: EndpointPlace): string {
  return `sagemaker:${region}:endpoint/${endpoint}`;
}

/** Where somebody can look at it. */
export function endpointLink({ region, endpoint }: EndpointPlace): string | null {
  return consoleLink(region, `sagemaker/home?region=${region}#/endpoints/${encodeURIComponent(endpoint)}`);
}

/** Throws SetupError when there is no such endpoint. */
export async function endpointOf(
  { aws }: Pick<TargetDeps, 'aws'>,
  { region, endpoint }: EndpointPlace,
): Promise<LiveEndpoint> {
  const call = { permission: 'sagemaker:DescribeEndpoint', region };
  const said = await callSageMaker(aws, call, (client, sdk) =>
    client.send(new sdk.DescribeEndpointCommand({ EndpointName: endpoint })),
  );
  if (!said.EndpointConfigName || !said.EndpointStatus)
    throw new SetupError(`SageMaker does not say with which configuration ${endpoint} serves.`);
  return liveFrom(said, said.EndpointConfigName, said.EndpointStatus);
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
function liveFrom(said: DescribeEndpointCommandOutput, config: string, status: string): LiveEndpoint {
  const { PendingDeploymentSummary: pending, ProductionVariants: variants = [] } = said;
  return {
    ...{ config, status },
    failureReason: (said.FailureReason ?? '').slice(0, 200),
    modifiedAt: said.LastModifiedTime?.getTime() ?? null,
    variants: variants.map((one) => ({
      name: one.VariantName ?? '',
      weight: weightFrom(one.CurrentWeight),
      wantedWeight: weightFrom(one.DesiredWeight ?? one.CurrentWeight),
      instances: one.CurrentInstanceCount ?? null,
    })),
    pending: pending?.EndpointConfigName
      ? {
          config: pending.EndpointConfigName,
          phase: pending.ProductionVariants?.[0]?.VariantStatus?.at(-1)?.Status ?? null,
        }
      : null,
  };
}

/** Weights are 32-bit numbers in SageMaker, of which 0.9 comes back as 0.8999999761581421: shown as it was written. */
export function weightFrom(said: number | undefined): number | null {
  return said === undefined ? null : Number(said.toPrecision(7));
}

/** SageMaker changes an endpoint only while it is in service. */
export function inServiceCheck(
  { endpoint }: EndpointPlace,
  { status, failureReason, pending }: LiveEndpoint,
): PlanCheck {
  if (status === 'InService') return { isWell: true, text: `${endpoint} is in service.` };
  const why = failureReason === '' ? '' : `: ${failureReason}`;
  const what = pending ? ` to ${pending.config}` : '';
  return {
    isWell: false,
    text: `${endpoint} is ${status}${what}${why}. SageMaker changes it only while it is InService.`,
  };
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html: where an endpoint stays until somebody acts. */
const SETTLED: ReadonlySet<string> = new Set([
  ...['InService', 'OutOfService', 'Failed', 'UpdateRollbackFailed', 'Deleting'],
]);

/** Whether it is on its way to another state by itself, also in a way that is not known here. */
export function isBusy({ status }: LiveEndpoint): boolean {
  return !SETTLED.has(status);
}
