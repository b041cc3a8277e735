import type { Alert } from '../../src/domain/alert.ts';
import { type Ruling, UNGRADED } from '../../src/domain/grading.ts';
import type { AlarmRule, Service } from '../../src/domain/service.ts';

/** What a service file leaves out, as a service has it. */
export const PLAIN_SERVICE = {
  environments: {},
  calendar: { zone: 'UTC', days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, holidays: [] },
  severities: {
    P0: { answerWithin: null, means: null },
    P1: { answerWithin: null, means: null },
    P2: { answerWithin: null, means: null },
    P3: { answerWithin: null, means: null },
  },
  roles: {},
  rotations: {},
  escalation: null,
  queries: {},
  actions: {},
  autopilot: [],
  runbooks: {},
  evidence: { show: [], graph: null, lookBackMs: 10_800_000 },
  signals: [],
  changes: [],
} as const satisfies Partial<Service>;

/** What most rules leave out. */
export const PLAIN_RULE = {
  id: 'alarms[0]',
  when: { source: null, namespace: null, metric: null, labels: {} },
  grades: null,
  paging: null,
  answerWithin: null,
  evidence: [],
} as const satisfies Partial<AlarmRule>;

/** What alarms of CloudWatch do not have. */
export const PLAIN_ALERT = { annotations: {}, isReport: false, repeats: false } as const satisfies Partial<Alert>;

/** Decided by a rule that knows no values. */
export const BY_RULE: Ruling = {
  by: 'rule',
  rule: 'alarms[0]',
  ...UNGRADED,
};

/** What an incident has before anything was graded, gathered or ticked. */
export const PLAIN_INCIDENT = {
  runbook: null,
  answerDue: {},
  severityBy: 'tocsin',
  chosen: null,
  easing: null,
  evidence: null,
  overdueAt: null,
  steps: [],
  escalation: null,
  deadlines: [],
  runs: [],
  proposals: [],
} as const;
