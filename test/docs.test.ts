import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exampleProblems } from '../script/docs/environment.ts';
import { hasPart, table, withPart } from '../script/docs/markdown.ts';
import { SERVICE_EXAMPLES } from '../script/docs/service-examples.ts';
import { policyCaseSchema } from '../src/cli/policy-test/case-file.ts';
import { isAsExpected, tryPolicyFile } from '../src/cli/policy-test/try-cases.ts';
import { caseSchema } from '../src/cli/services-test/case-file.ts';
import { tryFile } from '../src/cli/services-test/try-cases.ts';
import { serviceSchema } from '../src/config/service-schema.ts';
import { parseService } from '../src/config/services.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGES = globSync(['README.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted();

describe('the generated parts of the documentation', () => {
  it('are fresh', async () => {
    const program = join(ROOT, 'script/generate-docs.ts');

    const { stdout } = await promisify(execFile)(process.execPath, [program, '--check']).catch(
      (error: { stdout: string }) => error,
    );

    expect(stdout).toBe('');
  });

  it.each([
    ['a missing one', '#PORT=3000\n', 'REDIS_URL is missing'],
    ['one that nobody reads', 'HEARTBEAT=\n', 'HEARTBEAT is read by nobody'],
    ['another default', '#PORT=8080\n', 'PORT is not its default, which is 3000'],
  ])('would tell %s in .env.example', (_what, example, problem) => {
    expect(exampleProblems(example, ['CHECKOUT_TOKEN'])).toContain(problem);
  });

  it('stand between markers, and nothing else is touched', () => {
    const page = 'before\n<!-- a:begin -->\nold\n<!-- a:end -->\nafter';

    expect(withPart(page, 'a', 'new $1')).toBe('before\n<!-- a:begin -->\nnew $1\n<!-- a:end -->\nafter');
    expect(hasPart(page, 'b')).toBe(false);
    expect(() => withPart(page, 'b', 'new')).toThrow('There is no place for "b"');
  });

  it('escape what would end a cell', () => {
    expect(table(['a'], [['x|y']])).toContain('| x\\|y |');
  });
});

describe('the schema of service files', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(serviceSchema());

  it.each(globSync('services/*.yml', { cwd: ROOT }))('takes %s, which points to it', (file) => {
    const yaml = readFileSync(join(ROOT, file), 'utf8');

    expect(validate(parse(yaml)), JSON.stringify(validate.errors)).toBe(true);
    expect(yaml).toContain('# yaml-language-server: $schema=../docs/service.schema.json');
  });

  it.each([
    'owner: A',
    'owner: A\nchannel: C01\ntilte: x',
    'owner: A\nchannel: C01\nalarms: [{ match: a, severity: P7 }]',
  ])('refuses what the program refuses: %j', (yaml) => {
    expect(validate(parse(yaml))).toBe(false);
    expect(parseService(yaml, 'a.yml').ok).toBe(false);
  });

  it('takes the example in its reference, and so does the program, without a warning', () => {
    const example = serviceExample();

    expect(validate(parse(example)), JSON.stringify(validate.errors)).toBe(true);
    expect(parseService(example, 'checkout.yml', { CHECKOUT_LEAD: 'U0CAT' })).toMatchObject({ ok: true, warnings: [] });
  });

  it('takes the example in the README, and so does the program, without a warning', () => {
    const example = codeBlocks(read('README.md'), 'yaml')[0] ?? '';
    const variables = {
      PROMETHEUS_URL: 'http://prometheus:9090',
      STAGING_PROMETHEUS_URL: 'http://prometheus-staging:9090',
    };

    expect(validate(parse(example)), JSON.stringify(validate.errors)).toBe(true);
    expect(parseService(example, 'demand.yml', variables)).toMatchObject({ ok: true, warnings: [] });
  });

  it('takes the examples of its parts, which are one file together', () => {
    const yaml = `owner: Payments\nchannel: C0PAY\n${Object.values(SERVICE_EXAMPLES).join('')}`;

    expect(validate(parse(yaml)), JSON.stringify(validate.errors)).toBe(true);
    const variables = { CHECKOUT_PROMETHEUS_URL: 'http://prometheus:9090', CHECKOUT_HOOK_SECRET: 'secret' };
    expect(parseService(yaml, 'checkout.yml', variables)).toMatchObject({
      ok: true,
      warnings: [],
    });
  });

  it('has an example for every part that is a group', () => {
    const groups = Object.entries(serviceSchema().properties ?? {}).filter(
      ([, { type, items, properties, ...rest }]) =>
        type === 'object' ? (properties ?? rest.additionalProperties) : items?.properties,
    );

    expect(Object.keys(SERVICE_EXAMPLES)).toEqual(groups.map(([name]) => name));
  });
});

