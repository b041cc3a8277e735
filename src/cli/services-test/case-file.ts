import { z } from 'zod';
import type { FieldSchema } from '../../config/field-schema.ts';
import { ClassName, EnvironmentName, exactlyOne, Name, SeverityName } from '../../config/file-fields.ts';
import { type FileKind, readYaml } from '../../config/yaml-file.ts';
import { ALERT_SOURCES } from '../../domain/alert.ts';
import { durationText, parseDuration } from '../../domain/duration.ts';

const Texts = z.record(z.string().min(1), z.string());

/** An alert in a few words; whatever is left out, it does not have. */
export const GivenAlert = z.strictObject({
  source: z.enum(ALERT_SOURCES).default('cloudwatch').describe('Where it comes from.'),
  name: z.string().min(1).describe("The source's name of the condition."),
  state: z.enum(['firing', 'recovered', 'unknown']).default('firing').describe('What the source says.'),
  labels: Texts.default({}).describe('Labels, or tags.'),
  annotations: Texts.default({}).describe('Texts that the rule of the source adds.'),
  namespace: z.string().min(1).optional().describe('Namespace of its metric.'),
  metric: z.string().min(1).optional().describe('Its metric.'),
  dimensions: Texts.default({}).describe('Dimensions of its metric.'),
  value: z.number().optional().describe('What was measured.'),
  threshold: z.number().optional().describe("The source's own limit."),
  report: z.boolean().default(false).describe('It reports a value, and leaves the judging to the rule.'),
});
export type GivenAlert = z.infer<typeof GivenAlert>;

/** Written as in service files; `24h` and `1d` are the same. */
const AnswerWords = z
  .string()
  .refine(
    (text) => text === 'none' || text === 'next business day' || parseDuration(text) !== null,
    'Write a duration (15m, 4h), next business day, or none',
  )
  .transform((text) => {
    const ms = parseDuration(text);
    return ms === null ? text : durationText(ms);
  });

export const Moment = z.iso
  .datetime({ offset: true, error: 'Write a moment such as 2026-03-01T12:00:00Z' })
  .transform((text) => Date.parse(text));

const Expected = z
  .strictObject({
    service: z.string().min(1).optional().describe('Name of the service that has it.'),
    rule: z
      .string()
      .min(1)
      .optional()
      .describe('`id` of the rule that decides, or its place; `none` when no rule claims it.'),
    severity: SeverityName.optional().describe('How bad it is.'),
    class: ClassName.optional().describe('What kind of trouble it is.'),
    environment: EnvironmentName.optional().describe('Where it belongs to.'),
    title: z.string().min(1).optional().describe('What a person reads.'),
    runbook: z.string().min(1).optional().describe('Name or address of its runbook, or `none`.'),
    advice: z.string().min(1).optional().describe('What the grade says to do, or `none`.'),
    page: z
      .enum(['any hour', 'working hours', 'nobody'])
      .optional()
      .describe('Whom it wakes; what opens no incident wakes nobody.'),
    answer_within: AnswerWords.optional().describe('How soon somebody must answer, or `none`.'),
    answer_by: Moment.transform((at) => new Date(at).toISOString())
      .optional()
      .describe('The moment by which somebody must answer.'),
    state: z
      .enum(['firing', 'recovered', 'unknown'])
      .optional()
      .describe('What it says, after the rule has judged a report.'),
    opens: z.boolean().optional().describe('Whether it opens an incident when nothing is known about it yet.'),
  })
  .refine((expect) => Object.keys(expect).length > 0, 'Write at least one thing that is expected');
/** What may be expected of an alert, each as the text that a person writes. */
export type Expected = z.infer<typeof Expected>;

export const RecordedMessage = z.union([z.string().min(1), z.record(z.string(), z.unknown())], {
  error: 'A message as its source sends it',
});

const Case = z
  .strictObject({
    name: z.string().min(1).max(150).describe('What is tried, in words.'),
    alert: GivenAlert.optional().describe('The alert, in a few words.'),
    message: RecordedMessage.optional().describe(
      'Or a message with one alert, as its source sends it: what SNS carries, an alert of Alertmanager or Grafana, an event.',
    ),
    values: z.record(Name, z.number()).default({}).describe('What queries answer, by their name.'),
    at: Moment.default(Date.UTC(2026, 2, 2, 12)).describe('When it comes; a Monday at noon (UTC) without it.'),
    expect: Expected.describe('What is to become of it.'),
  })
  .refine(...exactlyOne('alert', 'message'));
export type Case = z.infer<typeof Case>;

const CaseFile = z.array(Case).min(1).meta({ id: 'Cases', title: 'Alerts, and what is to become of them' });

const CASES: FileKind<Case[]> = { schema: CaseFile, described: caseSchema };

/** The schema of what a person writes into a file of cases, for editors. */
export function caseSchema(): FieldSchema {
  const { $defs, $schema } = z.toJSONSchema(CaseFile, { io: 'input' });
  const cases = $defs?.Cases;
  if (!cases) throw new Error('The schema of cases has lost its name.');
  return { $schema, ...cases } as FieldSchema; // JSON Schema as zod writes it
}

/** Reads one file of cases, or says everything that is wrong with it, where, and what to write instead. */
export function readCases(yaml: string, file: string) {
  return readYaml(yaml, file, CASES);
}
