import { z } from 'zod';
import { Address, Secret, Text } from './fields.ts';

const place = {
  url: Address.describe('Address of the API server.').meta({ examples: ['{kubernetes}'] }),
  namespace: Text.describe('Namespace.').meta({ examples: ['potato-pipeline'] }),
  token: Secret.describe('A token of a service account.'),
};

const Deployment = Text.describe('Name of the deployment.').meta({ examples: ['checkout'] });

/** What Kubernetes can be asked to change. Its certificate is checked; `NODE_EXTRA_CA_CERTS` names a private authority. */
export const KUBERNETES_TARGETS = {
  kubernetes_job: z
    .strictObject({ ...place, cronjob: Text.describe('Name of the CronJob.').meta({ examples: ['potato-pipeline'] }) })
    .describe('Runs the job of a CronJob once, now.'),
  kubernetes_undo: z
    .strictObject({
      ...place,
      deployment: Deployment,
      to: Text.optional()
        .describe('The revision; without it the one before.')
        .meta({ examples: ['41'] }),
    })
    .describe('Puts a deployment back to an earlier revision.'),
  kubernetes_restart: z
    .strictObject({ ...place, deployment: Deployment })
    .describe('Replaces all pods of a deployment by new ones.'),
  kubernetes_scale: z
    .strictObject({
      ...place,
      deployment: Deployment,
      by: z
        .int()
        .min(-100)
        .max(100)
        .describe('How many replicas more, or fewer.')
        .meta({ examples: [2] }),
      most: z
        .int()
        .min(1)
        .max(1_000)
        .describe('At most so many replicas.')
        .meta({ examples: [10] }),
    })
    .describe('Runs more replicas of a deployment, or fewer.'),
} as const;
