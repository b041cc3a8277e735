import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import type { Service } from '../domain/service.ts';
import { INCIDENT_CLASSES, SEVERITIES } from '../domain/severity.ts';

const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'Write a duration as a number and a unit: 30s, 5m, 2h, 1d')
  .transform((text) => parseDuration(text) ?? 0)
  .meta({ examples: ['5m'] });

const HttpUrl = z.url({ protocol: /^https?$/, error: 'A web address that begins with https:// or http://' }).max(3_000);
const OneOrMore = z.union([
  z
    .string()
    .min(1)
    .transform((one) => [one]),
  z.array(z.string().min(1)).min(1),
]);

const AlarmRule = z.strictObject({
  match: OneOrMore.describe(
    'Alarm names; `*` matches any run of characters. Case matters. The first rule that matches decides.',
  ),
  severity: z.enum(SEVERITIES).describe('How bad it is: P0 is the worst, P3 wakes nobody.'),
  class: z.enum(INCIDENT_CLASSES).default('system').describe('What kind of trouble it is.'),
  environment: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'Lower-case letters, digits and dashes, such as prod')
    .default('prod')
    .describe('Alarms of different environments never share an incident.'),
  title: z.string().min(1).max(150).optional().describe("What a person reads instead of the alarm's name."),
  runbook: HttpUrl.optional().describe('What to do about this alarm.'),
  opens_on_no_data: z.boolean().default(false).describe('Whether "insufficient data" opens an incident.'),
});

/** One service file. */
export const ServiceFile = z
  .strictObject({
    title: z.string().min(1).max(60).optional().describe('Name on the card; the file name without it.'),
    owner: z.string().min(1).max(60).describe('The team, as shown on the card.'),
    channel: z
      .string()
      .regex(
        /^[CG][A-Z0-9]{2,}$/,
        'A Slack channel id, such as C0123ABCD (in Slack: channel details, at the very bottom)',
      )
      .describe('Id of the Slack channel where cards are posted.'),
    responders: z
      .array(z.string().regex(/^[UWS][A-Z0-9]{2,}$/, 'A Slack user id (U…) or user-group id (S…)'))
      .default([])
      .describe('Who may act: user ids and user-group ids. Empty: everybody who can see the channel.'),
    fallback: z
      .boolean()
      .default(false)
      .describe('Takes alarms that match no rule, and notices to operators. One service at most.'),
    alarms: z.array(AlarmRule).default([]).describe('Which alarms belong here and what they mean.'),
    links: z
      .array(z.strictObject({ label: z.string().min(1).max(40), url: HttpUrl }))
      .max(5)
      .default([])
      .describe('Pages that somebody will want during an incident: dashboard, runbook.'),
    grouping: Duration.prefault('10m').describe('An alarm this soon after the last one joins the open incident.'),
    reopen: Duration.prefault('30m').describe('A resolved incident whose alarm fires again this soon is reopened.'),
    recovery: z
      .strictObject({
        end: z
          .enum(['resolve', 'ask'])
          .default('resolve')
          .describe('Resolve by itself, or ask the owner for the closing note.'),
        watch: Duration.prefault('5m').describe('How long a recovery is watched before it counts.'),
      })
      .prefault({})
      .describe('What happens when every alarm of an incident has recovered.'),
  })
  .meta({ id: 'Service', title: 'A service that Tocsin looks after' });

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Reads every `*.yml` of a folder, in the order of their names, or throws one message with everything that is wrong. */
export function readServices(dir: string): Service[] {
  const files = readdirSync(dir)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort();
  if (files.length === 0)
    throw new Error(
      `There is no service file in ${dir}: Tocsin would not know where to post. Add ${dir}/my-service.yml.`,
    );

  const read = files.map((file) => parseService(readFileSync(join(dir, file), 'utf8'), basename(file)));
  const problems = [
    ...read.flatMap((one) => (one.ok ? [] : [one.problem])),
    ...acrossFiles(read.flatMap((one) => (one.ok ? [one.service] : []))),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return read.flatMap((one) => (one.ok ? [one.service] : []));
}

type Parsed = { readonly ok: true; readonly service: Service } | { readonly ok: false; readonly problem: string };

/** Reads one file, or says everything that is wrong with it and where. */
export function parseService(yaml: string, file: string): Parsed {
  const name = file.replace(/\.ya?ml$/, '');
  if (!NAME.test(name))
    return {
      ok: false,
      problem: `${file}: name the file in lower-case letters, digits and dashes; the service is called so.`,
    };
  const document = parseDocument(yaml);
  const [broken] = document.errors;
  if (broken) return { ok: false, problem: `${file} is not valid YAML: ${broken.message}` };
  const parsed = ServiceFile.safeParse(document.toJS());
  if (!parsed.success) return { ok: false, problem: `${file} is not valid:\n${z.prettifyError(parsed.error)}` };
  return { ok: true, service: toService(name, parsed.data) };
}

function toService(name: string, file: z.infer<typeof ServiceFile>): Service {
  return {
    name,
    title: file.title ?? name,
    owner: file.owner,
    channel: file.channel,
    responders: file.responders,
    fallback: file.fallback,
    rules: file.alarms.map((rule) => ({
      match: rule.match,
      severity: rule.severity,
      incidentClass: rule.class,
      environment: rule.environment,
      title: rule.title ?? null,
      runbook: rule.runbook ?? null,
      opensOnNoData: rule.opens_on_no_data,
    })),
    links: file.links,
    groupingMs: file.grouping,
    reopenMs: file.reopen,
    recovery: { end: file.recovery.end, watchMs: file.recovery.watch },
  };
}

function acrossFiles(services: readonly Service[]): string[] {
  const fallbacks = services.filter(({ fallback }) => fallback).map(({ name }) => name);
  return fallbacks.length > 1
    ? [`Only one service can be the fallback, but ${fallbacks.join(' and ')} say so: choose one.`]
    : [];
}
