import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryCases, unreached } from '../../src/cli/services-test/try-cases.ts';
import { checkServices } from '../../src/config/services.ts';

const FOLDER = join(import.meta.dirname, '../../services');

/** What `npm run services:test` does with the packs that come with Tocsin. */
describe('the services that come with Tocsin', () => {
  const { services } = checkServices(FOLDER);
  const tried = tryCases(join(FOLDER, 'tests'), services) ?? [];

  it('have cases for every service, and for every rule', () => {
    expect(tried.map(({ file }) => file)).toEqual(services.map(({ name }) => `${name}.yml`));
    expect(unreached(services, tried)).toEqual([]);
  });

  it.each(tried.map((one) => [one.file, one] as const))('do what %s expects', (_file, { cases, problems }) => {
    expect(problems).toEqual([]);
    expect(cases.filter((one) => one.kind === 'untried' || one.misses.length > 0)).toEqual([]);
  });
});
