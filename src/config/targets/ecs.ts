import { z } from 'zod';
import { Text } from './fields.ts';

const place = {
  cluster: Text.describe('Name of the cluster.').meta({ examples: ['{cluster}'] }),
  service: Text.describe('Name of the service.').meta({ examples: ['{ecs_service}'] }),
};

/** What ECS can be asked to change. */
export const ECS_TARGETS = {
  ecs_rollback: z
    .strictObject({
      ...place,
      to: Text.optional()
        .describe('The task definition; without it the revision that ran before.')
        .meta({ examples: ['checkout:41'] }),
    })
    .describe('Puts a service back to an earlier task definition.'),
  ecs_redeploy: z.strictObject(place).describe('Replaces all tasks of a service by new ones: a restart.'),
  ecs_scale: z
    .strictObject({
      ...place,
      by: z
        .int()
        .min(-100)
        .max(100)
        .describe('How many tasks more, or fewer.')
        .meta({ examples: [2] }),
      most: z
        .int()
        .min(1)
        .max(1_000)
        .describe('At most so many tasks.')
        .meta({ examples: [10] }),
    })
    .describe('Runs more tasks of a service, or fewer.'),
} as const;
