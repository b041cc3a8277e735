import { METRICS, type Metric } from '../domain/milestones.ts';
import { type Cell, decodeField, decodeLabels, type Labels, unpacked } from './fields.ts';
import { addTo, type Bucket, merge, type Summary, summaryOf } from './histogram.ts';

/** Incidents and times of one group of incidents. */
export interface Figures {
  /** Opened, whether anything else has happened to them or not. */
  readonly incidents: number;
  readonly times: Readonly<Record<Metric, Summary>>;
}

/** Days of counts, added up. */
export interface Tally {
  /** Adds one day's hash. Zeros, and fields that nobody here can read, are left out. */
  add(hash: Readonly<Record<string, string>>): void;
  total(): Figures;
  /** The same, split by one label; only values with something in them. */
  by(label: 'service' | 'severity' | 'incidentClass'): ReadonlyMap<string, Figures>;
}

/** What is counted under one set of labels. */
interface Leaf {
  readonly labels: Labels;
  incidents: number;
  readonly times: ReadonlyMap<Metric, Map<number, Bucket>>;
}

/** Counts what is under the labels that `wanted` accepts. */
export function createTally(wanted: (labels: Labels) => boolean): Tally {
  const leaves = new Map<string, Leaf | null>();
  const leafOf = (text: string) => {
    const known = leaves.get(text);
    if (known !== undefined) return known;

    const labels = decodeLabels(text);
    const leaf = labels && wanted(labels) ? emptyLeaf(labels) : null;
    leaves.set(text, leaf);
    return leaf;
  };
  const filled = () => [...leaves.values()].filter((leaf) => leaf !== null);

  return {
    add(hash) {
      for (const [field, value] of Object.entries(hash)) {
        const decoded = value === '0' ? null : decodeField(field);
        const leaf = decoded && leafOf(decoded.labels);
        if (leaf) addCell(leaf, decoded.cell, value);
      }
    },
    total: () => figuresOf(filled()),
    by(label) {
      const groups = Map.groupBy(filled(), ({ labels }) => labels[label]);
      return new Map([...groups].map(([name, group]) => [name, figuresOf(group)]));
    },
  };
}

/** What a group shows; without leaves it shows that there was nothing. */
export function figuresOf(leaves: readonly Leaf[]): Figures {
  const summary = (metric: Metric) => summaryOf(merge(...leaves.map(({ times }) => times.get(metric) ?? new Map())));

  return {
    incidents: leaves.reduce((sum, { incidents }) => sum + incidents, 0),
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

function emptyLeaf(labels: Labels): Leaf {
  return { labels, incidents: 0, times: new Map(METRICS.map((metric) => [metric, new Map()])) };
}

function addCell(leaf: Leaf, cell: Cell, value: string): void {
  if (cell.of === 'incidents') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) leaf.incidents += number;
    return;
  }
  const samples = unpacked(value);
  const histogram = leaf.times.get(cell.metric);
  if (samples && histogram) addTo(histogram, cell.bucket, samples.count, samples.sum);
}
