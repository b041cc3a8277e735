import { z } from 'zod';
import { JsonBody, Text } from './fields.ts';

const FunctionName = Text.describe('Name of the function.').meta({ examples: ['{function}'] });

/** What Lambda can be asked to change. */
export const LAMBDA_TARGETS = {
  lambda_alias: z
    .strictObject({
      function: FunctionName,
      alias: Text.describe('The alias that serves.').meta({ examples: ['live'] }),
      to: Text.optional()
        .describe('The version; without it the one before.')
        .meta({ examples: ['7'] }),
    })
    .describe('Points an alias of a function to an earlier version.'),
  lambda_memory: z
    .strictObject({
      function: FunctionName,
      times: z
        .number()
        .gt(1)
        .max(4)
        .default(2)
        .describe('By how much it is multiplied.')
        .meta({ examples: [1.5] }),
      most: z
        .int()
        .min(128)
        .max(10_240)
        .describe('At most so many megabytes.')
        .meta({ examples: [3_008] }),
    })
    .describe('Gives a function more memory, and so more CPU.'),
  lambda_concurrency: z
    .strictObject({
      function: FunctionName,
      to: z
        .int()
        .min(0)
        .max(100_000)
        .describe('Reserved concurrent executions; 0 stops it.')
        .meta({ examples: [200] }),
    })
    .describe('Sets the reserved concurrency of a function.'),
  lambda_invoke: z
    .strictObject({
      function: FunctionName,
      qualifier: Text.optional()
        .describe('A version or an alias.')
        .meta({ examples: ['live'] }),
      payload: JsonBody.default({}).meta({ examples: [{ city: '{city}' }] }),
      wait: z
        .boolean()
        .default(true)
        .describe('Whether its answer is awaited; a function that runs longer than a minute is only started.')
        .meta({ examples: [false] }),
    })
    .describe('Runs a function once, such as an ingestion for one city.'),
} as const;
