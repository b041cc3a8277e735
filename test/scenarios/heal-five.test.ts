import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoCompany, startDemoCompany } from '../support/demo-company.ts';

let company: DemoCompany;

beforeAll(async () => {
  company = await startDemoCompany();
}, 120_000);

afterAll(() => company?.local.end());

/** What breaks, by what its card is known, and what somebody types to mend it. */
const TROUBLES = [
  {
    ...{ system: 'potato-pipeline', fault: 'stale-silver-data', channel: 'C0POTATO', card: /Silver data is stale/ },
    ...{ minutes: 1 },
    command: '/incident run run-pipeline INC',
  },
  {
    ...{
      system: 'movie-recommender',
      fault: 'model-errors',
      channel: 'C0MOVIES',
      card: /Many requests fail|Requests fail/,
    },
    ...{ minutes: 1 },
    command: '/incident rollback previous-model INC',
  },
  {
    ...{
      system: 'bikeshare',
      fault: '5xx-on-prod',
      channel: 'C0BIKESHARE',
      card: /The prod endpoint answers with server/,
    },
    ...{ minutes: 1 },
    command: '/incident rollback rollback INC',
  },
  {
    ...{
      system: 'recommendation',
      fault: 'deploy-v42',
      channel: 'C0RECOMMEND',
      card: /Recommendations prod:/,
    },
    ...{ minutes: 1 },
    command: '/incident rollback rollback INC',
  },
  {
    ...{ system: 'credit-risk', fault: 'drift-the-features', channel: 'C0CREDIT', card: /Features have drifted/ },
    ...{ command: '/incident retrain retrain INC', minutes: 20 }, // a new model is watched for a day
  },
] as const;

describe('each of the five systems is broken and healed from Slack alone', () => {
  it.each(TROUBLES)('$system: $fault', async ({ system, fault, channel, card, command, minutes }) => {
    await company.breaks(system, fault);
    const { text } = await company.card(channel, card);
    const incident = /INC-\d+/.exec(text)?.[0] ?? '';

    await company.types('U0ANA', channel, command.replace('INC', incident));
    await company.decides('U0ANA');
    const { text: after } = await company.card(channel, new RegExp(`${incident}\\.1 helped`), minutes);

    expect(after).not.toContain('could not be told');
    expect((await company.system(system)).faults.filter(({ on }) => on)).toEqual([]);
  }, 240_000);
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
