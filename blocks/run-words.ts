import { type Incident, TOCSIN } from '../src/domain/incident.ts';
import type { Baseline, Plan } from '../src/domain/plan.ts';
import { isUnderWay, type Run, type RunState } from '../src/domain/run.ts';
import { oneLine } from './foreign-text.ts';
import { join, type Mrkdwn, md, mention, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { quantityWords } from './measurement-words.ts';

/** Never colour alone: an icon and a word for every state of a run, as it follows `INC-7.1 `. */
export const RUN_LOOKS: Readonly<Record<RunState, { readonly icon: string; readonly word: string }>> = {
  planned: { icon: '⏳', word: 'waits for approval' },
  approved: { icon: '▶️', word: 'is approved and begins' },
  executing: { icon: '⚙️', word: 'is under way' },
  verifying: { icon: '🔬', word: 'is through and is measured' },
  done: { icon: '✅', word: 'is done' },
  helped: { icon: '✅', word: 'helped' },
  no_effect: { icon: '➖', word: 'did not help' },
  worse: { icon: '🔺', word: 'made it worse' },
  unknown: { icon: '❔', word: 'ended, and nobody can tell what came of it' },
  failed: { icon: '❌', word: 'failed' },
  expired: { icon: '⌛', word: 'expired' },
  cancelled: { icon: '🚫', word: 'was cancelled' },
};

/** Names of systems, versions and phases. */
const NAME = 80;

/** `Roll back to the last known good one: bikeshare-prod from v42 to v41`. All of it is foreign. */
export function changeWords({ title, subject, current, target }: Plan): Mrkdwn {
  const from = oneLine(current, NAME);
  const to = oneLine(target, NAME);
  return md`${oneLine(title, BUDGET.title / 2).replace(/[.:]$/, '')}: *${oneLine(subject, NAME)}* from ${from || '–'} to ${to || '–'}`;
}

/** How a run stands, in an icon and words. What was approved in a drill has come as far as a drill goes. */
export function standOf({ state, approval }: Run, isDrill: boolean): { readonly icon: string; readonly word: string } {
  return isDrill && state === 'cancelled' && approval ? DRILLED : RUN_LOOKS[state];
}

const DRILLED = { icon: '🎓', word: 'was approved, and that is all in a drill' };

/** `⚙️ *INC-7.1 is under way.* Roll back: *bikeshare-prod* from v42 to v41.` */
export function headWords(run: Run, isDrill = false): Mrkdwn {
  const { icon, word } = standOf(run, isDrill);
  return md`${icon} *${run.id} ${word}.* ${changeWords(run.plan)}.`;
}

const BAR = 10;

/** `▓▓▓▓▓▓░░░░ 60 %`; only the number where it is heard and not seen. `null`: nobody knows. */
export function shareWords(share: number | null, isHeard: boolean): string | null {
  if (share === null || !Number.isFinite(share)) return null;
  const known = Math.min(1, Math.max(0, share));
  const filled = Math.floor(known * BAR);
  const percent = `${Math.floor(known * 100)} %`;
  return isHeard ? percent : `${'▓'.repeat(filled)}${'░'.repeat(BAR - filled)} ${percent}`;
}

/** The values that decide, before and after: `📈 *Error rate* 7.1 % → 0.4 %, well 2 of 3 times`. Empty where nothing is measured. */
export function measuredLines(run: Run): Mrkdwn[] {
  const hidden = run.plan.baseline.length - VALUES_SHOWN;
  return [
    ...run.plan.baseline.slice(0, VALUES_SHOWN).map((before, i) => md`📈 ${valueWords(run, before, i)}`),
    ...(hidden > 0 ? [md`and ${hidden === 1 ? '1 more value' : `${hidden} more values`}`] : []),
  ];
}

const VALUES_SHOWN = 3;

function valueWords(run: Run, before: Baseline, i: number): Mrkdwn {
  const label = md`*${oneLine(before.label, BUDGET.name)}*`;
  const was = before.value === null ? 'not known' : quantityWords(before.value, before.unit);
  const newest = run.samples.at(-1);
  if (!newest) return md`${label} ${was} before, not measured yet`;
  const after = newest.values[i] ?? null;
  const isWell = newest.isWell[i] ?? null;
  if (isWell === null) return md`${label} ${was} → could not be told`;
  const is = after === null ? null : quantityWords(after, before.unit);
  return md`${label} ${was} → ${join([is, isWell ? wellWords(run, i) : limitWords(before, run)], ', ')}`;
}

function limitWords({ expect, unit }: Baseline, run: Run): string {
  const not = isUnderWay(run) ? 'not yet' : 'still not';
  if (expect?.kind !== 'number') return `${not} as it should be`;
  const { direction, inclusive, limit } = expect;
  return `${not} ${inclusive ? 'at or ' : ''}${direction} ${quantityWords(limit, unit)}`;
}

/** `well 2 of 3 times`, in a row: how near to the verdict. */
function wellWords(run: Run, i: number): string {
  if (!isUnderWay(run)) return 'well';
  const since = run.samples.findLastIndex(({ isWell }) => isWell[i] !== true);
  const times = run.samples.length - 1 - since;
  const asked = run.verify?.samples ?? times;
  return `well ${Math.min(times, asked)} of ${asked} times`;
}

/** One run on one line of a list: state, id, what changes, who, how far. */
export function runLine(run: Run, isDrill = false): Mrkdwn {
  const { icon, word } = standOf(run, isDrill);
  return md`${icon} *${run.id}* ${word}: ${join([changeWords(run.plan), aboutWords(run)], ' · ')}`;
}

function aboutWords(run: Run): Mrkdwn | null {
  switch (run.state) {
    case 'planned':
      return md`asked for by ${mention(run.requestedBy)}, until ${when(run.plan.expiresAt)}`;
    case 'executing':
      return join(
        [oneLine(run.progress?.phase ?? '', NAME) || null, shareWords(run.progress?.share ?? null, false)],
        ' · ',
      );
    case 'verifying':
      return md`until ${when(measuredUntil(run))} at the latest`;
    default:
      return null;
  }
}

/** When it can be said at the latest whether it has helped, epoch ms. */
export function measuredUntil({ changedAt, verify, requestedAt }: Run): number {
  return (changedAt ?? requestedAt) + (verify ? verify.settleMs + verify.windowMs : 0);
}

/** Those of which something is still to come, what needs a decision first, then the newest. */
export function runsUnderWay({ runs }: Pick<Incident, 'runs'>): readonly Run[] {
  return runs
    .filter(isUnderWay)
    .sort((a, b) => Number(b.state === 'planned') - Number(a.state === 'planned') || b.requestedAt - a.requestedAt);
}

/** One person stood for two: said wherever the run is. `null` for all others. */
export function brokenGlass({ approval }: Run): Mrkdwn | null {
  if (approval?.way !== 'break_glass') return null;
  return md`🚨 *The glass was broken:* ${mention(approval.by)} alone approved what takes two people. “${oneLine(approval.reason, BUDGET.line)}”`;
}

/** Who let it run, and how. */
export function approvalWords({ approval, requestedBy }: Run): Mrkdwn | null {
  if (!approval || approval.way === 'break_glass') return null;
  if (approval.by === TOCSIN) return md`Approved by the autopilot`;
  return approval.by === requestedBy
    ? md`Asked for and approved by ${mention(approval.by)}`
    : md`Asked for by ${mention(requestedBy)}, approved by ${mention(approval.by)}`;
}
