import { AwsError } from '../aws-error.ts';

/** A metric-math expression as a tree. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'id'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(>=|<=|==|!=|[-+*/()[\],<>]))/y;
const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['>', '<', '>=', '<=', '==', '!=']),
  new Set(['+', '-']),
  new Set(['*', '/']),
];

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign';
  readonly text: string;
}

/** Where the reading is. */
interface Cursor {
  readonly source: string;
  readonly tokens: readonly Token[];
  next: number;
}

/**
 * Reads metric math: numbers, ids, `+ - * /`, comparisons, lists, calls.
 * @throws AwsError ValidationError that says where it stopped reading
 */
export function parseExpression(source: string): Expression {
  const cursor: Cursor = { source, tokens: tokensOf(source), next: 0 };
  const tree = readLevel(cursor, 0);
  if (cursor.next < cursor.tokens.length) throw stuck(cursor);
  return tree;
}

/** Operators that bind as loosely as `depth` says, the loosest first. */
function readLevel(cursor: Cursor, depth: number): Expression {
  const signs = LEVELS[depth];
  if (signs === undefined) return readUnary(cursor);
  let left = readLevel(cursor, depth + 1);
  while (signs.has(signAt(cursor))) {
    const operator = signAt(cursor);
    cursor.next += 1;
    left = { kind: 'binary', operator, left, right: readLevel(cursor, depth + 1) };
  }
  return left;
}

function readUnary(cursor: Cursor): Expression {
  if (signAt(cursor) !== '-') return readPrimary(cursor);
  cursor.next += 1;
  return { kind: 'binary', operator: '-', left: { kind: 'number', value: 0 }, right: readUnary(cursor) };
}

function readPrimary(cursor: Cursor): Expression {
  const token = cursor.tokens[cursor.next];
  if (token === undefined) throw stuck(cursor);
  cursor.next += 1;
  switch (token.kind) {
    case 'number':
      return { kind: 'number', value: Number(token.text) };
    case 'text':
      return { kind: 'text', value: token.text };
    case 'word':
      return readWord(cursor, token.text);
    case 'sign':
      return readBracketed(cursor, token.text);
  }
}

function readWord(cursor: Cursor, name: string): Expression {
  if (signAt(cursor) !== '(') return { kind: 'id', name };
  cursor.next += 1;
  return { kind: 'call', name: name.toUpperCase(), args: readUntil(cursor, ')') };
}

function readBracketed(cursor: Cursor, sign: string): Expression {
  if (sign === '[') return { kind: 'list', items: readUntil(cursor, ']') };
  cursor.next -= sign === '(' ? 0 : 1;
  if (sign !== '(') throw stuck(cursor);
  const inner = readLevel(cursor, 0);
  expectSign(cursor, ')');
  return inner;
}

function readUntil(cursor: Cursor, end: string): Expression[] {
  const items: Expression[] = [];
  while (signAt(cursor) !== end) {
    if (items.length > 0) expectSign(cursor, ',');
    items.push(readLevel(cursor, 0));
  }
  expectSign(cursor, end);
  return items;
}

function signAt({ tokens, next }: Cursor): string {
  const token = tokens[next];
  return token?.kind === 'sign' ? token.text : '';
}

function expectSign(cursor: Cursor, sign: string): void {
  if (signAt(cursor) !== sign) throw stuck(cursor);
  cursor.next += 1;
}

function stuck({ source, tokens, next }: Cursor): AwsError {
  return unreadable(source, tokens[next]?.text ?? 'its end');
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw unreadable(source, text.slice(at, at + 10));
    const [, number, double, single, word, sign] = found;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'text', text: double ?? single ?? '' });
  }
  return tokens;
}

function unreadable(source: string, where: string): AwsError {
  return new AwsError('ValidationError', 400, `Error in expression '${source}': cannot be read at ${where}`);
}
