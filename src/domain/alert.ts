/** What a source says about one condition. `unknown` is CloudWatch's INSUFFICIENT_DATA: it could not tell. */
export type AlertState = 'firing' | 'recovered' | 'unknown';

/** One number that was compared with one limit. Either side may be missing: a composite alarm has neither. */
export interface Measurement {
  readonly metric: string | null;
  readonly namespace: string | null;
  /** Sorted by name, so that two messages about one metric are equal. */
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  /** `average`, `sum`, `p95`, …: basic statistics in lower case, others in the source's own word. */
  readonly statistic: string | null;
  readonly unit: string | null;
  /** The newest datapoint that was compared, where the source sends one as data or in its standard sentence. */
  readonly value: number | null;
  /** The value was read from a sentence, which may be anybody's words: it is shown, and decides nothing. */
  readonly isFromProse?: true;
  readonly threshold: number | null;
  /** How they relate when it fires: `above`, `at or above`, `below`, `at or below`, `outside the band`, `below the band`, `above the band`. */
  readonly comparison: string | null;
  /** Length of one evaluation period in seconds, and how many of them. */
  readonly periodSeconds: number | null;
  readonly periods: number | null;
}

/** Where alarms come from. `event` is what senders of their own post, `signal` the silence of one that was expected to speak. */
export const ALERT_SOURCES = [
  'cloudwatch',
  'eventbridge',
  'sns',
  'alertmanager',
  'grafana',
  'event',
  'signal',
] as const;
export type AlertSource = (typeof ALERT_SOURCES)[number];

/** One thing that a source says about one condition, in words that no source owns. Times are epoch milliseconds. */
export interface Alert {
  /**
   * Versioned identity of the condition: `cw:1:<account>/<region>/<alarm name>[#<contributor>]`, `eb:1:…`, `am:1:<fingerprint>`,
   * `gf:1:<org>/<fingerprint>`, `ev:1:<name>[#<dedup>]`, `signal:1:<service>/<environment>/<name>`. Never the subject line, never
   * a display name of a region.
   */
  readonly key: string;
  readonly source: AlertSource;
  /** The source's name of the condition, which `services/*.yml` match on. */
  readonly name: string;
  readonly state: AlertState;
  /** When the source changed its mind: orders messages about one condition, whatever order they arrive in. */
  readonly changedAt: number;
  /** When the message reached Tocsin. */
  readonly receivedAt: number;
  /** Which of the many series of one alarm this is about: `i-0a1b2c3d`. Absent where an alarm has but one. */
  readonly part?: string;
  /** The source's own sentence about why, one line, unescaped foreign text. */
  readonly reason: string;
  readonly description: string | null;
  readonly account: string | null;
  readonly region: string | null;
  readonly measurement: Measurement | null;
  /** Names of the alarms that made a composite alarm fire. */
  readonly children: readonly string[];
  /** Attributes of the contributor of a multi-series alarm, and tags that the source sent along. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts that the source's rule adds to the alarm (Alertmanager, Grafana, events): a summary, a value, a baseline. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The sender reports a value and leaves the judging to the rule: it fires while the value reaches one of the rule's grades. */
  readonly isReport: boolean;
  /**
   * The source says so again and again while it lasts (Alertmanager, Grafana): that it fires, said long after a recovery, is news even
   * with a start before that recovery.
   */
  readonly repeats: boolean;
  /** A page about this condition in the source's own console. */
  readonly url: string | null;
}
