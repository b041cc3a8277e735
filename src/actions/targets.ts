import type { Target } from './target.ts';

/** A plugin whose settings, and what it has sealed into a plan, only itself can read. */
// biome-ignore lint/suspicious/noExplicitAny: the kind of an action and its settings belong together by the schema that read them
export type AnyTarget = Target<any, any>;

/** The plugin of a kind. Whoever changes no Kubernetes loads nothing of it. Throws for a kind that the schema does not know. */
export type Targets = (kind: string) => Promise<AnyTarget>;

const LOADERS: Readonly<Record<string, () => Promise<AnyTarget>>> = {
  sagemaker_rollback: async () => (await import('./targets/sagemaker-rollback.ts')).sagemakerRollback,
  sagemaker_traffic: async () => (await import('./targets/sagemaker-traffic.ts')).sagemakerTraffic,
  sagemaker_pipeline: async () => (await import('./targets/sagemaker-pipeline.ts')).sagemakerPipeline,
  sagemaker_model_package: async () => (await import('./targets/sagemaker-model-package.ts')).sagemakerModelPackage,
  lambda_alias: async () => (await import('./targets/lambda-alias.ts')).lambdaAlias,
  lambda_memory: async () => (await import('./targets/lambda-memory.ts')).lambdaMemory,
  lambda_concurrency: async () => (await import('./targets/lambda-concurrency.ts')).lambdaConcurrency,
  lambda_invoke: async () => (await import('./targets/lambda-invoke.ts')).lambdaInvoke,
  ecs_rollback: async () => (await import('./targets/ecs-rollback.ts')).ecsRollback,
  ecs_redeploy: async () => (await import('./targets/ecs-redeploy.ts')).ecsRedeploy,
  ecs_scale: async () => (await import('./targets/ecs-scale.ts')).ecsScale,
  http_switch: async () => (await import('./targets/http-switch.ts')).httpSwitch,
  webhook: async () => (await import('./targets/webhook.ts')).webhookTarget,
  http: async () => (await import('./targets/http.ts')).httpTarget,
  kubernetes_job: async () => (await import('./targets/kubernetes-job.ts')).kubernetesJob,
  kubernetes_undo: async () => (await import('./targets/kubernetes-undo.ts')).kubernetesUndo,
  kubernetes_restart: async () => (await import('./targets/kubernetes-restart.ts')).kubernetesRestart,
  kubernetes_scale: async () => (await import('./targets/kubernetes-scale.ts')).kubernetesScale,
  mlflow_rollback: async () => (await import('./targets/mlflow-rollback.ts')).mlflowRollback,
  airflow_dag: async () => (await import('./targets/airflow-dag.ts')).airflowDag,
  github_workflow: async () => (await import('./targets/github-workflow.ts')).githubWorkflow,
  statuspage: async () => (await import('./targets/statuspage.ts')).statuspageTarget,
};

export const loadTarget: Targets = async (kind) => {
  const load = LOADERS[kind];
  if (!load) throw new Error(`There is no plugin for ${kind}.`);
  return await load();
};
