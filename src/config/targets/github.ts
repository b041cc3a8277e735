import { z } from 'zod';
import { Address, Secret, Text } from './fields.ts';

/** What GitHub can be asked to do. */
export const GITHUB_TARGETS = {
  github_workflow: z
    .strictObject({
      url: Address.default('https://api.github.com')
        .describe('Of its API.')
        .meta({ examples: ['https://github.example.com/api/v3'] }),
      repository: Text.describe('Owner and name.').meta({ examples: ['example/movie-recommender'] }),
      workflow: Text.describe('Name of the file.').meta({ examples: ['retrain.yml'] }),
      ref: Text.default('main')
        .describe('Branch or tag.')
        .meta({ examples: ['main'] }),
      inputs: z
        .record(z.string(), z.string())
        .default({})
        .describe('Its inputs, with placeholders.')
        .meta({ examples: [{ reason: 'drift' }] }),
      correlation: z
        .string()
        .optional()
        .describe(
          'The input that takes the id of the run, for a workflow whose `run-name` shows it: then a lost answer is found again.',
        )
        .meta({ examples: ['correlation_id'] }),
      token: Secret.describe('A token that may read contents and write actions.'),
    })
    .describe('Starts a workflow of GitHub Actions.'),
} as const;
