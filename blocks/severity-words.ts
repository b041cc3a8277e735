import { isOverdue } from '../src/domain/answer-time.ts';
import type { Ruling } from '../src/domain/grading.ts';
import { type Incident, isOver, TOCSIN } from '../src/domain/incident.ts';
import type { Member } from '../src/domain/member.ts';
import { oneLine } from './foreign-text.ts';
import { join, lines, type Mrkdwn, md, mention, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { rulingWords } from './ruling-words.ts';

/**
 * Why an incident is as bad as it is: who or what decided, when it becomes milder by itself, and what the runbook wants done by
 * when. Nothing once it is over; while a recovery is watched, only what is wanted by a day.
 */
export function severityWords(incident: Incident, now: number): Mrkdwn {
  if (isOver(incident)) return lines();
  const judged = judgedBy(incident);
  if (hasRecovered(incident)) return lines(judged?.ruling.dueAt == null ? null : adviceWords(judged.ruling, now));
  return lines(
    join([decidedBy(incident, judged), judged && sourceWords(judged)], ' '),
    easingWords(incident),
    judged && adviceWords(judged.ruling, now),
  );
}

/** What was wrong is not wrong any more, and what to do about it at once needs nobody. */
function hasRecovered({ members: { total, firing, unknown } }: Incident): boolean {
  return total > 0 && firing + unknown === 0;
}

/** The alarm whose ruling the severity stands on; when none has that severity any more, the most telling one. */
function judgedBy({ members, severity }: Incident): Member | null {
  const alike = members.shown.filter((member) => member.severity === severity);
  return alike.find(({ state }) => state !== 'recovered') ?? alike[0] ?? members.shown[0] ?? null;
}

function decidedBy({ severity, severityBy, title, members }: Incident, judged: Member | null): Mrkdwn | null {
  const ruling = judged && oneLine(rulingWords(judged), BUDGET.reason);
  const named = judged && (judged.title === title || members.total === 1) ? null : judged?.title;
  const about = named ? `“${oneLine(named, 75)}”` : 'The alarm itself';
  if (severityBy !== TOCSIN) {
    return join([md`${severity} set by ${mention(severityBy)}.`, ruling && md`${about}: ${ruling}`], ' ');
  }
  if (!judged || !ruling) return null;
  if (judged.severity !== severity) return md`Still ${severity}. ${about}: ${ruling}`;
  return named ? md`${about}: ${ruling}` : md`${ruling}`;
}

function sourceWords({ sourceSeverity }: Member): string | null {
  return sourceSeverity === null ? null : `The source says “${oneLine(sourceSeverity, 40)}”.`;
}

function easingWords({ easing }: Incident): Mrkdwn | null {
  return easing && md`${easing.severity} from ${when(easing.since + easing.dwellMs)} if it stays so.`;
}

function adviceWords({ advice, dueAt }: Ruling, now: number): Mrkdwn | null {
  if (advice === null) return null;
  const what = oneLine(advice, BUDGET.title).replace(/\.$/, '');
  if (dueAt === null) return md`👉 *${what}.*`;
  return now > dueAt ? md`👉 *${what}.* It was due ${when(dueAt)}.` : md`👉 *${what}*, by ${when(dueAt)}.`;
}

/** By when somebody must answer. Only what nobody has answered since it opened has such a time. */
export function answerWords({ status, severity, answerDue, reopenings }: Incident, now: number): Mrkdwn | null {
  const due = answerDue[severity];
  if (status !== 'triggered' || reopenings > 0 || due === undefined) return null;
  return isOverdue(due, now) ? md`⏰ *Overdue since ${when(due)}.*` : md`Somebody should answer by ${when(due)}.`;
}
