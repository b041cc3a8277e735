import { z } from 'zod';
import { ACTION_VERBS, RISKS } from '../domain/action.ts';
import {
  ClassName,
  duration,
  EnvironmentName,
  exactlyOne,
  Name,
  optionalDuration,
  SeverityName,
} from './file-fields.ts';
import { AIRFLOW_TARGETS } from './targets/airflow.ts';
import { ECS_TARGETS } from './targets/ecs.ts';
import { GITHUB_TARGETS } from './targets/github.ts';
import { KUBERNETES_TARGETS } from './targets/kubernetes.ts';
import { LAMBDA_TARGETS } from './targets/lambda.ts';
import { MLFLOW_TARGETS } from './targets/mlflow.ts';
import { SAGEMAKER_TARGETS } from './targets/sagemaker.ts';
import { WEB_TARGETS } from './targets/web.ts';

/** Every kind of system that an action can change, with its settings. */
export const TARGETS = {
  ...SAGEMAKER_TARGETS,
  ...LAMBDA_TARGETS,
  ...ECS_TARGETS,
  ...MLFLOW_TARGETS,
  ...AIRFLOW_TARGETS,
  ...GITHUB_TARGETS,
  ...KUBERNETES_TARGETS,
  ...WEB_TARGETS,
} as const;
export type TargetKind = keyof typeof TARGETS;
export type TargetSettings<K extends TargetKind> = z.output<(typeof TARGETS)[K]>;

export const TARGET_KINDS = Object.keys(TARGETS) as TargetKind[]; // the very keys

const Person = z
  .string()
  .regex(
    /^(?:[UWS][A-Z0-9]{2,}|[a-z][a-z0-9-]{0,40})$/,
    'A Slack id of a person (U…) or a user group (S…), or a role of this file',
  );

const People = z.array(Person).max(50).default([]);

const Input = z.strictObject({
  label: z
    .string()
    .min(1)
    .max(40)
    .describe('What it is called.')
    .meta({ examples: ['City'] }),
  default: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('What it is when nobody says.')
    .meta({ examples: ['nyc'] }),
  choices: z
    .array(z.string().min(1).max(75))
    .max(50)
    .default([])
    .describe('What it may be; anything that looks like a name without.')
    .meta({ examples: [['nyc', 'paris']] }),
});

const Verify = z.strictObject({
  queries: z
    .array(Name)
    .min(1)
    .max(4)
    .describe('Queries with an expectation; all of them must hold.')
    .meta({ examples: [['error-rate']] }),
  settle: duration('1m', '2m').describe('How long after the change nothing is measured yet.'),
  within: duration('10m', '30m').describe('How long it is measured.'),
  samples: z
    .int()
    .min(1)
    .max(30)
    .default(3)
    .describe('So many measurements in a row must hold.')
    .meta({ examples: [5] }),
});

const FallbackEntry = z.strictObject({
  banner: z
    .string()
    .min(1)
    .max(150)
    .describe('What everybody reads while it serves.')
    .meta({ examples: ['The popularity model serves, not the personal one'] }),
  back: Name.describe('The action that switches back.').meta({ examples: ['personal-model'] }),
  remind: duration('4h', '2h').describe('How often somebody is reminded.'),
});

const targets = Object.fromEntries(
  Object.entries(TARGETS).map(([kind, schema]) => [
    kind,
    (schema as z.ZodType).optional().describe(schema.description ?? ''),
  ]),
) as { [K in TargetKind]: z.ZodOptional<(typeof TARGETS)[K]> };

