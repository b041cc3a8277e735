import { z } from 'zod';
import { exactlyOne } from '../file-fields.ts';
import { Address, JsonValue, Secret, Text } from './fields.ts';

/** What an MLflow registry can be asked to change. Its address is `mlflow` of the environment. */
export const MLFLOW_TARGETS = {
  mlflow_rollback: z
    .strictObject({
      model: Text.describe('Name of the registered model.').meta({ examples: ['credit-risk-model'] }),
      alias: Text.optional()
        .describe('The alias that serves.')
        .meta({ examples: ['champion'] }),
      stage: Text.optional()
        .describe('The stage that serves, for registries without aliases.')
        .meta({ examples: ['Production'] }),
      to: Text.optional()
        .describe('The version; without it the one that served before.')
        .meta({ examples: ['{to}'] }),
      user: Secret.optional()
        .describe('Who signs in to the registry.')
        .meta({ examples: ['${MLFLOW_USER}'] }),
      password: Secret.optional()
        .describe('With what.')
        .meta({ examples: ['${MLFLOW_PASSWORD}'] }),
      token: Secret.optional().describe('A bearer token for the registry, instead of both.'),
      restart: z
        .strictObject({
          url: Address.describe('Where the signed request goes.'),
          body: JsonValue.default({})
            .describe('What it says.')
            .meta({ examples: [{ service: 'api' }] }),
          secret: Secret.describe('What it is signed with.'),
        })
        .optional()
        .describe(
          'A signed request afterwards, for servers that load the model when they start. Its receiver must do one `Idempotency-Key` once: a lost answer is asked for again.',
        ),
    })
    .refine(...exactlyOne('alias', 'stage'))
    .describe('Lets an earlier version of a registered model serve.'),
} as const;