describe('the schema of cases', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(caseSchema());

  it('takes the example in the reference, and the program finds it true', () => {
    const example = codeBlocks(read('docs/services.md'), 'yaml')[1] ?? '';
    const service = parseService(serviceExample(), 'checkout.yml');
    const { cases, problems } = tryFile(example, 'checkout.yml', service.ok ? [service.service] : []);

    expect(validate(parse(example)), JSON.stringify(validate.errors)).toBe(true);
    expect(problems).toEqual([]);
    expect(cases.map((one) => (one.kind === 'decided' ? one.misses : one.why))).toEqual([[], []]);
  });

  it.each(globSync('services/tests/*.yml', { cwd: ROOT }))('takes %s', (file) => {
    expect(validate(parse(read(file))), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe('the schema of policy cases', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(policyCaseSchema());

  it('takes the example in the reference, and the program finds it true', () => {
    const example = codeBlocks(read('docs/services.md'), 'yaml')[2] ?? '';
    const service = parseService(serviceExample(), 'checkout.yml');
    const { cases, problems } = tryPolicyFile(example, 'checkout.yml', service.ok ? [service.service] : []);

    expect(validate(parse(example)), JSON.stringify(validate.errors)).toBe(true);
    expect(problems).toEqual([]);
    expect(cases).toHaveLength(2);
    expect(cases.filter((one) => !isAsExpected(one))).toEqual([]);
  });

  it.each(globSync('services/tests/policies/*.yml', { cwd: ROOT }))('takes %s, which points to it', (file) => {
    expect(validate(parse(read(file))), JSON.stringify(validate.errors)).toBe(true);
    expect(read(file)).toContain('# yaml-language-server: $schema=../../../docs/policy-cases.schema.json');
  });
});

function serviceExample(): string {
  return codeBlocks(read('docs/services.md'), 'yaml')[0] ?? '';
}

describe.each(PAGES)('%s', (page) => {
  it('names only npm verbs that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run (?<verb>[a-z][a-z:-]*)/g)].map(({ groups }) => groups?.verb ?? '');

    expect(named.filter((verb) => !(verb in scripts))).toEqual([]);
  });

  it('links only to what is there', () => {
    const links = [...read(page).matchAll(/\]\((?<to>[^)\s]+)\)/g)].map(({ groups }) => groups?.to ?? '');
    const local = links.filter((to) => !/^(?:https?:|mailto:)/.test(to));

    expect(local.filter((to) => !leadsSomewhere(page, to))).toEqual([]);
  });
});

function leadsSomewhere(page: string, to: string): boolean {
  const [path = '', anchor] = to.split('#');
  const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

/** As GitHub makes them: lower case, without punctuation, dashes for spaces. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (?<title>.+)$/gm)].map(({ groups }) =>
    (groups?.title ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function codeBlocks(page: string, language: string): string[] {
  return [...page.matchAll(/```(?<lang>\w+)\n(?<code>[\s\S]*?)```/g)].flatMap(({ groups }) =>
    groups?.lang === language ? [groups.code ?? ''] : [],
  );
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
