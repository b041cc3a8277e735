import type { Alias, LambdaFunction, Version } from './functions.ts';
import { updateStatus } from './functions.ts';
import type { Lambda } from './lambda.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html */
export function describeAlias({ arnOf }: Lambda, { name }: LambdaFunction, alias: Alias): object {
  const isShared = Object.keys(alias.weights).length > 0;
  return {
    ...{ AliasArn: `${arnOf(name)}:${alias.name}`, Name: alias.name, FunctionVersion: alias.version, Description: '' },
    RevisionId: alias.revision,
    ...(isShared ? { RoutingConfig: { AdditionalVersionWeights: alias.weights } } : {}),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function describeVersion(lambda: Lambda, held: LambdaFunction, one: Version): object {
  const isLatest = one.version === '$LATEST';
  const update = isLatest ? updateStatus(held, lambda.now()) : 'Successful';
  const arn = lambda.arnOf(held.name);
  return {
    ...{ FunctionName: held.name, FunctionArn: isLatest ? arn : `${arn}:${one.version}`, Version: one.version },
    ...{ Runtime: 'python3.13', Handler: 'app.handler', PackageType: 'Zip', Architectures: ['arm64'] },
    ...{ CodeSize: one.codeSize, CodeSha256: one.codeSha, Description: one.description },
    ...{ MemorySize: one.memory, Timeout: one.timeout, RevisionId: one.revision },
    LastModified: new Date(one.modifiedAt).toISOString().replace('Z', '+0000'),
    ...{ State: 'Active', LastUpdateStatus: update },
    ...(update === 'Failed'
      ? { LastUpdateStatusReason: held.update?.failure, LastUpdateStatusReasonCode: 'InternalError' }
      : {}),
    ...(held.isDurable ? { DurableConfig: { ExecutionTimeout: 3_600, RetentionPeriodInDays: 14 } } : {}),
  };
}
