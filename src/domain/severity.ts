/** P0 is the worst. The words are the field's; what they mean per service is the service file's business. */
export const SEVERITIES = ['P0', 'P1', 'P2', 'P3'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  P0: 'critical outage',
  P1: 'critical',
  P2: 'warning',
  P3: 'advice',
};

/** Whether `a` is worse than `b`. */
export function isWorse(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

/** The worst of some; `null` of none. */
export function worstOf(severities: readonly Severity[]): Severity | null {
  return SEVERITIES.find((one) => severities.includes(one)) ?? null;
}

/** What kind of trouble it is: statistics are kept per class, and runbooks hang on it. */
export const INCIDENT_CLASSES = ['ingestion', 'drift', 'model-quality', 'system', 'pipeline'] as const;
export type IncidentClass = (typeof INCIDENT_CLASSES)[number];

export const CLASS_WORDS: Readonly<Record<IncidentClass, string>> = {
  ingestion: 'data ingestion',
  drift: 'drift',
  'model-quality': 'model quality',
  system: 'endpoint and infrastructure',
  pipeline: 'pipeline',
};
