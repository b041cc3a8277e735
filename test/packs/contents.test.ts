import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryCases, unreached } from '../../src/cli/services-test/try-cases.ts';
import { PACKS, packFile, ROOT, read, SERVICES } from './shipped.ts';

/** Every text of a file with the names that lead to it. */
function textsOf(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(Array.isArray(value) ? [] : [{ path, text: name }]),
    ...textsOf(inner, [...path, name]),
  ]);
}

describe.each(PACKS)('the pack %s', (pack) => {
  const file = packFile(pack);
  const texts = textsOf(file);
  const service = SERVICES.find(({ name }) => name === pack);

  it('names nobody: no mail address, no number, no account, no Slack user', () => {
    const personal = [
      /[\w.+-]+@[\w-]+\.[a-z]/i, // an address
      /\+\d[\d ()-]{6,}\d|\(\d{3}\) ?\d{3}/, // a telephone number
      /\b\d{12}\b/, // an AWS account
      /\b[UWS]0[A-Z0-9]{3,}\b/, // a Slack user or group
      /\bAKIA[A-Z0-9]/, // a key
    ];

    expect(texts.filter(({ text }) => personal.some((one) => one.test(text)))).toEqual([]);
    expect(service?.responders).toEqual([]);
  });

  it('knows localhost only where everything runs on one machine', () => {
    const elsewhere = texts.filter(({ path, text }) => /localhost|127\.0\.0\.1/.test(text) && !path.includes('local'));

    expect(elsewhere).toEqual([]);
  });

  it('leaves no placeholder of its runbook and no sign that was decoded wrongly', () => {
    const source = read(`services/${pack}.yml`);

    expect(source).not.toMatch(/example\.(?:com|org)|[ÃÂâ][\u0080-\u00bf€]|ðŸ|\[name\]|\[contact\]|-xyz\b/);
  });

  it('has a checklist behind every rule and every signal', () => {
    const without = [...(service?.rules ?? []), ...(service?.signals ?? [])].filter(
      ({ runbook }) => runbook === null || !Object.hasOwn(service?.runbooks ?? {}, runbook),
    );

    expect(without).toEqual([]);
    expect(Object.values(service?.runbooks ?? {}).filter(({ steps }) => steps.length === 0)).toEqual([]);
  });

  it('begins with the line by which an editor finds the schema', () => {
    expect(read(`services/${pack}.yml`).split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../docs/service.schema.json',
    );
  });

  it('tells in docs/packs.md which variables it reads', () => {
    const read_ = [...read(`services/${pack}.yml`).matchAll(/\$\{(?<name>[A-Z][A-Z0-9_]*)\}/g)];
    const page = read('docs/packs.md');

    expect(read_.map(({ groups }) => groups?.name ?? '').filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the cases in services/tests', () => {
  const tried = tryCases(join(ROOT, 'services/tests'), SERVICES) ?? [];
  const cases = tried.flatMap(({ file, cases: all }) => all.map((one) => ({ file, ...one })));

  it.each(cases)('$file: $name', (one) => {
    expect(one).toMatchObject({ kind: 'decided', misses: [] });
  });

  it('leave out no rule', () => {
    expect(tried.flatMap(({ problems }) => problems)).toEqual([]);
    expect(unreached(SERVICES, tried)).toEqual([]);
  });
});
