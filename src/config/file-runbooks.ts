import { z } from 'zod';
import { EnvironmentName, exactlyOne, Name, UrlTemplate } from './file-fields.ts';

const Command = z.union([z.string().min(1).max(2_000), z.record(EnvironmentName, z.string().min(1).max(2_000))], {
  error: 'A command, or one for each environment',
});

const StepEntry = z
  .strictObject({
    id: Name.optional()
      .describe('Keeps ticks in place when steps move; its place without it.')
      .meta({ examples: ['check-logs'] }),
    do: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('Work of a person.')
      .meta({ examples: ['Review recent deployments'] }),
    check: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('A question that `query` answers.')
      .meta({ examples: ['Is the endpoint in service?'] }),
    action: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('What `run` does.')
      .meta({ examples: ['Roll back to the last known good version'] }),
    query: Name.optional()
      .describe('The query that a check asks.')
      .meta({ examples: ['endpoint-status'] }),
    run: Name.optional()
      .describe('The action that is offered.')
      .meta({ examples: ['rollback'] }),
    command: Command.optional()
      .describe('To copy; one text, or one for each environment.')
      .meta({ examples: [{ local: 'docker compose logs api', prod: 'kubectl logs deployment/api' }] }),
    phase: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .describe('When it belongs to; steps of one phase stand together.')
      .meta({ examples: ['Investigate, 0–5 min'] }),
  })
  .refine(...exactlyOne('do', 'check', 'action'))
  .refine(
    (step) => (step.check !== undefined) === (step.query !== undefined),
    'A check, and only a check, names a query',
  )
  .refine(
    (step) => (step.action !== undefined) === (step.run !== undefined),
    'An action, and only an action, says what to run',
  );

export const RunbookEntry = z.strictObject({
  title: z
    .string()
    .min(1)
    .max(100)
    .describe('What it is for.')
    .meta({ examples: ['The API answers with errors'] }),
  url: UrlTemplate.optional()
    .describe('Where the whole of it stands.')
    .meta({ examples: ['https://wiki.example.com/checkout/5xx'] }),
  causes: z
    .array(
      z.strictObject({
        cause: z
          .string()
          .min(1)
          .max(200)
          .describe('What it may be.')
          .meta({ examples: ['Memory pressure'] }),
        cure: z
          .string()
          .min(1)
          .max(300)
          .describe('What helps then.')
          .meta({ examples: ['Restart the service, look for leaks'] }),
      }),
    )
    .max(12)
    .default([])
    .describe('Likely causes and their cures.'),
  steps: z.array(StepEntry).max(30).default([]).describe('What to do, in order.'),
});
export type RunbookEntry = z.infer<typeof RunbookEntry>;

export const Runbooks = z.record(Name, RunbookEntry);
