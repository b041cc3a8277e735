/** Which of the roles in `deploy/iam` has a permission. `read`: what Tocsin runs with; `act`: what it runs actions with. */
export type AwsRole = 'read' | 'act';

/** Every permission that an action needs to change something; `deploy/iam/act-role.json` has these and no others. */
const ACT: ReadonlySet<string> = new Set([
  ...[
    'lambda:UpdateAlias',
    'lambda:UpdateFunctionConfiguration',
    'lambda:PutFunctionConcurrency',
    'lambda:InvokeFunction',
  ],
  'ecs:UpdateService',
  ...['sagemaker:UpdateEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities', 'sagemaker:UpdateModelPackage'],
  ...['sagemaker:StartPipelineExecution', 'sagemaker:StopPipelineExecution'],
]);

export function roleWith(permission: string): AwsRole {
  return ACT.has(permission) ? 'act' : 'read';
}

/** Where the role of a permission is written down, and when it is the act role, what that is. */
export function whereAllowed(permission: string): string {
  return roleWith(permission) === 'act'
    ? 'deploy/iam/act-role.json has all that actions need, for the role of ACT_ROLE_ARN'
    : 'deploy/iam/read-role.json has all that Tocsin needs';
}
