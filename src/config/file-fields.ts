import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { INCIDENT_CLASSES, SEVERITIES } from '../domain/severity.ts';

/** The example stands on the text itself: what is written into the file is not what the program gets. */
export const duration = (preset: string, example: string) => optionalDuration(example).prefault(preset);

/** A duration without a preset. */
export const optionalDuration = (example: string) =>
  z
    .string()
    .refine((text) => parseDuration(text) !== null, 'Write a duration as a number and a unit: 30s, 5m, 2h, 1d')
    .meta({ examples: [example] })
    .transform((text) => parseDuration(text) ?? 0);

export const HttpUrl = z
  .string()
  .regex(/^https?:\/\/\S+$/, 'A web address that begins with https:// or http://')
  .max(3_000);

/** An address that may begin with a placeholder of the environment, `{dashboard}/d/checkout`. */
export const UrlTemplate = z
  .string()
  .regex(
    /^(?:https?:\/\/|\{[a-z][a-z0-9_]*\})\S*$/,
    'A web address that begins with https://, http:// or a {placeholder} of the environment',
  )
  .max(3_000);

export const OneOrMore = z.union(
  [
    z
      .string()
      .min(1)
      .transform((one) => [one]),
    z
      .array(z.string().min(1))
      .min(1)
      .meta({ examples: [['checkout-prod-5xx', 'checkout-db-*']] }),
  ],
  { error: 'An alarm name, or a list of alarm names' },
);

export const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/, 'Lower-case letters, digits and dashes, such as error-rate');

export const EnvironmentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'Lower-case letters, digits and dashes, such as prod');

export const SeverityName = z.enum(SEVERITIES);
export const ClassName = z.enum(INCIDENT_CLASSES);

/** A time to answer: a span, or the end of the next working day. */
export const AnswerTimeText = z
  .string()
  .refine(
    (text) => text === 'next business day' || parseDuration(text) !== null,
    'Write a duration (15m, 4h), or: next business day',
  )
  .meta({ examples: ['4h'] })
  .transform((text) =>
    text === 'next business day'
      ? ({ kind: 'next_business_day' } as const)
      : ({ kind: 'within', ms: parseDuration(text) ?? 0 } as const),
  );

/** A refinement: of these fields exactly one is written. */
export function exactlyOne(...names: readonly string[]) {
  const written = (value: unknown) => {
    const fields = new Map(Object.entries(value ?? {}));
    return names.filter((name) => fields.get(name) !== undefined);
  };
  const error = ({ input }: { readonly input?: unknown }) => {
    const found = written(input);
    return `Write exactly one of ${names.join(', ')} (there ${found.length === 0 ? 'is none' : `are ${found.join(' and ')}`})`;
  };
  return [(value: object) => written(value).length === 1, { error }] as const;
}
