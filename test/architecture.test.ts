import { globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const MAX_LINES = 300;

interface Rule {
  /** What its files may import. Absent: anything but the sandbox. */
  readonly may?: RegExp;
  /** What they may import as types besides. */
  readonly mayAsType?: RegExp;
}

/** Every folder of the product, so that a new one has to say here what it may know. Paths start at the repository's root. */
const LAYERS: Record<string, Rule> = {
  'src/domain': { may: /^(src\/domain\/|date-fns$|@date-fns\/tz$)/ },
  'src/app': { may: /^src\/(app|domain)\//, mayAsType: /^src\/oncall\// },
  'src/actions': {},
  'src/audit': {},
  'src/rotas': {},
  'src/oncall': { may: /^(src\/(oncall|domain)\/|date-fns$|@date-fns\/tz$)/ },
  'src/stats': { may: /^(src\/(stats|domain|app)\/|date-fns(\/constants)?$|ioredis$|node:|zod$)/ },
  'src/store': { may: /^(src\/(store|stats|domain|app)\/|ioredis$|node:|zod$)/, mayAsType: /^pino$/ },
  'src/sources': {},
  'src/paging': {},
  'src/aws': { may: /^(src\/(aws|app)\/|@aws-sdk\/)/ },
  'src/probes': {},
  'src/evidence': {},
  'src/charts': {},
  'src/reconcile': {},
  'src/config': {},
  'src/http': {},
  'src/slack': {},
  'src/local': { may: /^(src\/(local|app)\/|node:|sandbox\/local\.ts$)/ },
  'src/cli': {},
  blocks: {
    may: /^(blocks\/|src\/domain\/|src\/slack\/(protocol|protocol-runs|grammar)\.ts$|src\/stats\/duration-words\.ts$|src\/oncall\/words\.ts$|@slack\/types$|date-fns$)/,
    mayAsType: /^src\/(app|stats)\//,
  },
  handlers: {
    may: /^(handlers\/|blocks\/|src\/(app|domain|oncall|stats)\/|src\/slack\/(protocol|protocol-runs|grammar)\.ts$|@slack\/bolt$)/,
    mayAsType: /^(@slack\/(types|web-api)|pino)$/,
  },
};

const PRODUCT = ['src/**/*.ts', 'handlers/**/*.ts', 'blocks/**/*.ts'];
const WRITTEN_BY_HAND = [...PRODUCT, 'sandbox/**/*.{ts,tsx}', 'bench/**/*.ts', 'script/**/*.ts', 'deploy/hooks/*.mjs'];

describe('the layers', () => {
  for (const [layer, rule] of Object.entries(LAYERS)) {
    const files = filesIn([`${layer}/**/*.ts`]);

    it(`${layer} imports only what it may`, () => {
      expect(files).not.toEqual([]);
      const strangers = files.flatMap((file) =>
        importsOf(file)
          .filter((found) => !isAllowed(rule, found))
          .map(({ target }) => `${file} → ${target}`),
      );

      expect(strangers).toEqual([]);
    });
  }

  it('are all known here', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}`);

    expect(folders.filter((folder) => !(folder in LAYERS))).toEqual([]);
  });

  it('know nothing of the sandbox, but for the start of local mode', () => {
    const insiders = filesIn(PRODUCT)
      .filter((file) => file !== 'src/local/world.ts')
      .filter((file) => importsOf(file).some(({ target }) => target.startsWith('sandbox/')));

    expect(insiders).toEqual([]);
  });
});

describe('the source', () => {
  it('constructs Slack clients in one place, where their timeouts and retries are set', () => {
    expect(filesWith(/new WebClient\(/, PRODUCT)).toEqual(filesIn(['src/slack/clients.ts']));
  });

  it('runs with the production dependencies alone', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const missing = filesIn(PRODUCT).flatMap((file) =>
      importsOf(file)
        .filter(({ target, typeOnly }) => !typeOnly && isPackage(target) && !(packageName(target) in dependencies))
        .map(({ target }) => `${file} → ${target}`),
    );

    expect(missing).toEqual([]);
  });

  it('reads the environment in one place and where a program starts', () => {
    const readers = filesWith(/process\.env\b/, PRODUCT);

    expect(readers.filter((file) => !/^src\/(config\/env|main|cli\/[^/]+)\.ts$/.test(file))).toEqual([]);
  });

  it(`has no file of more than ${MAX_LINES} lines`, () => {
    const long = filesIn(WRITTEN_BY_HAND).filter((file) => read(file).trimEnd().split('\n').length > MAX_LINES);

    expect(long).toEqual([]);
  });

  it('has no drawer for odds and ends', () => {
    const drawers = filesIn(WRITTEN_BY_HAND).filter((file) =>
      /^(utils?|helpers?|types|misc|common)\.tsx?$/.test(basename(file)),
    );

    expect(drawers).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it.each([
    ["import { a } from './a.ts';", 'src/app/a.ts', false],
    ["import {\n  a,\n  b,\n} from './a.ts';", 'src/app/a.ts', false],
    ["import type { A } from '../domain/a.ts';", 'src/domain/a.ts', true],
    ["export * from '../../blocks/kit.ts';", 'blocks/kit.ts', false],
    ["import 'node:fs';", 'node:fs', false],
    ["type A = import('../domain/a.ts').A;", 'src/domain/a.ts', true],
    ["const a = await import('../../sandbox/main.ts');", 'sandbox/main.ts', false],
  ])('understands %j', (source, target, typeOnly) => {
    expect(importsIn(source, 'src/app/here.ts')).toEqual([{ target, typeOnly }]);
  });
});

interface Import {
  /** A path from the repository's root, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

function isAllowed({ may, mayAsType }: Rule, { target, typeOnly }: Import): boolean {
  return may === undefined || may.test(target) || (typeOnly && mayAsType?.test(target) === true);
}

function importsOf(file: string): Import[] {
  return importsIn(read(file), file);
}

function importsIn(source: string, file: string): Import[] {
  const statements = source.matchAll(/^(?:import|export)(?<type> type)?\b[^;'"=]*?from '(?<target>[^']+)'/gm);
  const bare = source.matchAll(/(?:^import |\bimport\(\s*)'(?<target>[^']+)'(?<type>\)\.[A-Z])?/gm);
  return [...statements, ...bare].map(({ groups }) => ({
    target: fromRoot(groups?.target ?? '', file),
    typeOnly: groups?.type !== undefined,
  }));
}

function fromRoot(target: string, file: string): string {
  return target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), target)) : target;
}

function isPackage(target: string): boolean {
  return !/^(node:|src\/|handlers\/|blocks\/|sandbox\/)/.test(target);
}

/** `@scope/name/file.js` and `name/file.js` are files of `@scope/name` and `name`. */
function packageName(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function filesIn(patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] }).toSorted();
}

function filesWith(pattern: RegExp, patterns: readonly string[]): string[] {
  return filesIn(patterns).filter((file) => pattern.test(read(file)));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
