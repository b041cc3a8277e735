import { METRICS, type Metric } from '../domain/milestones.ts';
import { type Cell, decodeField, type Labels } from './fields.ts';
import { addTo, type Bucket, type Summary, summaryOf } from './histogram.ts';

/** Incidents and times of one group of incidents. */
export interface Figures {
  /** Opened, whether anything else has happened to them or not. */
  readonly incidents: number;
  readonly times: Readonly<Record<Metric, Summary>>;
}

interface Group {
  incidents: number;
  readonly times: ReadonlyMap<Metric, Map<number, Bucket>>;
}

/** Days of counts added up: all of them, and the same once more by each label. */
export interface Tally {
  readonly total: Group;
  readonly bySeverity: Map<string, Group>;
  readonly byService: Map<string, Group>;
  readonly byClass: Map<string, Group>;
}

export function emptyTally(): Tally {
  return { total: emptyGroup(), bySeverity: new Map(), byService: new Map(), byClass: new Map() };
}

/** Adds one day's hash to a tally in place. Zeros, and fields that `wanted` refuses or nobody here can read, are left out. */
export function addDay(
  tally: Tally,
  hash: Readonly<Record<string, string>>,
  wanted: (labels: Labels) => boolean,
): void {
  for (const [field, value] of Object.entries(hash)) {
    const decoded = decodeField(field);
    const number = Number(value);
    if (!decoded || !wanted(decoded.labels) || !Number.isSafeInteger(number) || number === 0) continue;

    const { labels, cell } = decoded;
    addCell(tally.total, cell, number);
    addCell(groupIn(tally.bySeverity, labels.severity), cell, number);
    addCell(groupIn(tally.byService, labels.service), cell, number);
    addCell(groupIn(tally.byClass, labels.incidentClass), cell, number);
  }
}

/** What a group shows; a group that does not exist shows nothing, honestly. */
export function figuresOf(group: Group | undefined): Figures {
  const summary = (metric: Metric) => summaryOf(group?.times.get(metric) ?? new Map());

  return {
    incidents: group?.incidents ?? 0,
    times: {
      detect: summary('detect'),
      notify: summary('notify'),
      seen: summary('seen'),
      acknowledge: summary('acknowledge'),
      mitigate: summary('mitigate'),
      resolve: summary('resolve'),
    },
  };
}

function emptyGroup(): Group {
  return { incidents: 0, times: new Map(METRICS.map((metric) => [metric, new Map()])) };
}

function groupIn(groups: Map<string, Group>, name: string): Group {
  const group = groups.get(name) ?? emptyGroup();
  groups.set(name, group);
  return group;
}

function addCell(group: Group, cell: Cell, number: number): void {
  if (cell.of === 'incidents') {
    group.incidents += number;
    return;
  }
  const histogram = group.times.get(cell.metric);
  if (histogram) addTo(histogram, cell.bucket, cell.of === 'count' ? number : 0, cell.of === 'sum' ? number : 0);
}
