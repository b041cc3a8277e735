import { createHash } from 'node:crypto';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type AwsCall, askAws } from '../../aws/errors.ts';
import type { TargetDeps } from '../target.ts';

type Sdk = typeof import('@aws-sdk/client-sagemaker');

/** One call of SageMaker, its failures in our words. Loads the SDK when it is first needed. */
export async function callSageMaker<T>(
  clients: TargetDeps['aws'],
  call: AwsCall,
  send: (client: SageMakerClient, sdk: Sdk) => Promise<T>,
): Promise<T> {
  const [client, sdk] = [await clients.sagemaker(call.region), await import('@aws-sdk/client-sagemaker')];
  return await askAws(call, async () => await send(client, sdk));
}

/** 64 characters that are the same for a run whenever it is asked: SageMaker takes what comes with it once. */
export function tokenFor(runToken: string, what = ''): string {
  return createHash('sha256').update(`${what}${runToken}`).digest('hex');
}
