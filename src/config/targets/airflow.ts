import { z } from 'zod';
import { Address, JsonValue, Secret, Text } from './fields.ts';

/** What Airflow can be asked to do. */
export const AIRFLOW_TARGETS = {
  airflow_dag: z
    .strictObject({
      url: Address.describe('Base address of Airflow.').meta({ examples: ['{airflow}'] }),
      version: z
        .literal([2, 3])
        .describe('Its major version: their interfaces differ.')
        .meta({ examples: [3] }),
      dag: Text.describe('Name of the DAG.').meta({ examples: ['retraining_pipeline'] }),
      conf: z
        .record(z.string(), JsonValue)
        .default({})
        .describe('Its configuration, with placeholders in its texts.')
        .meta({ examples: [{ reason: 'drift' }] }),
      user: Secret.optional()
        .describe('Who signs in.')
        .meta({ examples: ['${AIRFLOW_USER}'] }),
      password: Secret.optional()
        .describe('With what.')
        .meta({ examples: ['${AIRFLOW_PASSWORD}'] }),
      token: Secret.optional().describe('A bearer token, instead of both.'),
    })
    .describe('Starts a run of a DAG.'),
} as const;
