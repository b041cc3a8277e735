import type { Service } from '../../domain/service.ts';
import type { History } from './histories.ts';
import { pagesNow, pagesThen } from './relive.ts';
import { type Change, changesBetween, type Told, toldBy } from './relived.ts';
import { counted } from './report.ts';
import { elapsedText } from './telling.ts';

interface Relived {
  readonly history: History;
  readonly before: readonly Told[];
  readonly after: readonly Told[];
  readonly changes: readonly Change[];
}

/** What the policies of the files would have changed for past incidents: each that differs, and a summary. */
export function relivedReport(histories: readonly History[], services: readonly Service[], now: number): string {
  const lost = histories.filter(({ service }) => !services.some(({ name }) => name === service));
  const relived = histories.flatMap((history) => {
    const service = services.find(({ name }) => name === history.service);
    return service ? [relive(history, service, now)] : [];
  });
  const changed = relived.filter(({ changes }) => changes.some(({ kind }) => kind !== 'same'));
  return [
    ...changed.flatMap(linesOf),
    ...(lost.length > 0
      ? [`Left out, their services are not here any more: ${lost.map(({ id }) => id).join(', ')}`, '']
      : []),
    ...summary(relived, changed.length),
    '',
  ].join('\n');
}

function relive(history: History, service: Service, now: number): Relived {
  const before = toldBy(pagesThen(history), service.calendar);
  const after = toldBy(pagesNow(history, service, now), service.calendar);
  return { history, before, after, changes: changesBetween(before, after) };
}

function linesOf({ history, changes }: Relived): string[] {
  const [opened] = history.events;
  const head = `${history.id} ${opened.title} (${history.service}, ${opened.severity} at first, ${new Date(opened.at).toISOString().slice(0, 16)}Z)`;
  return [
    plain(head),
    ...changes.filter(({ kind }) => kind !== 'same').map((change) => `  ${plain(lineOf(change, opened.at))}`),
    '',
  ];
}

/** Titles are foreign text: nothing in them moves the cursor of a terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ').toWellFormed();
}

function lineOf(change: Change, from: number): string {
  const time = ({ at, isNight }: Told) => `${elapsedText(at - from)}${isNight ? ' at night' : ''}`;
  const name = ({ level, who, way }: Told) => `${level} ${who}${way === 'post' ? '' : ` by ${way}`}`;
  switch (change.kind) {
    case 'new':
      return `+ ${name(change.after)}: new, after ${time(change.after)}`;
    case 'not at all':
      return `- ${name(change.before)}: not at all, was after ${time(change.before)}`;
    case 'other way':
      return `~ ${name(change.after)}: by another way, was by ${change.before.way}, after ${time(change.after)}`;
    default:
      return `~ ${name(change.after)}: ${change.kind}, after ${time(change.after)}, was after ${time(change.before)}`;
  }
}

function summary(relived: readonly Relived[], changed: number): string[] {
  const count = (pick: (one: Relived) => readonly Told[], is: (one: Told) => boolean = () => true) =>
    relived.flatMap(pick).filter(is).length;
  const before = ({ before: all }: Relived) => all;
  const after = ({ after: all }: Relived) => all;
  const atNight = ({ isWoken, isNight }: Told) => isWoken && isNight;
  const row = (what: string, is?: (one: Told) => boolean) =>
    `${what}: ${count(before, is)} before, ${count(after, is)} after`;
  return [
    `${counted(relived.length, 'incident')}: ${changed} would differ.`,
    row('Tellings'),
    row('People woken', ({ isWoken }) => isWoken),
    row('People woken at night (22:00 to 7:00)', atNight),
  ];
}
