/** One metric of CloudWatch, as one statistic of it. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `p95`, … in CloudWatch's words. */
  readonly stat: string;
  readonly periodSeconds: number;
}

/** What can be asked of a system. Texts may hold `{placeholders}`, which the environment's values replace. */
export type Ask =
  | {
      readonly kind: 'cloudwatch';
      /** By the ids that `expression` names them with; one metric needs no expression. */
      readonly metrics: Readonly<Record<string, MetricQuery>>;
      readonly expression: string | null;
    }
  | { readonly kind: 'logs'; readonly groups: readonly string[]; readonly query: string; readonly sinceMs: number }
  | { readonly kind: 'prometheus'; readonly query: string }
  | {
      readonly kind: 'http';
      readonly url: string;
      /** Path into a JSON answer, such as `version` or `stats.last_hour`; `null`: the status alone is the answer. */
      readonly pick: string | null;
    }
  | { readonly kind: 'mlflow'; readonly model: string; readonly alias: string | null; readonly stage: string | null }
  | { readonly kind: 'endpoint'; readonly endpoint: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'schedule'; readonly rule: string; readonly bus: string | null };

/** When an answer is well; without one a person judges. */
export type Expectation =
  | {
      readonly kind: 'number';
      readonly direction: 'above' | 'below';
      readonly limit: number;
      readonly inclusive: boolean;
    }
  | { readonly kind: 'text'; readonly equals: string };

/** A question with a name, asked by grades, evidence and check steps alike. */
export interface Query {
  readonly name: string;
  /** What is measured, as people say it: `Error rate`. */
  readonly label: string;
  /** CloudWatch's words: `Percent`, `Milliseconds`, `Seconds`, `Count`, …; `Share` is a part of one, shown as percent. */
  readonly unit: string | null;
  readonly ask: Ask;
  readonly expect: Expectation | null;
}

/** What a system answered. */
export interface Answer {
  /** One line for people, plain text: `3.1 %`, `InService with config v41 since 02:10 UTC`. */
  readonly text: string;
  /** What `equals` is compared with, where the line says more than that: `InService`, `ENABLED`, `200`, `7`. */
  readonly word?: string;
  /** The number in it, in the query's unit; `null` where there is none. */
  readonly value: number | null;
  /** When the newest sample was taken, epoch ms; `null` when the system does not say. */
  readonly at: number | null;
  /** More lines, such as log messages, at most ten; plain text. */
  readonly rows: readonly string[];
  /** The course of the number over the asked time, oldest first; empty where there is none. */
  readonly series: readonly Series[];
}

export interface Series {
  readonly label: string;
  /** `[epoch ms, value]` */
  readonly points: readonly (readonly [number, number])[];
}

/** Whether an answer is as expected; `null` when nobody said what is, or it could not be told. */
export function isAsExpected(
  { expect }: Pick<Query, 'expect'>,
  { value, text, word }: Pick<Answer, 'value' | 'text' | 'word'>,
): boolean | null {
  if (!expect) return null;
  if (expect.kind === 'text') return (word ?? text) === expect.equals;
  if (value === null) return null;
  if (value === expect.limit) return expect.inclusive;
  return expect.direction === 'above' ? value > expect.limit : value < expect.limit;
}