/** Something that Tocsin can do; exactly one kind of system per entry. */
export const ActionEntry = z
  .strictObject({
    title: z
      .string()
      .min(1)
      .max(75)
      .describe('What it does, as a person would ask for it.')
      .meta({ examples: ['Roll back to the last known good model'] }),
    verb: z
      .enum(ACTION_VERBS)
      .default('run')
      .describe('What people type: `/incident rollback`, `/incident retrain` or `/incident run`.')
      .meta({ examples: ['rollback'] }),
    risk: z
      .enum(RISKS)
      .default('medium')
      .describe(
        '`low`: one person alone; `medium`: who types the name of what is changed; `high`: a second person, never the one who asked.',
      )
      .meta({ examples: ['high'] }),
    environments: z
      .array(EnvironmentName)
      .max(10)
      .default([])
      .describe('Where it can be done; everywhere without.')
      .meta({ examples: [['prod']] }),
    may: People.describe('Who may ask for it and let it run; without it whoever may act on the service.').meta({
      examples: [['on-call', 'U0ANA']],
    }),
    approvers: People.describe('Who may approve what others ask for; without it as `may`.').meta({
      examples: [['lead']],
    }),
    inputs: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,30}$/), Input)
      .default({})
      .describe('What people may say beside it; `{name}` in the settings stands for it.')
      .meta({ examples: [{ city: { label: 'City', default: 'nyc' } }] }),
    verify: Verify.optional().describe('What says whether it has helped.'),
    heals: z
      .boolean()
      .default(true)
      .describe('`false` for what informs or asks, such as a ticket: it is done when it is done.')
      .meta({ examples: [false] }),
    otherwise: Name.optional()
      .describe('The action that is proposed when it did not help.')
      .meta({ examples: ['fallback'] }),
    takes: optionalDuration('8m').optional().describe('How long it usually takes.'),
    cost: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('What it costs.')
      .meta({ examples: ['about 40 € for 2 h of training'] }),
    cannot_undo: z
      .array(z.string().min(1).max(150))
      .max(5)
      .default([])
      .describe('What cannot be taken back.')
      .meta({ examples: [['Mails that it sends']] }),
    fallback: FallbackEntry.optional().describe('For what serves only until somebody switches back.'),
    ...targets,
  })
  .refine(...exactlyOne(...TARGET_KINDS));
export type ActionEntry = z.output<typeof ActionEntry>;

export const Actions = z.record(Name, ActionEntry);

const Guard = z
  .strictObject({
    changed_within: optionalDuration('2h')
      .optional()
      .describe('Only when something of the service was changed on purpose so recently.'),
    unchanged_within: optionalDuration('2h').optional().describe('Only when nothing of it was.'),
    query: Name.optional()
      .describe('Only when this answers within the limit beside it.')
      .meta({ examples: ['throttles'] }),
    above: z
      .number()
      .optional()
      .describe('The limit of `query`.')
      .meta({ examples: [0] }),
    at_least: z
      .number()
      .optional()
      .describe('The limit of `query`.')
      .meta({ examples: [0.3] }),
    below: z
      .number()
      .optional()
      .describe('The limit of `query`.')
      .meta({ examples: [2] }),
    at_most: z
      .number()
      .optional()
      .describe('The limit of `query`.')
      .meta({ examples: [10] }),
  })
  .refine(...exactlyOne('changed_within', 'unchanged_within', 'query'))
  .refine(
    ({ query, above, at_least, below, at_most }) =>
      [above, at_least, below, at_most].filter((one) => one !== undefined).length === (query === undefined ? 0 : 1),
    'A query, and only a query, has one limit beside it: above, at_least, below or at_most',
  );

/** When something is proposed, or done, without anybody asking for it. */
export const AutopilotEntry = z.strictObject({
  name: Name.describe('What the rule is called.').meta({ examples: ['errors-after-deployment'] }),
  when: z
    .strictObject({
      alarms: z
        .array(Name)
        .max(20)
        .default([])
        .describe('Alarms of this file by their `id`; any without.')
        .meta({ examples: [['api-errors']] }),
      severity: SeverityName.optional()
        .describe('Only when it is at least so bad.')
        .meta({ examples: ['P1'] }),
      class: ClassName.optional()
        .describe('Only for this kind of trouble.')
        .meta({ examples: ['drift'] }),
      for: optionalDuration('5m').optional().describe('Only when it has lasted so long.'),
    })
    .describe('The incidents that it is for.'),
  environments: z
    .array(EnvironmentName)
    .max(10)
    .default(['prod'])
    .describe('Where it holds.')
    .meta({ examples: [['prod', 'staging']] }),
  guards: z.array(Guard).max(6).default([]).describe('What must be true besides; what cannot be told is not true.'),
  action: Name.describe('What is proposed, or done.').meta({ examples: ['rollback'] }),
  mode: z
    .enum(['propose', 'run'])
    .default('propose')
    .describe(
      '`propose` shows it on the card; `run` does it, as long as nobody has taken over. What is of high risk is only ever proposed.',
    )
    .meta({ examples: ['run'] }),
  cool_down: duration('1h', '30m').describe('How long after one time it is not done again.'),
  daily_cap: z
    .int()
    .min(1)
    .max(20)
    .default(2)
    .describe('How often a day at most.')
    .meta({ examples: [3] }),
});
export type AutopilotEntry = z.output<typeof AutopilotEntry>;
