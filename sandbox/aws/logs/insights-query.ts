import { AwsError } from '../aws-error.ts';
import type { LogLine } from './log-groups.ts';

/** One row of an answer: field → value. */
export type Row = Readonly<Record<string, string>>;

type Stage = (rows: readonly Row[]) => readonly Row[];

const MOST_ROWS = 10_000;
const USUAL_ROWS = 1000;

/**
 * Runs a Logs Insights query over lines: `fields`, `filter`, `stats`, `sort`, `limit`. Lines of JSON have its fields. Newest first
 * unless the query sorts.
 * @throws AwsError MalformedQueryException for everything else
 */
export function runInsights(query: string, lines: readonly LogLine[]): readonly Row[] {
  const stages = commandsOf(query);
  const shown = stages.findLast(([name]) => name === 'fields' || name === 'display')?.[1];
  const rows = lines.map(rowOf).reverse();
  const found = stages.map(stageOf).reduce((left, stage) => stage(left), rows as readonly Row[]);
  const isTable = stages.some(([name]) => name === 'stats');
  const isLimited = stages.some(([name]) => name === 'limit');
  const most = isLimited ? MOST_ROWS : USUAL_ROWS;
  return (isTable ? found : found.map((row) => picked(row, shown))).slice(0, most);
}

/** The commands between the pipes; a pipe within quotes or a pattern is part of its command. */
function commandsOf(query: string): readonly (readonly [name: string, rest: string])[] {
  const parts = query.match(/(?:"[^"]*"|'[^']*'|\/(?:[^/\\]|\\.)+\/|[^|])+/g) ?? [];
  return parts.flatMap((part) => {
    const [, name = '', rest = ''] = /^\s*(\w+)\s*([\s\S]*)$/.exec(part) ?? [];
    if (name.toUpperCase() === 'SOURCE' || part.trim() === '') return [];
    return [[name.toLowerCase(), rest.trim()] as const];
  });
}

function stageOf([name, rest]: readonly [string, string]): Stage {
  switch (name) {
    case 'fields':
    case 'display':
      return (rows) => rows;
    case 'filter':
      return filterStage(rest);
    case 'stats':
      return statsStage(rest);
    case 'sort':
      return sortStage(rest);
    case 'limit':
      return (rows) => rows.slice(0, Number(rest) || USUAL_ROWS);
    default:
      throw malformed(`unexpected symbol found ${name}`);
  }
}

function filterStage(text: string): Stage {
  const anyOf = text.split(/\s+or\s+/i).map((part) => part.split(/\s+and\s+/i).map(conditionOf));
  return (rows) => rows.filter((row) => anyOf.some((allOf) => allOf.every((holds) => holds(row))));
}

function conditionOf(text: string): (row: Row) => boolean {
  const like = /^\s*(@?[\w.]+)\s+(not\s+)?(?:like|=~)\s+(?:\/((?:[^/\\]|\\.)+)\/(i?)|["']([^"']*)["'])\s*$/i.exec(text);
  if (like !== null) {
    const [, field = '', not, pattern, flags, part = ''] = like;
    const regexp = pattern === undefined ? null : new RegExp(pattern, flags);
    return (row) => {
      const value = row[field] ?? '';
      return (regexp === null ? value.includes(part) : regexp.test(value)) === (not === undefined);
    };
  }
  const [, field = '', operator = '', quoted, bare = ''] =
    /^\s*(@?[\w.]+)\s*(=|!=|>=|<=|>|<)\s*(?:["']([^"']*)["']|(\S+))\s*$/.exec(text) ?? [];
  if (operator === '') throw malformed(`the condition ${text} cannot be read`);
  return (row) => row[field] !== undefined && compares(row[field], operator, quoted ?? bare);
}

function compares(value: string, operator: string, wanted: string): boolean {
  if (operator === '=') return value === wanted;
  if (operator === '!=') return value !== wanted;
  const difference = Number(value) - Number(wanted);
  if (operator.startsWith('>')) return operator === '>=' ? difference >= 0 : difference > 0;
  return operator === '<=' ? difference <= 0 : difference < 0;
}

const FOLDS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

function statsStage(text: string): Stage {
  const [list = '', by] = text.split(/\s+by\s+/i);
  const keys = (by ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);
  const folds = list.split(',').map((part) => {
    const [, fold = '', field = '', name = ''] =
      /^\s*(\w+)\(\s*(@?[\w.]*|\*)\s*\)(?:\s+as\s+(\w+))?\s*$/i.exec(part) ?? [];
    if (fold.toLowerCase() !== 'count' && FOLDS[fold.toLowerCase()] === undefined)
      throw malformed(`${part.trim()} is not offered here`);
    return { fold: fold.toLowerCase(), field, name: name || `${fold}(${field})` };
  });
  return (rows) =>
    [...Map.groupBy(rows, (row) => JSON.stringify(keys.map((key) => row[key] ?? ''))).values()].map((group) => ({
      ...Object.fromEntries(keys.map((key) => [key, group[0]?.[key] ?? ''])),
      ...Object.fromEntries(folds.map(({ fold, field, name }) => [name, folded(group, fold, field)])),
    }));
}

function folded(rows: readonly Row[], fold: string, field: string): string {
  const values = rows.flatMap((row) => row[field] ?? []);
  if (fold === 'count') return String(field === '' || field === '*' ? rows.length : values.length);
  const numbers = values.map(Number).filter(Number.isFinite);
  return numbers.length === 0 ? '' : String(FOLDS[fold]?.(numbers));
}

function sortStage(text: string): Stage {
  const [, field = '', order = 'desc'] = /^\s*([@\w.()*]+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  if (field === '') throw malformed(`the order ${text} cannot be read`);
  const sign = order.toLowerCase() === 'asc' ? 1 : -1;
  return (rows) => [...rows].sort((a, b) => sign * compare(a[field] ?? '', b[field] ?? ''));
}

/** Numbers by their size, everything else by its letters. */
function compare(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (Number.isNaN(difference)) return a < b ? -1 : Number(a > b);
  return difference;
}

function rowOf({ at, message, stream }: LogLine): Row {
  const time = new Date(at).toISOString().replace('T', ' ').replace('Z', '');
  const ptr = Buffer.from(`${stream}:${at}:${message.length}`).toString('base64');
  return { ...fieldsIn(message), '@timestamp': time, '@message': message, '@logStream': stream, '@ptr': ptr };
}

function fieldsIn(message: string): Row {
  try {
    const found: unknown = message.startsWith('{') ? JSON.parse(message) : {};
    const entries = typeof found === 'object' && found !== null ? Object.entries(found) : [];
    return Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
    );
  } catch {
    return {};
  }
}

function picked(row: Row, fields: string | undefined): Row {
  const names = (fields ?? '@timestamp, @message').split(',').map((name) => name.trim());
  const known = [...names, '@ptr'].filter((name) => row[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, row[name] ?? '']));
}

function malformed(words: string): AwsError {
  return new AwsError('MalformedQueryException', 400, words);
}
