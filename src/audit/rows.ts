import { type AuditReport, LATE_S, type Lateness, QUEUES, secondsInWords } from './finding.ts';
import { SILENT_MS, SLACK_PATIENCE_MS, sentences } from './troubles.ts';

/** One line of `/readyz` and of `/incident health`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface RowsOf {
  /** `null`: it has not looked yet. */
  readonly report: AuditReport | null;
  /** How long ago it has looked, or began. */
  readonly silentMs: number;
  /** For how long Slack has not taken what waits for it; 0: it does, or nothing waits. */
  readonly slackAwayMs: number;
  /** What became of the last heartbeat, in words. */
  readonly heartbeat: string;
}

/** What the audit says of itself, of pages and of its heartbeat. */
export function rowsOf(of: RowsOf): Check[] {
  return [pages(of), audit(of), { name: 'heartbeat', ok: true, detail: of.heartbeat }];
}

function pages({ report, silentMs }: RowsOf): Check {
  const name = 'pages';
  const isSilent = silentMs > SILENT_MS;
  if (!report || isSilent) return { name, ok: !isSilent, detail: 'could not tell' };
  const late = lateIn(['pages', 'letters', 'news'], report);
  const detail = `${report.pagesOnTheirWay} on their way, ${late === '' ? 'none late' : late}`;
  return { name, ok: late === '', detail };
}

function audit({ report, silentMs, slackAwayMs }: RowsOf): Check {
  const name = 'audit';
  if (silentMs > SILENT_MS) {
    const silence = secondsInWords(silentMs / 1_000);
    return { name, ok: false, detail: `could not look for ${silence}: what is late is not known` };
  }
  const away =
    slackAwayMs > SLACK_PATIENCE_MS ? `Slack has not taken messages for ${secondsInWords(slackAwayMs / 1_000)}` : '';
  if (!report) return { name, ok: away === '', detail: away || 'could not tell: it begins in a moment' };
  const late = lateIn(['timers'], report);
  const wrong = [
    ...[late, away].filter(Boolean),
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
