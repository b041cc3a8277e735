import { z } from 'zod';
import { duration, exactlyOne, Name, UrlTemplate } from './file-fields.ts';

const Dimensions = z.record(z.string().min(1), z.string());

const Metric = z.strictObject({
  namespace: z
    .string()
    .min(1)
    .describe("The metric's namespace.")
    .meta({ examples: ['AWS/SageMaker'] }),
  metric: z
    .string()
    .min(1)
    .describe("The metric's name.")
    .meta({ examples: ['ModelLatency'] }),
  dimensions: Dimensions.default({})
    .describe('Its dimensions, all of them.')
    .meta({ examples: [{ EndpointName: '{endpoint}', VariantName: 'AllTraffic' }] }),
  stat: z
    .string()
    .min(1)
    .default('Average')
    .describe('The statistic.')
    .meta({ examples: ['p95'] }),
  period: duration('1m', '5m').describe('Length of one period.'),
});

const CloudWatch = z
  .strictObject({
    metrics: z
      .record(z.string().regex(/^[a-z][a-zA-Z0-9_]*$/, 'An id that begins with a small letter, such as m1'), Metric)
      .describe('Metrics by an id of your own.')
      .meta({ examples: [{ m1: { namespace: 'AWS/Lambda', metric: 'Errors', stat: 'Sum' } }] }),
    expression: z
      .string()
      .min(1)
      .optional()
      .describe('Metric math over the ids; one metric needs none.')
      .meta({ examples: ['100 * errors / requests'] }),
  })
  .refine(({ metrics }) => Object.keys(metrics).length > 0, { message: 'Write at least one metric', path: ['metrics'] })
  .refine(({ metrics, expression }) => Object.keys(metrics).length <= 1 || expression !== undefined, {
    error: ({ input }) => `Write \`expression\`: what ${namesIn(input).join(', ')} come to`,
  });

function namesIn(input: unknown): string[] {
  const metrics = typeof input === 'object' && input !== null && 'metrics' in input ? input.metrics : null;
  return Object.keys(metrics ?? {});
}

const Logs = z.strictObject({
  groups: z
    .array(z.string().min(1))
    .min(1)
    .describe('Log groups.')
    .meta({ examples: [['/aws/lambda/checkout']] }),
  query: z
    .string()
    .min(1)
    .describe('A Logs Insights query. Without aggregation its newest lines are shown, with `stats` its rows.')
    .meta({ examples: ['filter @message like /ERROR/ | sort @timestamp desc | limit 20'] }),
  since: duration('1h', '30m').describe('How far back.'),
});

const Http = z.strictObject({
  url: UrlTemplate.describe('What to GET.').meta({ examples: ['{api}/healthz'] }),
  pick: z
    .string()
    .min(1)
    .optional()
    .describe('Path into the JSON answer, with dots; items of lists by number. Without it the status is the answer.')
    .meta({ examples: ['stats.last_hour'] }),
});

const Mlflow = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe('Name of the registered model.')
    .meta({ examples: ['credit-risk-model'] }),
  alias: z
    .string()
    .min(1)
    .optional()
    .describe('The alias that serves. Without alias and stage the newest version is the answer.')
    .meta({ examples: ['champion'] }),
  stage: z
    .string()
    .min(1)
    .optional()
    .describe('The stage that serves, for registries without aliases.')
    .meta({ examples: ['Production'] }),
});

const limits = {
  above: z
    .number()
    .optional()
    .describe('Well while above this.')
    .meta({ examples: [0] }),
  at_least: z
    .number()
    .optional()
    .describe('Well from this on.')
    .meta({ examples: [99.9] }),
  below: z
    .number()
    .optional()
    .describe('Well while below this.')
    .meta({ examples: [2] }),
  at_most: z
    .number()
    .optional()
    .describe('Well up to this.')
    .meta({ examples: [0.2] }),
};

const Expect = z
  .strictObject({
    ...limits,
    equals: z
      .string()
      .optional()
      .describe('Well when the answer is this text.')
      .meta({ examples: ['InService'] }),
  })
  .refine(...exactlyOne('above', 'at_least', 'below', 'at_most', 'equals'));

/** What can be asked of a system; exactly one kind of question per entry. */
export const QueryEntry = z
  .strictObject({
    label: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('What is measured, as people say it; its name without it.')
      .meta({ examples: ['Error rate'] }),
    unit: z
      .string()
      .min(1)
      .max(30)
      .optional()
      .describe('`Percent`, `Share` (a part of one), `Milliseconds`, `Seconds`, `Count`, or any word.')
      .meta({ examples: ['Percent'] }),
    expect: Expect.optional()
      .describe('When the answer is well; otherwise a person judges.')
      .meta({ examples: [{ below: 2 }] }),
    cloudwatch: CloudWatch.optional().describe('Asks CloudWatch for a metric, or for metric math over several.'),
    logs: Logs.optional().describe('Asks CloudWatch Logs Insights.'),
    prometheus: z
      .string()
      .min(1)
      .optional()
      .describe("Asks the environment's Prometheus: a PromQL expression that comes to one number.")
      .meta({ examples: ['max(data_drift_psi)'] }),
    http: Http.optional().describe('Asks a web address with GET: its status, or one value of its JSON.'),
    mlflow: Mlflow.optional().describe("Asks the environment's MLflow which version serves."),
    endpoint: z
      .string()
      .min(1)
      .optional()
      .describe('Asks SageMaker for the status and live configuration of an endpoint.')
      .meta({ examples: ['{endpoint}'] }),
    s3: z
      .strictObject({
        bucket: z
          .string()
          .min(3)
          .describe('The bucket.')
          .meta({ examples: ['{data_bucket}'] }),
        prefix: z
          .string()
          .default('')
          .describe('Only keys that begin so.')
          .meta({ examples: ['silver/'] }),
      })
      .optional()
      .describe('Asks S3 for the newest object.'),
    schedule: z
      .strictObject({
        rule: z
          .string()
          .min(1)
          .describe('Name of the rule.')
          .meta({ examples: ['ingest-every-15-min'] }),
        bus: z
          .string()
          .min(1)
          .optional()
          .describe('Event bus; the default one without it.')
          .meta({ examples: ['ml-events'] }),
      })
      .optional()
      .describe('Asks EventBridge whether a schedule is on.'),
  })
  .refine(...exactlyOne('cloudwatch', 'logs', 'prometheus', 'http', 'mlflow', 'endpoint', 's3', 'schedule'));
export type QueryEntry = z.infer<typeof QueryEntry>;

export const Queries = z.record(Name, QueryEntry);
