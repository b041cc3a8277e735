import { afterAll, beforeAll, it } from 'vitest';
import { type DemoCompany, startDemoCompany } from '../support/demo-company.ts';
import { heals } from '../support/demo-heal.ts';
import { MORE_REMEDIES, named } from '../support/remedies.ts';

let company: DemoCompany;

beforeAll(async () => {
  company = await startDemoCompany();
}, 120_000);

afterAll(() => company?.local.end());

it.each(named(MORE_REMEDIES))(
  '%s',
  async (_, remedies) => {
    await heals(company, remedies);
  },
  240_000,
);
