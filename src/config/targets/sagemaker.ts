import { z } from 'zod';
import { Name, optionalDuration } from '../file-fields.ts';
import { Text } from './fields.ts';

const Endpoint = Text.describe('Name of the endpoint.').meta({ examples: ['{endpoint}'] });

/** What SageMaker can be asked to change. Regions are those of the environment. */
export const SAGEMAKER_TARGETS = {
  sagemaker_rollback: z
    .strictObject({
      endpoint: Endpoint,
      to: Text.optional()
        .describe('The configuration to go to; without it the last known good one.')
        .meta({ examples: ['checkout-fallback'] }),
      traffic: z
        .enum(['all_at_once', 'canary', 'linear'])
        .default('all_at_once')
        .describe('How traffic moves to the new instances.')
        .meta({ examples: ['canary'] }),
      guard: z
        .array(z.string().min(1))
        .max(10)
        .default([])
        .describe('CloudWatch alarms that undo the deployment; those that fire already are left out.')
        .meta({ examples: [['checkout-prod-5xx']] }),
    })
    .describe('Puts an endpoint back to an earlier configuration.'),
  sagemaker_traffic: z
    .strictObject({
      endpoint: Endpoint,
      weights: z
        .record(z.string().min(1), z.number().min(0).max(1_000))
        .refine((weights) => Object.keys(weights).length > 0, 'Name at least one variant')
        .describe('The weight of each variant afterwards; others keep theirs.')
        .meta({ examples: [{ champion: 1, challenger: 0 }] }),
    })
    .describe('Shifts traffic between variants of an endpoint.'),
  sagemaker_pipeline: z
    .strictObject({
      pipeline: Text.describe('Name of the pipeline.').meta({ examples: ['{retrain_pipeline}'] }),
      parameters: z
        .record(z.string().regex(/^[A-Za-z0-9_-]{1,256}$/), z.string().max(1_024))
        .default({})
        .describe('Its parameters.')
        .meta({ examples: [{ Reason: 'drift' }] }),
      gate: Name.optional()
        .describe('A query with an expectation that the new model must meet.')
        .meta({ examples: ['candidate-auc'] }),
      at_most_every: optionalDuration('6h')
        .optional()
        .describe('Refuses to start when one has succeeded less long ago.'),
    })
    .describe('Starts a pipeline of SageMaker, such as a retraining.'),
  sagemaker_model_package: z
    .strictObject({
      group: Text.describe('Name of the model package group.').meta({ examples: ['checkout-models'] }),
      version: Text.optional()
        .describe('The version; without it the newest.')
        .meta({ examples: ['{version}'] }),
      status: z
        .enum(['Approved', 'Rejected'])
        .describe('What it becomes.')
        .meta({ examples: ['Rejected'] }),
    })
    .describe('Approves or rejects a version of the model registry.'),
} as const;
