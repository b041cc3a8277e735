import { afterAll, beforeAll, it } from 'vitest';
import { type DemoCompany, startDemoCompany } from '../support/demo-company.ts';
import { heals } from '../support/demo-heal.ts';
import { MORE_REMEDIES, type Remedy } from '../support/remedies.ts';

let company: DemoCompany;

beforeAll(async () => {
  company = await startDemoCompany();
}, 120_000);

afterAll(() => company?.local.end());

it.each<Remedy>(MORE_REMEDIES)('$system: $fault ends with $action', async (remedy) => {
  await heals(company, remedy);
}, 240_000);
