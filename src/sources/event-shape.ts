import { z } from 'zod';
import { ok, type Result, reject } from '../domain/result.ts';
import { fieldsOf } from './foreign-fields.ts';
import { timeOf } from './foreign-time.ts';
import { webUrlOf } from './grouped-alert.ts';

/** Says what is missing or what it has to be, behind the name of the field. */
function must(be: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) => (input === undefined ? `is missing: ${be}` : `must be ${be}`),
  };
}

const text = (max: number) =>
  z.string(must('a text')).trim().min(1, 'must not be empty').max(max, `must not be longer than ${max} characters`);
const prose = z.string(must('a text'));
const number = z.number(must('a number, without quotes'));
const scalars = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()], must('a text, a number, true or false')),
  must('an object of texts'),
);

/** A local time without its zone could be any of 24 hours. */
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
const time = z
  .unknown()
  .refine(
    (at) => at == null || (timeOf(at) !== null && (typeof at !== 'string' || ISO.test(at))),
    'must be a time with its zone, such as 2026-11-22T05:58:00Z, or seconds or milliseconds since 1970',
  );

const common = {
  /** The sender's own id of this event: sent twice, it counts once. */
  id: text(200).nullish(),
  name: text(255),
  at: time.nullish(),
  environment: text(64).nullish(),
  service: text(128).nullish(),
  labels: scalars.nullish(),
};
const told = {
  ...common,
  unit: text(30).nullish(),
  threshold: number.nullish(),
  comparison: z
    .enum(['above', 'at or above', 'below', 'at or below'], must('above, at or above, below or at or below'))
    .nullish(),
  baseline: number.nullish(),
  metric: text(255).nullish(),
  annotations: scalars.nullish(),
  summary: prose.nullish(),
  description: prose.nullish(),
  url: z
    .unknown()
    .refine((url) => url == null || webUrlOf(url) !== null, 'must be an address that begins with https:// or http://')
    .optional(),
  /** Parts conditions of one name. */
  dedup: text(255).nullish(),
};

const AlertEvent = z.looseObject({
  ...told,
  kind: z.literal('alert'),
  status: z
    .enum(['firing', 'resolved', 'recovered', 'ok', 'unknown'], must('firing, resolved or unknown'))
    .default('firing'),
  value: number.nullish(),
});
const ReportEvent = z.looseObject({
  ...told,
  kind: z.literal('report'),
  value: number,
  status: z
    .undefined({
      error: 'must be left out: the rule of the service judges the value of a report; for a status send an alert',
    })
    .optional(),
});
const SignalEvent = z.looseObject({ ...common, kind: z.literal('signal') });
const ChangeEvent = z.looseObject({
  ...common,
  kind: z.literal('change'),
  change: z
    .enum(
      ['deployment', 'endpoint', 'pipeline', 'training', 'model', 'alarm', 'other'],
      must('deployment, endpoint, pipeline, training, model, alarm or other'),
    )
    .default('other'),
  summary: text(2_000),
  by: text(128).nullish(),
  url: told.url,
});

const KINDS = 'alert, report, signal or change';
const Event = z.discriminatedUnion('kind', [AlertEvent, ReportEvent, SignalEvent, ChangeEvent], {
  error: ({ input }) => {
    const event = fieldsOf(input);
    if (event === null) return 'must be an object';
    return event.kind === undefined ? `is missing: ${KINDS}` : `must be ${KINDS}`;
  },
});

export type AlertEvent = z.infer<typeof AlertEvent>;
export type ReportEvent = z.infer<typeof ReportEvent>;
export type SignalEvent = z.infer<typeof SignalEvent>;
export type ChangeEvent = z.infer<typeof ChangeEvent>;
export type SentEvent = AlertEvent | ReportEvent | SignalEvent | ChangeEvent;

const MOST_EVENTS = 100;
const PROBLEMS_SHOWN = 10;

/**
 * The events of a body: one, or a list of at most 100. Fields that nobody knows are left alone. Otherwise what is wrong, with the path
 * of each field; one wrong event refuses all.
 */
export function readEvents(value: unknown): Result<readonly SentEvent[]> {
  if (value === undefined)
    return reject('bad_input', 'The body is not JSON. NaN and Infinity are none: leave such a value out.');
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (all.length > MOST_EVENTS)
    return reject('bad_input', `The list has ${all.length} events: send at most ${MOST_EVENTS} at once.`);

  const read = all.map((one) => Event.safeParse(one));
  const problems = read.flatMap(({ error }, i) =>
    error ? sentencesOf(error, Array.isArray(value) ? `[${i}]` : '') : [],
  );
  if (problems.length > 0) return reject('bad_input', problems.slice(0, PROBLEMS_SHOWN).join(' · '));
  return ok(read.flatMap(({ data }) => (data ? [data] : [])));
}

function sentencesOf(error: z.ZodError, place: string): string[] {
  return error.issues.map(({ path, message }) => {
    const field = path.map(String).join('.').slice(0, 100);
    const at = [place, field].filter((part) => part !== '').join('.');
    return at === '' ? `The event ${message}` : `${at} ${message}`;
  });
}
