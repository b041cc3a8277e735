import type { KnownBlock } from '@slack/types';
import { METRICS, type Metric } from '../src/domain/milestones.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { comparisonWords, durationWords, NOTHING } from '../src/stats/duration-words.ts';
import type { Compared, NamedComparison, Report } from '../src/stats/report.ts';
import { oneLine } from './foreign-text.ts';
import { context, facts, header, join, lines, type Mrkdwn, md, section } from './kit.ts';

/** What the metrics are called where people read them. */
const NAMES: Readonly<Record<Metric, string>> = {
  detect: 'Time to receive',
  notify: 'Time to notify',
  seen: 'Time to seen',
  acknowledge: 'Time to acknowledge (MTTA)',
  mitigate: 'Time to mitigate',
  resolve: 'Time to resolve (MTTR)',
};

/** Receiving is the source's and the network's time, not people's: it is in the export. */
const SHOWN = METRICS.filter((metric) => metric !== 'detect');

/** The report as blocks: one field for each metric, which a phone draws one below the other, where a wide table would wrap. */
export function statsBlocks(report: Report): KnownBlock[] {
  const { total, service, days, from, to, drills } = report;
  const title = `${drills ? 'Drills' : 'Response times'}${service === null ? '' : ` of ${oneLine(service, 63)}`}, ${daysWords(days)}`;
  return [
    header(title),
    section(incidentsLine(report)),
    ...(isMeasured(report) ? [facts(...SHOWN.map((metric) => metricField(metric, total)))] : []),
    ...groups('By severity', report.bySeverity),
    ...(service === null ? groups('By service', report.byService) : []),
    context(
      md`${from} to ${to} (UTC), counted from when the alarm fired. In brackets: against the ${daysWords(days)} before. ${
        drills ? 'Drills only.' : 'Without drills.'
      }${isMeasured(report) ? ' A dash means that there is no sample.' : ''}`,
    ),
  ];
}

/** The same for those who do not see blocks. */
export function statsWords(report: Report): Mrkdwn {
  return lines(
    incidentsLine(report),
    ...(isMeasured(report) ? SHOWN.map((metric) => md`${NAMES[metric]}: ${medianWords(metric, report.total)}`) : []),
  );
}

/** Five metrics of nothing but dashes tell nothing. */
function isMeasured({ total: { current } }: Report): boolean {
  return SHOWN.some((metric) => current.times[metric].count > 0);
}

/** MTTA and MTTR only, for a place with little room. */
export function weekFields({ total }: Report): readonly Mrkdwn[] {
  return [
    md`*Incidents*\n${total.current.incidents} (${total.previous.incidents} the week before)`,
    ...(['notify', 'acknowledge', 'resolve'] as const).map((metric) => metricField(metric, total)),
  ];
}

function incidentsLine({ total, days, service }: Report): Mrkdwn {
  const { current, previous } = total;
  const count = current.incidents === 1 ? '1 incident' : `${current.incidents.toLocaleString('en-US')} incidents`;
  const none = current.incidents === 0 ? ' Nothing fired, or nothing reached Tocsin: ' : '';
  const hint = current.incidents === 0 ? `${none}${COMMAND} health tells which.` : '';
  return md`*${count}* in ${daysWords(days)}${service === null ? '' : ` for ${oneLine(service, 63)}`}, ${previous.incidents.toLocaleString('en-US')} in the ${daysWords(days)} before.${hint}`;
}

function metricField(metric: Metric, compared: Compared): Mrkdwn {
  const { count, p90, mean } = compared.current.times[metric];
  const samples = count === 1 ? '1 sample' : `${count.toLocaleString('en-US')} samples`;
  const before = count > 0 && compared.previous.times[metric].count === 0 ? `, before: ${NOTHING}` : '';
  return lines(
    md`*${NAMES[metric]}*`,
    md`${medianWords(metric, compared)}`,
    md`p90 ${durationWords(p90)}${change(compared, metric, 'p90')} · mean ${durationWords(mean)}${change(compared, metric, 'mean')}`,
    md`${samples}${before}`,
  );
}

function medianWords(metric: Metric, compared: Compared): string {
  return `median ${durationWords(compared.current.times[metric].median)}${change(compared, metric, 'median')}`;
}

function change({ current, previous }: Compared, metric: Metric, figure: 'median' | 'p90' | 'mean'): string {
  const now = current.times[metric][figure];
  const before = previous.times[metric][figure];
  return now === null || before === null ? '' : ` (${comparisonWords(now, before)})`;
}

/** Rows of a breakdown: what is left out is in the export. */
const ROWS = 8;

/** One line each: `P1: 4 incidents · acknowledged after 2 min · resolved after 18 min` (medians). */
function groups(title: string, rows: readonly NamedComparison[]): KnownBlock[] {
  const filled = rows.filter(({ current }) => current.incidents > 0);
  if (filled.length === 0) return [];
  const shown = filled
    .slice(0, ROWS)
    .map(({ name, current }) =>
      join(
        [
          md`*${oneLine(name, 63)}*: ${current.incidents}`,
          `acknowledged after ${durationWords(current.times.acknowledge.median)}`,
          `resolved after ${durationWords(current.times.resolve.median)}`,
        ],
        ' · ',
      ),
    );
  const hidden = filled.length - shown.length;
  return [section(lines(md`*${title}* (median)`, ...shown, hidden > 0 ? `and ${hidden} more` : null))];
}

function daysWords(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
