import { z } from 'zod';
import type { FieldSchema } from '../../config/field-schema.ts';
import {
  ClassName,
  duration,
  EnvironmentName,
  exactlyOne,
  Name,
  optionalDuration,
  SeverityName,
} from '../../config/file-fields.ts';
import { type FileKind, readYaml } from '../../config/yaml-file.ts';
import { GivenAlert, Moment, RecordedMessage } from '../services-test/case-file.ts';
import { CLICKS, clickOf } from './clicks.ts';
import { EXPECTED_LINE } from './telling.ts';

const Values = z.record(Name, z.number());

const Person = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'A Slack user id, such as U0ANA');

const Declared = z.strictObject({
  service: z.string().min(1).describe('Name of the service.'),
  severity: SeverityName.describe('How bad it is.'),
  class: ClassName.default('system').describe('What kind of trouble it is.'),
  environment: EnvironmentName.default('prod').describe('Where.'),
  by: Person.default('U0DECLARER').describe('Who declares it.'),
});

const Happening = z
  .strictObject({
    after: optionalDuration('10m').describe('How long after the beginning.'),
    do: z
      .string()
      .refine((words) => clickOf(words, 'U0ANA') !== null, `Write one of ${CLICKS.join(', ')}`)
      .optional()
      .describe('What somebody does, as they type it after `/incident`.'),
    by: Person.default('U0ANA').describe('Who does it.'),
    alert: GivenAlert.optional().describe('An alert that comes then, or the recovery of one.'),
    message: RecordedMessage.optional().describe('The same as its source sends it.'),
    values: Values.optional().describe('What queries answer from then on.'),
  })
  .refine(...exactlyOne('do', 'alert', 'message', 'values'));

const PolicyCase = z
  .strictObject({
    name: z.string().min(1).max(150).describe('What is tried, in words.'),
    at: Moment.default(Date.UTC(2026, 2, 2, 12)).describe('When it begins; a Monday at noon (UTC) without it.'),
    alert: GivenAlert.optional().describe('The alert that opens the incident, in a few words.'),
    message: RecordedMessage.optional().describe('Or the same as its source sends it.'),
    declared: Declared.optional().describe('Or an incident that a person declares.'),
    values: Values.default({}).describe('What queries answer, by their name.'),
    happens: z.array(Happening).max(50).default([]).describe('What happens after that, in any order.'),
    for: duration('4h', '3d').describe('How long it is watched.'),
    expect: z
      .array(
        z
          .string()
          .regex(
            EXPECTED_LINE,
            'Write the time since the beginning, the level, who, and by which way: 0:15 L2 senior by dm',
          ),
      )
      .describe(
        'Who is told, in order: `0:15 L1 on-call by sms`, `1:30 L3 again manager by dm and the channel`, `0:15 L2 ml-lead by dm but not U0ANA`, `0:35 U0ANA is asked`, `0:45 U0ANA has it no more`. Empty: nobody.',
      ),
  })
  .refine(...exactlyOne('alert', 'message', 'declared'));
export type PolicyCase = z.infer<typeof PolicyCase>;
export type Happening = z.infer<typeof Happening>;

const PolicyCaseFile = z.array(PolicyCase).min(1).meta({ id: 'PolicyCases', title: 'Incidents, and who is told when' });

const CASES: FileKind<PolicyCase[]> = { schema: PolicyCaseFile, described: policyCaseSchema };

/** The schema of what a person writes into a file of cases, for editors. */
export function policyCaseSchema(): FieldSchema {
  const { $defs, $schema } = z.toJSONSchema(PolicyCaseFile, { io: 'input' });
  const cases = $defs?.PolicyCases;
  if (!cases) throw new Error('The schema of policy cases has lost its name.');
  return { $schema, ...cases } as FieldSchema; // JSON Schema as zod writes it
}

/** Reads one file of cases, or says everything that is wrong with it, where, and what to write instead. */
export function readPolicyCases(yaml: string, file: string) {
  return readYaml(yaml, file, CASES);
}
