import type { KnownBlock } from '@slack/types';
import type { Risk } from '../../src/domain/action.ts';
import type { Baseline, Plan, PlanCheck, PlanDifference } from '../../src/domain/plan.ts';
import { durationWords } from '../../src/stats/duration-words.ts';
import { oneLine } from '../foreign-text.ts';
import { ago, context, facts, join, lines, type Mrkdwn, md, present, section, when } from '../kit.ts';
import { BUDGET, LIMITS } from '../limits.ts';
import { quantityWords } from '../measurement-words.ts';

/** Lines that are shown of each list of a plan: with one block each they stay far below a view's 100. */
const SHOWN = 15;
/** A name or a version in a plan, and one side of a difference. */
const NAME = 100;
const SIDE = 200;

/** What would be changed, on what it is decided, and what it costs: for whoever decides. */
export function planBlocks(plan: Plan, now: number): KnownBlock[] {
  const { title, subject, current, target, risk } = plan;
  return present<KnownBlock>([
    section(
      lines(
        md`*${oneLine(title, BUDGET.title)}*`,
        md`${oneLine(subject, NAME)}: ${sidesOf(current, target)}`,
        md`${RISK_WORDS[risk]}.`,
      ),
    ),
    deployedLine(plan, now),
    ...grounds(plan),
    facts(...terms(plan), md`*Good until*\n${when(plan.expiresAt)}`),
  ]);
}

/** The same for whoever looks back: what was to be decided is decided, and what ran at that time may not run any more. */
export function planRecord(plan: Plan): KnownBlock[] {
  return [section(md`*The plan* · ${plan.risk} risk`), ...grounds(plan), facts(...terms(plan))];
}

function grounds({ differences, checks, baseline, cannotUndo }: Plan): KnownBlock[] {
  return [
    ...listed('What changes', differences.map(differenceLine)),
    ...listed('Checks', worstFirst(checks).map(checkLine)),
    ...listed('Measured before the change', baseline.map(baselineLine)),
    ...listed(
      'Cannot be undone',
      cannotUndo.map((one) => md`• ${oneLine(one, BUDGET.reason)}`),
    ),
  ];
}

function deployedLine({ deployed }: Plan, now: number): KnownBlock | null {
  if (!deployed || (deployed.by === null && deployed.at === null)) return null;
  const { by, at } = deployed;
  const since = at === null ? null : md`there since ${when(at)} (${ago(at, now)})`;
  const who = by === null ? null : md`brought by ${oneLine(by, NAME)}`;
  return context(md`What runs now: ${join([since, who], ', ')}`);
}

function differenceLine({ what, from, to }: PlanDifference): Mrkdwn {
  return md`• ${oneLine(what, NAME)}: ${sidesOf(from, to)}`;
}

/** `v42 → *v41*`. A side that says nothing is a dash. */
function sidesOf(from: string, to: string): Mrkdwn {
  return md`${oneLine(from, SIDE) || '–'} → *${oneLine(to, SIDE) || '–'}*`;
}

/** What forbids it must not be below what is well. */
function worstFirst(checks: readonly PlanCheck[]): PlanCheck[] {
  const rank = ({ isWell }: PlanCheck) => (isWell === false ? 0 : isWell === null ? 1 : 2);
  return checks.toSorted((a, b) => rank(a) - rank(b));
}

/** A check behind its mark: a cross forbids, and what could not be told has a mark of its own. Its words say which it is. */
function checkLine({ isWell, text }: PlanCheck): Mrkdwn {
  const words = oneLine(text, BUDGET.reason);
  if (isWell === null) return md`❔ ${words}`;
  return isWell ? md`✅ ${words}` : md`❌ ${words}`;
}

function baselineLine({ label, unit, value, text, expect }: Baseline): Mrkdwn {
  const name = oneLine(label, BUDGET.name);
  if (value === null && expect?.kind !== 'text') return md`❔ ${name}: could not be told`;
  const shown = value === null ? oneLine(text, BUDGET.reason) : quantityWords(value, unit);
  return md`• ${name}: *${shown}*${wanted(expect, unit)}`;
}

function wanted(expect: Baseline['expect'], unit: string | null): string {
  if (!expect) return '';
  if (expect.kind === 'text') return `, to be ${oneLine(expect.equals, BUDGET.name)}`;
  return `, to be ${expect.inclusive ? 'at or ' : ''}${expect.direction} ${quantityWords(expect.limit, unit)}`;
}

/** Who must agree, in words. */
const RISK_WORDS: Readonly<Record<Risk, string>> = {
  low: 'Low risk: one person decides',
  medium: 'Medium risk: one person decides, who types the name of what is changed',
  high: 'High risk: a second person must agree',
};

function terms({ takesMs, cost }: Plan): Mrkdwn[] {
  return [
    md`*Takes*\n${takesMs === null ? 'Nobody knows' : `about ${durationWords(takesMs)}`}`,
    ...(cost === null ? [] : [md`*Costs*\n${oneLine(cost, BUDGET.reason)}`]),
  ];
}

/** Lines under a heading, in as few blocks as have room for them; what is left out is said. */
export function listed(heading: string, all: readonly Mrkdwn[]): KnownBlock[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, SHOWN);
  const left = all.length - shown.length;
  const more = left > 0 ? [md`… and ${left} more`] : [];
  return packed([md`*${heading}*`, ...shown, ...more]).map((part) => section(lines(...part)));
}

function packed(all: readonly Mrkdwn[]): Mrkdwn[][] {
  const groups: { readonly lines: Mrkdwn[]; size: number }[] = [];
  for (const line of all) {
    const size = line.text.length + 1;
    const last = groups.at(-1);
    if (last && last.size + size <= LIMITS.sectionText) {
      last.lines.push(line);
      last.size += size;
    } else groups.push({ lines: [line], size });
  }
  return groups.map((group) => group.lines);
}
