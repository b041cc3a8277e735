import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { askAws } from '../aws/errors.ts';
import type { Answer } from '../domain/query.ts';
import { answer, timeWords } from './answer.ts';
import type { Asking } from './probes.ts';

/** The status of a SageMaker endpoint, its live configuration, and per variant the model that serves and its part of the traffic. */
export async function askEndpoint({ aws, region, ask, where, fill }: Asking<'endpoint'>): Promise<Answer> {
  const client = await aws.sagemaker(region);
  const name = fill(ask.endpoint);
  const options = { abortSignal: where.signal };
  const endpoint = await askAws({ permission: 'sagemaker:DescribeEndpoint', region }, () =>
    client.send(new DescribeEndpointCommand({ EndpointName: name }), options),
  );
  const status = endpoint.EndpointStatus ?? 'unknown';
  const at = endpoint.LastModifiedTime?.getTime() ?? null;
  const since = at === null ? '' : `, last changed ${timeWords(at)}`;
  const why = endpoint.FailureReason ? `: ${endpoint.FailureReason}` : '';
  const rows = await askAws({ permission: 'sagemaker:DescribeEndpointConfig', region }, () =>
    client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: endpoint.EndpointConfigName }), options),
  ).then(
    (config) => variantRows(endpoint, config),
    (error: unknown) => [`could not tell which model serves: ${error instanceof Error ? error.message : 'no answer'}`],
  );
  return answer(`${status}${why} with config ${endpoint.EndpointConfigName ?? 'unknown'}${since}`, {
    word: status,
    at,
    rows,
  });
}

function variantRows(
  { ProductionVariants: live = [] }: DescribeEndpointCommandOutput,
  { ProductionVariants: configured = [] }: DescribeEndpointConfigCommandOutput,
): string[] {
  const total = live.reduce((sum, { CurrentWeight }) => sum + (CurrentWeight ?? 0), 0);
  return configured.map(({ VariantName, ModelName }) => {
    const now = live.find((one) => one.VariantName === VariantName);
    const share = total > 0 ? `, ${Math.round((100 * (now?.CurrentWeight ?? 0)) / total)} % of the traffic` : '';
    const count = now?.CurrentInstanceCount;
    const instances = count === undefined ? '' : `, ${count} ${count === 1 ? 'instance' : 'instances'}`;
    return `${VariantName ?? 'variant'}: model ${ModelName ?? 'unknown'}${instances}${share}`;
  });
}
