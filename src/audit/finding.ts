/**
 * What the audit finds. Mended at once, because that does no harm: `timer` (the time to look at an incident was lost), `page` (a
 * page was in no queue), `gone` (a trace of an incident that is not there). For people: `stuck` (a page that nobody sends),
 * `no_step` (nobody is told any more, and nothing says why), `unreadable` (an incident that cannot be read).
 */
export type FindingKind = 'timer' | 'page' | 'gone' | 'stuck' | 'no_step' | 'unreadable';

export interface Finding {
  readonly kind: FindingKind;
  readonly incident: string;
  /** One sentence for operators, plain text. */
  readonly text: string;
  /** When it was found first, epoch ms. */
  readonly since: number;
  readonly isMended: boolean;
}

export interface Lateness {
  /** How late the most overdue one is, in seconds; 0: none is. */
  readonly timers: number;
  readonly pages: number;
  readonly letters: number;
  readonly news: number;
}

/** What the audit knew when it last looked. */
export interface AuditReport {
  /** Epoch ms. */
  readonly at: number;
  readonly ok: boolean;
  /** What is not mended. */
  readonly findings: readonly Finding[];
  readonly latenessSeconds: Lateness;
  /** Targets of pages that are being sent or tried again. */
  readonly pagesOnTheirWay: number;
  /** Incidents in the last full round, and how many of them opened without a policy; `null`: there was none yet. */
  readonly checked: number | null;
  readonly withoutPolicy: number | null;
  /** How long ago the last full round ended; `null`: there was none yet. */
  readonly roundSeconds: number | null;
  /** Whether all open incidents were checked in the time that it takes. */
  readonly isRoundInTime: boolean;
}

/** Later than that is trouble. */
export const LATE_S = 60;

/** How things late are called, by queue. */
export const QUEUES: Readonly<Record<keyof Lateness, string>> = {
  timers: 'deadlines of incidents',
  pages: 'pages',
  letters: 'direct messages about incidents',
  news: 'news for those who were paged',
};

/** `2026-11-22 02:10 UTC` */
export function timeInWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `75 s`, `12 min`, `3 h` */
export function secondsInWords(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
