import type { Past } from '../src/domain/escalation-past.ts';
import { keyPhrase, targetsPhrase, WAY_WORDS } from '../src/domain/escalation-phrases.ts';
import { TOCSIN } from '../src/domain/incident.ts';
import { type PageWay, waysTo } from '../src/domain/page.ts';
import { targetKey } from '../src/domain/policy.ts';
import type { Part } from '../src/domain/timeline.ts';
import { oneLine } from './foreign-text.ts';
import { lines, type Mrkdwn, md, mention, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { phrase } from './phrase.ts';

type PastPage = Extract<Past, { kind: 'page' }>;

/** One thing that the escalation did, or that somebody did to it, with what became of it. */
export function pastLine(past: Past): Mrkdwn {
  return past.kind === 'page' ? pageLines(past) : md`${when(past.at)} · ${happened(past)}`;
}

function happened(past: Exclude<Past, PastPage>): Mrkdwn {
  switch (past.kind) {
    case 'asked':
      return md`❔ ${mention(past.owner)} was asked how it goes`;
    case 'acknowledged':
      return md`🟡 ${mention(past.by)} acknowledged`;
    case 'confirmed':
      return md`✅ ${mention(past.by)} is on it`;
    case 'unacknowledged':
      return past.why === 'by_hand'
        ? md`↩️ ${mention(past.by)} gave it back`
        : md`↩️ ${past.owner === null ? 'the owner' : mention(past.owner)} did not answer, and has it no more`;
    case 'snoozed':
      return md`💤 ${mention(past.by)} snoozed it until ${when(past.until)}`;
    case 'escalated':
      return md`📣 ${mention(past.by)} escalated to ${oneLine(past.level, BUDGET.name)}: ${oneLine(past.reason, BUDGET.line)}`;
    case 'severity':
      return past.by === TOCSIN
        ? md`the severity became ${past.severity}`
        : md`${mention(past.by)} changed the severity to ${past.severity}`;
  }
}

/** What was decided, then each attempt on a line. */
function pageLines({ at, page, sent, failed, dropped }: PastPage): Mrkdwn {
  const again = page.repeat > 0 ? ' again' : '';
  const by = page.isByHand ? ', by hand' : '';
  const tries = [
    ...failed.map((one) => ({ ...one, line: failure(page, one) })),
    ...sent.map((one) => ({ ...one, line: md`✅ ${reached(page, one)}${late(one.at - at, one.at)}` })),
  ].toSorted((a, b) => a.at - b.at);
  const left = Math.max(0, tries.length - TRIES_SHOWN);
  return lines(
    md`${when(at)} · *${oneLine(page.level, BUDGET.name)}*${again}${by}: ${phrase(targetsPhrase(page.notify), BUDGET.name)}`,
    left > 0 ? `      ${left} earlier tries` : null,
    ...tries.slice(left).map(({ line }) => md`      ${line}`),
    dropped === null ? null : md`      🚫 not sent any more: ${DROPPED[dropped.why]}`,
    tries.length === 0 && dropped === null ? '      ⏳ on its way' : null,
  );
}

/** Tries of one page; the last ones say how it ended. */
const TRIES_SHOWN = 6;

const DROPPED = {
  over: 'the incident was over',
  ended: 'what ends the step had come',
  not_called_for: 'it was not called for any more',
} as const;

interface Try {
  readonly target: string;
  readonly way: number;
}

/** When it was, unless at once. */
function late(afterMs: number, at: number): Mrkdwn {
  return afterMs < AT_ONCE_MS ? md`` : md` ${when(at)}`;
}

const AT_ONCE_MS = 60_000;

/** Who, where a page is for several, and by which way. */
function reached(page: PastPage['page'], one: Try): Mrkdwn {
  const way = wayOf(page, one);
  return page.notify.length === 1 && way !== '' ? md`${way}` : md`${phrase([targetOf(one)], BUDGET.name)} ${way}`;
}

function failure(page: PastPage['page'], one: Failure): Mrkdwn {
  if (one.isOwner) return md`☑️ ${reached(page, one)}: ${oneLine(one.why, WHY)}`;
  const end = one.isLast ? '. Nothing is left to try' : '';
  return md`${one.isLast ? '⚠️' : '✖️'} ${reached(page, one)}: ${oneLine(one.why, WHY)}${end}`;
}

type Failure = PastPage['failed'][number];

const WHY = 150;

function targetOf({ target }: Try): Part {
  return keyPhrase(target);
}

function wayOf(page: PastPage['page'], { target: key, way }: Try): string {
  const target = page.notify.find((one) => targetKey(one) === key);
  const ways: readonly PageWay[] = target ? waysTo(page, { target }) : page.via;
  const kind = ways[way]?.kind;
  return kind === undefined ? '' : WAY_WORDS[kind];
}
