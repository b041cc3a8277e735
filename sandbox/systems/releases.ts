import type { SageMaker } from '../aws/sagemaker/registry.ts';

const DAY_MS = 86_400_000;

/**
 * An endpoint with three versions to its name: the one before, the live one and the next. Their configurations are
 * `<endpoint>-v40` and so on; the live one has been so for two days.
 */
export function addEndpointHistory(
  { models, configs, endpoints }: SageMaker,
  {
    endpoint,
    model,
    live,
    now,
  }: { readonly endpoint: string; readonly model: string; readonly live: number; readonly now: number },
): void {
  for (const version of [live - 1, live, live + 1]) {
    const name = `${model}-v${version}`;
    const createdAt = now - (2 + 7 * (live - version)) * DAY_MS + (version > live ? 9.5 * DAY_MS : 0) - DAY_MS / 2;
    models.set(name, {
      name,
      image: `${model}:v${version}`,
      dataUrl: `s3://${model}-models/v${version}/model.tar.gz`,
      createdAt,
    });
    const variants = [{ name: 'AllTraffic', model: name, instances: 2, instanceType: 'ml.m5.large', weight: 1 }];
    configs.set(`${endpoint}-v${version}`, { name: `${endpoint}-v${version}`, createdAt, variants });
  }
  endpoints.set(endpoint, {
    ...{ name: endpoint, createdAt: now - 200 * DAY_MS, config: `${endpoint}-v${live}`, status: 'InService' },
    ...{ failureReason: null, modifiedAt: now - 2 * DAY_MS },
  });
}
