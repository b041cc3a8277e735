import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAsExpected, tryPolicyCases, untriedSteps } from '../../src/cli/policy-test/try-cases.ts';
import { checkServices } from '../../src/config/services.ts';
import { PACKS } from '../packs/shipped.ts';

const FOLDER = join(import.meta.dirname, '../../services');

/** What `npm run policy:test` does with the packs that come with Tocsin. */
describe('the policies that come with Tocsin', () => {
  const { services } = checkServices(FOLDER);
  const tried = tryPolicyCases(join(FOLDER, 'tests/policies'), services) ?? [];
  const cases = tried.flatMap(({ file, cases: all }) => all.map((one) => [`${file}: ${one.name}`, one] as const));

  it('have cases for every pack, and for every step', () => {
    expect(tried.map(({ file }) => file)).toEqual(PACKS.map((pack) => `${pack}.yml`).toSorted());
    expect(tried.flatMap(({ problems }) => problems)).toEqual([]);
    expect(untriedSteps(services, tried)).toEqual([]);
  });

  it.each(cases)('tell whom they should: %s', (_name, one) => {
    expect(isAsExpected(one), JSON.stringify(one, null, 2)).toBe(true);
  });
});
