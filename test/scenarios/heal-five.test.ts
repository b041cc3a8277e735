import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoCompany, startDemoCompany } from '../support/demo-company.ts';
import { heals } from '../support/demo-heal.ts';
import { FIRST_REMEDIES, named } from '../support/remedies.ts';

let company: DemoCompany;

beforeAll(async () => {
  company = await startDemoCompany();
}, 120_000);

afterAll(() => company?.local.end());

describe('each of the five systems is broken and healed from Slack alone', () => {
  it.each(named(FIRST_REMEDIES))(
    '%s',
    async (_, remedies) => {
      await heals(company, remedies);
    },
    240_000,
  );
});

describe('what a rule proposes', () => {
  it('recommendation: more memory for what is short of it, which somebody reviews and lets run', async () => {
    const channel = 'C0RECOMMEND';
    await company.breaks('recommendation', 'short-of-memory');
    await company.card(channel, /Proposed:[^"]*more memory/);

    await company.presses('U0ANA', channel, 'Review');
    await company.decides('U0ANA');

    await company.card(channel, /helped\.\*[^"]*more memory/, 1);
    expect((await company.system('recommendation')).faults.filter(({ on }) => on)).toEqual([]);
  }, 240_000);
});

describe('what one person cannot decide', () => {
  it('credit-risk: the version before serves again once a second person has agreed', async () => {
    const channel = 'C0CREDIT';
    await company.breaks('credit-risk', 'promote-v8');
    const { text } = await company.card(channel, /F1 is below its baseline/);
    const incident = /INC-\d+/.exec(text)?.[0] ?? '';

    await company.types('U0ANA', channel, `/incident rollback ${incident}`);
    await company.decides('U0ANA');
    await company.card(channel, new RegExp(`${incident}\\.\\d waits for approval`));
    expect((await company.system('credit-risk')).running).toContainEqual(
      expect.objectContaining({ what: 'API', now: 'version 8' }),
    );
    await company.presses('U0BEN', channel, 'Approve');

    await company.card(channel, new RegExp(`${incident}\\.\\d helped`), 1);
    expect((await company.system('credit-risk')).running).toContainEqual(
      expect.objectContaining({ what: 'API', now: 'version 7' }),
    );
  }, 240_000);
});
