import { PromError } from './prom-error.ts';

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Which labels two vectors are matched by, or a vector is summed by. */
export interface Labelling {
  readonly kind: 'by' | 'without';
  readonly labels: readonly string[];
}

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'selector'; readonly matchers: readonly Matcher[]; readonly rangeMs: number | null }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'aggregate'; readonly name: string; readonly labelling: Labelling; readonly of: Expr }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly bool: boolean;
      readonly on: Labelling;
      readonly left: Expr;
      readonly right: Expr;
    };

interface Cursor {
  readonly source: string;
  readonly tokens: readonly string[];
  next: number;
}

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+|[A-Za-z_:][\w:]*|=~|!~|!=|==|>=|<=|[-+*/%^(){},=<>])/y;
const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['or']),
  new Set(['and', 'unless']),
  new Set(['==', '!=', '>', '<', '>=', '<=']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
];
export const AGGREGATES: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'count']);
const MILLISECONDS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
  ...{ d: 86_400_000, w: 604_800_000, y: 31_536_000_000 },
};
const EVERYTHING: Labelling = { kind: 'without', labels: [] };

/**
 * Reads the part of PromQL that is offered here.
 * @throws PromError `bad_data` that says where it stopped
 */
export function parsePromql(source: string): Expr {
  const cursor: Cursor = { source, tokens: tokensOf(source), next: 0 };
  const tree = readLevel(cursor, 0);
  if (cursor.next < cursor.tokens.length) throw stuck(cursor);
  return tree;
}

/** Milliseconds of `5m`, `1h30m`. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== text)
    throw new PromError('bad_data', `not a valid duration string: "${text}"`);
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (MILLISECONDS[unit] ?? 0), 0);
}

function tokensOf(source: string): string[] {
  const text = source.trimEnd();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined)
      throw new PromError('bad_data', `parse error: unexpected character at ${at + 1}: '${text.slice(at, at + 1)}'`);
    tokens.push(token);
  }
  return tokens;
}

function readLevel(cursor: Cursor, depth: number): Expr {
  const operators = LEVELS[depth];
  if (operators === undefined) return readUnary(cursor);
  let left = readLevel(cursor, depth + 1);
  while (operators.has(peek(cursor))) {
    const operator = take(cursor);
    const bool = skip(cursor, 'bool');
    const on = readMatching(cursor);
    left = { kind: 'binary', operator, bool, on, left, right: readLevel(cursor, depth + 1) };
  }
  return left;
}

function readMatching(cursor: Cursor): Labelling {
  const word = peek(cursor);
  if (word === 'group_left' || word === 'group_right') throw unsupported(word);
  if (word !== 'on' && word !== 'ignoring') return EVERYTHING;
  cursor.next += 1;
  const labels = readNames(cursor);
  if (peek(cursor).startsWith('group_')) throw unsupported(peek(cursor));
  return { kind: word === 'on' ? 'by' : 'without', labels };
}

function readUnary(cursor: Cursor): Expr {
  if (!skip(cursor, '-')) return readPrimary(cursor);
  return {
    kind: 'binary',
    operator: '*',
    bool: false,
    on: EVERYTHING,
    left: { kind: 'number', value: -1 },
    right: readUnary(cursor),
  };
}

function readPrimary(cursor: Cursor): Expr {
  const token = take(cursor);
  if (token === '(') {
    const inner = readLevel(cursor, 0);
    expectToken(cursor, ')');
    return inner;
  }
  if (/^[\d.]/.test(token)) return { kind: 'number', value: Number(token) };
  if (token === '{') return readSelector(cursor, []);
  if (!/^[A-Za-z_:]/.test(token)) throw stuck({ ...cursor, next: cursor.next - 1 });
  if (AGGREGATES.has(token)) return readAggregate(cursor, token);
  if (peek(cursor) === '(') return { kind: 'call', name: token, args: readArgs(cursor) };
  const named: Matcher = { label: '__name__', operator: '=', value: token };
  return skip(cursor, '{') ? readSelector(cursor, [named]) : ranged(cursor, [named]);
}

/** The labels stand before or behind what is summed. */
function readAggregate(cursor: Cursor, name: string): Expr {
  const before = readLabelling(cursor);
  const [of, ...more] = readArgs(cursor);
  if (of === undefined || more.length > 0) throw new PromError('bad_data', `${name} wants one argument`);
  return { kind: 'aggregate', name, labelling: before ?? readLabelling(cursor) ?? { kind: 'by', labels: [] }, of };
}

function readLabelling(cursor: Cursor): Labelling | null {
  const word = peek(cursor);
  if (word !== 'by' && word !== 'without') return null;
  cursor.next += 1;
  return { kind: word, labels: readNames(cursor) };
}

function readNames(cursor: Cursor): string[] {
  expectToken(cursor, '(');
  const names: string[] = [];
  while (peek(cursor) !== ')') {
    if (names.length > 0) expectToken(cursor, ',');
    names.push(take(cursor));
  }
  cursor.next += 1;
  return names;
}

function readArgs(cursor: Cursor): Expr[] {
  expectToken(cursor, '(');
  const args: Expr[] = [];
  while (peek(cursor) !== ')') {
    if (args.length > 0) expectToken(cursor, ',');
    args.push(readLevel(cursor, 0));
  }
  cursor.next += 1;
  return args;
}

function readSelector(cursor: Cursor, known: readonly Matcher[]): Expr {
  const matchers = [...known];
  while (peek(cursor) !== '}') {
    if (matchers.length > known.length) expectToken(cursor, ',');
    const label = take(cursor);
    const operator = (['=', '!=', '=~', '!~'] as const).find((one) => one === peek(cursor));
    if (operator === undefined) throw stuck(cursor);
    cursor.next += 1;
    matchers.push({ label, operator, value: unquoted(take(cursor)) });
  }
  cursor.next += 1;
  return ranged(cursor, matchers);
}

function ranged(cursor: Cursor, matchers: readonly Matcher[]): Expr {
  const range = peek(cursor);
  if (!range.startsWith('[')) return { kind: 'selector', matchers, rangeMs: null };
  cursor.next += 1;
  return { kind: 'selector', matchers, rangeMs: durationMs(range.slice(1, -1).trim()) };
}

function unquoted(token: string): string {
  return token.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}

function peek({ tokens, next }: Cursor): string {
  return tokens[next] ?? '';
}

function take(cursor: Cursor): string {
  const token = cursor.tokens[cursor.next];
  if (token === undefined) throw stuck(cursor);
  cursor.next += 1;
  return token;
}

function skip(cursor: Cursor, token: string): boolean {
  if (peek(cursor) !== token) return false;
  cursor.next += 1;
  return true;
}

function expectToken(cursor: Cursor, token: string): void {
  if (!skip(cursor, token)) throw stuck(cursor);
}

function stuck({ tokens, next }: Pick<Cursor, 'tokens' | 'next'>): PromError {
  const token = tokens[next];
  return new PromError(
    'bad_data',
    token === undefined ? 'parse error: unexpected end of input' : `parse error: unexpected "${token}"`,
  );
}

function unsupported(word: string): PromError {
  return new PromError('bad_data', `${word} is not offered here`);
}
