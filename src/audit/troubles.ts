import { type AuditReport, LATE_S, type Lateness, QUEUES, secondsInWords, timeInWords } from './finding.ts';

/** Something that operators must hear, in words: what is wrong, since when, what to do. */
export interface Trouble {
  /** The same trouble has the same cause. */
  readonly cause: string;
  readonly since: number;
  /** A few words without a full stop. */
  readonly subject: string;
  readonly text: string;
}

export interface Seen {
  /** `null`: the audit has not looked yet. */
  readonly report: AuditReport | null;
  /** Since when this process could have looked, epoch ms. */
  readonly startedAt: number;
  /** Since when Slack has not taken what waits for it, epoch ms; `null`: it does, or nothing waits. */
  readonly slackAwaySince: number | null;
  /** How long ago it has looked, or began. */
  readonly silentMs: number;
  readonly now: number;
}

/** So long the audit may not look. */
export const SILENT_MS = 90_000;
/** So long Slack may be away while something waits for it. */
export const SLACK_PATIENCE_MS = 120_000;
const SHOWN = 5;

/** Everything that is wrong now. */
export function troublesOf({ report, startedAt, slackAwaySince, silentMs, now }: Seen): Trouble[] {
  const silent = silentMs > SILENT_MS ? [silence(now - silentMs)] : [];
  const slack = slackAwaySince !== null && now - slackAwaySince > SLACK_PATIENCE_MS ? [away(slackAwaySince)] : [];
  // An old report says nothing of now.
  return [...silent, ...slack, ...(report && silent.length === 0 ? ofReport(report, startedAt) : [])];
}

function silence(since: number): Trouble {
  return {
    cause: 'audit silent',
    since,
    subject: 'Tocsin cannot look at its deadlines',
    text: `Tocsin has not been able to look at its own deadlines since ${timeInWords(since)}. While Redis is away, alarms are refused with 503 and nobody is paged. Look at /readyz and at Redis.`,
  };
}

function away(since: number): Trouble {
  return {
    cause: 'slack away',
    since,
    subject: 'Slack does not take messages',
    text: `Slack has not taken messages of Tocsin since ${timeInWords(since)}, and some wait. Pages go out by SMS, mail and calls where the policy names them. Look at /readyz, at the token and at https://slack-status.com.`,
  };
}

function ofReport(report: AuditReport, startedAt: number): Trouble[] {
  const queues = Object.keys(QUEUES) as (keyof Lateness)[]; // the record has these keys and no others
  const late = queues.filter((queue) => report.latenessSeconds[queue] > LATE_S).map((queue) => lateness(queue, report));
  return [
    ...late,
    ...(report.findings.length > 0 ? [wrong(report)] : []),
    ...(report.isRoundInTime ? [] : [unchecked(report, startedAt)]),
  ];
}

function lateness(queue: keyof Lateness, { at, latenessSeconds }: AuditReport): Trouble {
  const seconds = latenessSeconds[queue];
  return {
    cause: `late ${queue}`,
    since: at - seconds * 1_000,
    subject: `Late: ${QUEUES[queue]}`,
    text: `The most overdue of the ${QUEUES[queue]} is ${secondsInWords(seconds)} late, since ${timeInWords(at - seconds * 1_000)}. Look at the log and at /readyz: a process hangs, or there is too much for it. Restarting Tocsin is safe, nothing is lost by it.`,
  };
}

function wrong({ findings }: AuditReport): Trouble {
  const since = Math.min(...findings.map((finding) => finding.since));
  return {
    cause: 'findings',
    since,
    subject: 'The audit found what it cannot mend',
    text: `Since ${timeInWords(since)}: ${sentences(findings)} Look after these incidents by hand (/incident show), and report this with the log: Tocsin has made a mistake.`,
  };
}

/** The texts of the first few, and how many more there are. */
export function sentences(findings: readonly { readonly text: string }[], more = 0): string {
  const left = findings.length - SHOWN + more;
  const shown = findings.slice(0, SHOWN).map(({ text }) => text);
  return [...shown, ...(left > 0 ? [`And ${left} more.`] : [])].join(' ');
}

function unchecked({ at, roundSeconds }: AuditReport, startedAt: number): Trouble {
  const since = Math.max(startedAt, roundSeconds === null ? 0 : at - roundSeconds * 1_000);
  return {
    cause: 'round',
    since,
    subject: 'Not all open incidents are checked',
    text: `The audit has not come round all open incidents since ${timeInWords(since)}. Those that it has not reached may lack a deadline. Look at the log for “a chore of the sweep failed”.`,
  };
}
