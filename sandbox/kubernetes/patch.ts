export interface PatchStep {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6902 as far as objects go; `null` when a step does not fit, or a test does not hold. */
export function jsonPatched(document: object, steps: readonly PatchStep[]): Tree | null {
  const copy = structuredClone(document) as Tree; // JSON
  return steps.every((step) => stepped(copy, step)) ? copy : null;
}

function stepped(document: Tree, { op, path, value }: PatchStep): boolean {
  const names = path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop();
  const parent = names.reduce<unknown>((at, name) => (isTree(at) ? at[name] : undefined), document);
  if (last === undefined || !isTree(parent)) return false;
  const isThere = Object.hasOwn(parent, last);
  if (op === 'test') return isThere && JSON.stringify(parent[last]) === JSON.stringify(value);
  if (op === 'add' || (op === 'replace' && isThere)) {
    parent[last] = value;
    return true;
  }
  return op === 'remove' && isThere && delete parent[last];
}

/** RFC 7386: what is `null` goes, objects are merged, everything else is replaced. */
export function merged(document: unknown, patch: unknown): unknown {
  if (!isTree(patch)) return patch;
  const result: Tree = isTree(document) ? { ...document } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}
