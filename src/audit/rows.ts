import { type AuditReport, LATE_S, type Lateness, QUEUES, secondsInWords } from './finding.ts';
import { SILENT_MS, sentences } from './troubles.ts';

/** One line of `/readyz` and of `/incident health`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface RowsOf {
  /** `null`: it has not looked yet. */
  readonly report: AuditReport | null;
  readonly startedAt: number;
  /** What became of the last heartbeat, in words. */
  readonly heartbeat: string;
  readonly now: number;
}

/** What the audit says of itself, of pages and of its heartbeat. */
export function rowsOf(of: RowsOf): Check[] {
  return [pages(of), audit(of), { name: 'heartbeat', ok: true, detail: of.heartbeat }];
}

function pages({ report, ...of }: RowsOf): Check {
  const name = 'pages';
  if (!report || isSilent(report, of)) return { name, ok: !isSilent(report, of), detail: 'could not tell' };
  const late = lateIn(['pages', 'letters', 'news'], report);
  const detail = `${report.pagesOnTheirWay} on their way, ${late === '' ? 'none late' : late}`;
  return { name, ok: late === '', detail };
}

function audit({ report, ...of }: RowsOf): Check {
  const name = 'audit';
  if (isSilent(report, of)) {
    const seconds = (of.now - (report?.at ?? of.startedAt)) / 1_000;
    return { name, ok: false, detail: `could not look for ${secondsInWords(seconds)}: what is late is not known` };
  }
  if (!report) return { name, ok: true, detail: 'could not tell: it begins in a moment' };
  const late = lateIn(['timers'], report);
  const wrong = [
    ...(late === '' ? [] : [late]),
    ...(report.findings.length > 0 ? [sentences(report.findings)] : []),
    ...(report.isRoundInTime ? [] : ['not all open incidents have been checked']),
  ];
  return { name, ok: wrong.length === 0, detail: wrong.length > 0 ? wrong.join('; ') : wellWords(report) };
}

function wellWords({ checked, roundSeconds }: AuditReport): string {
  if (checked === null || roundSeconds === null) return 'nothing late; the first round of all open incidents goes on';
  return `nothing late; ${checked} open incidents checked, ${secondsInWords(roundSeconds)} ago`;
}

function lateIn(queues: readonly (keyof Lateness)[], { latenessSeconds }: AuditReport): string {
  return queues
    .filter((queue) => latenessSeconds[queue] > LATE_S)
    .map((queue) => `${QUEUES[queue]} are ${secondsInWords(latenessSeconds[queue])} late`)
    .join(', ');
}

function isSilent(report: AuditReport | null, { startedAt, now }: Omit<RowsOf, 'report'>): boolean {
  return now - (report?.at ?? startedAt) > SILENT_MS;
}
