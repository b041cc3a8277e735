import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AuditReport } from '../audit/finding.ts';

/** Read when Prometheus asks, so that nothing is kept up to date for nobody. */
export interface LiveNumbers {
  readonly openIncidents: () => Promise<number>;
  readonly inboxBacklog: () => Promise<number>;
  readonly withoutCard: () => Promise<number>;
  readonly sweepLagSeconds: () => number;
  /** `null`: it has not looked, or cannot. */
  readonly audit?: () => AuditReport | null;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Everything that Tocsin tells Prometheus. `docs/operations.md` explains each name. */
export function createMetrics(live: LiveNumbers) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'tocsin_' });
  const gauge = (name: string, help: string, read: () => Promise<number> | number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        // While Redis is away its numbers are unknown, and all others must be seen all the more.
        this.set(
          await Promise.resolve()
            .then(read)
            .catch(() => Number.NaN),
        );
      },
    });

  gauge('tocsin_open_incidents', 'Incidents that are not resolved.', live.openIncidents);
  gauge('tocsin_inbox_backlog', 'Messages that are stored and not yet taken in.', live.inboxBacklog);
  gauge('tocsin_incidents_without_card', 'Incidents whose card Slack has not taken yet.', live.withoutCard);
  gauge(
    'tocsin_sweep_lag_seconds',
    'How late the most overdue deadline is, or the sweep itself.',
    live.sweepLagSeconds,
  );
  auditGauges(gauge, live);

  return {
    registry,
    auditFindings: new Counter({
      name: 'tocsin_audit_findings_total',
      help: 'What the audit of open incidents found wrong, mended or not, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    pages: pageMetrics(registers),
    webhooks: new Counter({
      name: 'tocsin_webhook_requests_total',
      help: 'Webhook requests by source and what became of them.',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    alarms: new Counter({
      name: 'tocsin_alarms_total',
      help: 'Alarms taken in, by state.',
      labelNames: ['state'],
      registers,
    }),
    interactions: new Counter({
      name: 'tocsin_slack_interactions_total',
      help: 'What people did in Slack, by kind and outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    ackSeconds: new Histogram({
      name: 'tocsin_slack_ack_seconds',
      help: 'How long Slack waited for the answer to an interaction; its limit is 3 s.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3],
      registers,
    }),
    cardSeconds: new Histogram({
      name: 'tocsin_alarm_to_card_seconds',
      help: 'From the receipt of the first alarm to the card in Slack.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
      registers,
    }),
    reconciled: new Counter({
      name: 'tocsin_reconciled_total',
      help: 'Changes that a source knew and Tocsin had not heard of, by source and what was found.',
      labelNames: ['source', 'found'],
      registers,
    }),
    reconciledAt: new Gauge({
      name: 'tocsin_reconciled_timestamp_seconds',
      help: 'When this process last compared open incidents with their sources; the newest of all processes counts.',
      registers,
    }),
    setAside: new Counter({
      name: 'tocsin_inbox_set_aside_total',
      help: 'Messages that could not be taken in and were set aside.',
      registers,
    }),
    blindPosts: new Counter({
      name: 'tocsin_slack_blind_posts_total',
      help: 'Unanswered posts that could not be looked for, so that they may have come twice.',
      registers,
    }),
  };
}

type MakeGauge = (name: string, help: string, read: () => Promise<number> | number) => unknown;

/** What the audit saw when it last looked; `NaN`: it does not look. */
function auditGauges(gauge: MakeGauge, { audit }: Pick<LiveNumbers, 'audit'>): void {
  const ofAudit = (name: string, help: string, read: (report: AuditReport) => number | null) =>
    gauge(name, help, () => {
      const report = audit?.() ?? null;
      return (report && read(report)) ?? Number.NaN;
    });
  ofAudit(
    'tocsin_timers_overdue_seconds',
    'How late the most overdue deadline of an incident was when the audit looked.',
    ({ latenessSeconds }) => latenessSeconds.timers,
  );
  ofAudit(
    'tocsin_pages_overdue_seconds',
    'How long the longest waiting page, direct message or news of an incident had been due when the audit looked.',
    ({ latenessSeconds: { pages, letters, news } }) => Math.max(pages, letters, news),
  );
  gauge('tocsin_audit_ok', '1 while the audit looks and finds nothing wrong, else 0.', () =>
    audit?.()?.ok === true ? 1 : 0,
  );
  ofAudit('tocsin_audit_last_timestamp_seconds', 'When the audit of this process last looked.', ({ at }) => at / 1_000);
  ofAudit(
    'tocsin_audit_round_age_seconds',
    'How long ago all open incidents had been checked one by one.',
    ({ roundSeconds }) => roundSeconds,
  );
  ofAudit(
    'tocsin_open_incidents_without_policy',
    'Open incidents that page nobody, because their service file had no policy when they opened.',
    ({ withoutPolicy }) => withoutPolicy,
  );
}

/** What becomes of pages: of each attempt, and how long after it was decided. */
function pageMetrics(registers: Registry[]) {
  const attempts = new Counter({
    name: 'tocsin_page_attempts_total',
    help: 'Attempts to page somebody, by way and what became of them.',
    labelNames: ['way', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'tocsin_page_seconds',
    help: 'From the decision to page somebody to the page being out.',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300],
    registers,
  });
  return {
    /** `ms` since the page was decided. */
    counted(way: string, outcome: 'sent' | 'failed' | 'given_up', ms: number): void {
      attempts.inc({ way, outcome });
      if (outcome === 'sent') seconds.observe(Math.max(0, ms) / 1_000);
    },
  };
}
