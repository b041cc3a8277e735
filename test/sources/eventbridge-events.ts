const ACCOUNT = '111122223333';
const REGION = 'us-west-2';
export const ARN = `arn:aws:sagemaker:${REGION}:${ACCOUNT}`;

/** The envelope as EventBridge writes it. */
export function bridgeEvent(detailType: string, detail: object, more: object = {}) {
  return {
    version: '0',
    id: '0bd4a141-0a02-9d8a-f977-3924c3fb259c',
    'detail-type': detailType,
    source: 'aws.sagemaker',
    account: ACCOUNT,
    time: '2026-03-01T11:59:30Z',
    region: REGION,
    resources: [],
    detail,
    ...more,
  };
}

export const endpointEvent = (status: string, more: object = {}) =>
  bridgeEvent(
    'SageMaker Endpoint State Change',
    {
      EndpointName: 'bikeshare-prod',
      EndpointArn: `${ARN}:endpoint/bikeshare-prod`,
      EndpointConfigName: 'bikeshare-prod-v42',
      ProductionVariants: [{ DesiredWeight: 1, DesiredInstanceCount: 1 }],
      EndpointStatus: status,
      CreationTime: 1772360000123.5,
      LastModifiedTime: Date.parse('2026-03-01T11:59:00Z'),
      Tags: { team: 'forecasting' },
      ...more,
    },
    { time: '1772366370000' }, // as SageMaker has been seen to write it
  );

export const deploymentEvent = (more: object = {}) =>
  bridgeEvent('SageMaker Endpoint Deployment State Change', {
    EndpointName: 'bikeshare-prod',
    EndpointArn: `${ARN}:endpoint/bikeshare-prod`,
    EndpointConfigName: 'bikeshare-prod-v41',
    ProductionVariants: [
      {
        VariantName: 'AllTraffic',
        CurrentWeight: 1,
        DesiredWeight: 1,
        CurrentInstanceCount: 3,
        DesiredInstanceCount: 3,
      },
    ],
    EndpointStatus: 'UPDATING',
    CreationTime: 1772360000123,
    LastModifiedTime: Date.parse('2026-03-01T11:58:00Z'),
    Tags: {},
    PendingDeploymentSummary: {
      EndpointConfigName: 'bikeshare-prod-v42',
      StartTime: 1772366270000,
      ProductionVariants: [
        { VariantName: 'AllTraffic', VariantStatus: [{ Status: 'Creating', StatusMessage: '', StartTime: 1 }] },
      ],
    },
    ...more,
  });

export const trainingEvent = (status: string, more: object = {}) =>
  bridgeEvent('SageMaker Training Job State Change', {
    TrainingJobName: 'credit-risk-train-2026-03-01-05-58-00-123',
    TrainingJobArn: `${ARN}:training-job/credit-risk-train-2026-03-01-05-58-00-123`,
    TrainingJobStatus: status,
    SecondaryStatus: status,
    CreationTime: 1772366000000,
    LastModifiedTime: 1772366340000,
    ...more,
  });

export const pipelineEvent = (status: string, more: object = {}) =>
  bridgeEvent('SageMaker Model Building Pipeline Execution Status Change', {
    pipelineExecutionDisplayName: 'nightly',
    currentPipelineExecutionStatus: status,
    previousPipelineExecutionStatus: 'Executing',
    executionStartTime: '2026-03-01T11:00:00Z',
    executionEndTime: '2026-03-01T11:59:00Z',
    pipelineArn: `${ARN}:pipeline/retrain`,
    pipelineExecutionArn: `${ARN}:pipeline/retrain/execution/p4jn9xou8a8s`,
    ...more,
  });

export const stepEvent = (status: string, more: object = {}) =>
  bridgeEvent('SageMaker Model Building Pipeline Execution Step Status Change', {
    metadata: { trainingJob: { arn: `${ARN}:training-job/pipelines-p4jn9xou8a8s-Train-AbCdEfGhIj` } },
    stepStartTime: '2026-03-01T11:20:00Z',
    stepEndTime: '2026-03-01T11:58:30Z',
    stepName: 'Train',
    stepType: 'Training',
    previousStepStatus: 'Executing',
    currentStepStatus: status,
    ...(status === 'Failed' ? { failureReason: 'ClientError: Data download failed' } : {}),
    pipelineArn: `${ARN}:pipeline/retrain`,
    pipelineExecutionArn: `${ARN}:pipeline/retrain/execution/p4jn9xou8a8s`,
    ...more,
  });

export const modelPackageEvent = (approval: string, more: object = {}) =>
  bridgeEvent(
    'SageMaker Model Package State Change',
    {
      ModelPackageGroupName: 'bikeshare',
      ModelPackageVersion: 7,
      ModelPackageArn: `${ARN}:model-package/bikeshare/7`,
      CreationTime: 1772366000000,
      ModelPackageStatus: 'Completed',
      ModelApprovalStatus: approval,
      CertifyForMarketplace: false,
      LastModifiedTime: 1772366340000,
      ...more,
    },
    { source: ['aws.sagemaker'] }, // the documentation has it as a list once
  );

export const alarmConfigurationEvent = (operation: string, more: object = {}) =>
  bridgeEvent(
    'CloudWatch Alarm Configuration Change',
    {
      alarmName: 'checkout-latency',
      operation,
      state: { value: 'INSUFFICIENT_DATA', timestamp: '2026-03-01T11:59:30.000+0000' },
      configuration: {
        threshold: 0.9,
        comparisonOperator: 'GreaterThanThreshold',
        evaluationPeriods: 1,
        actionsEnabled: true,
      },
      ...(operation === 'update'
        ? {
            previousConfiguration: {
              threshold: 0.8,
              comparisonOperator: 'GreaterThanThreshold',
              evaluationPeriods: 1,
              actionsEnabled: true,
            },
          }
        : {}),
      ...more,
    },
    { source: 'aws.cloudwatch' },
  );

export const alarmEvent = (value: string, state: object = {}, more: object = {}) =>
  bridgeEvent(
    'CloudWatch Alarm State Change',
    {
      alarmName: 'checkout-latency',
      state: { value, reason: 'Threshold Crossed', timestamp: '2026-03-01T11:59:00.000+0000', ...state },
      previousState: { value: 'OK' },
      configuration: { alarmRule: 'ALARM("x")', actionsSuppressor: 'maintenance' },
      ...more,
    },
    { source: 'aws.cloudwatch', resources: [`arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:checkout-latency`] },
  );
