import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoCompany, startDemoCompany } from '../support/demo-company.ts';
import { asks, does, heals } from '../support/demo-heal.ts';
import { DEEDS, type Deed, FALLBACKS, LOCAL_REMEDIES, named, OTHER_REMEDIES } from '../support/remedies.ts';

const WITHIN = 240_000;
let company: DemoCompany;

beforeAll(async () => {
  company = await startDemoCompany({}, { 'movie-recommender': onThisMachine });
}, 120_000);

afterAll(() => company?.local.end());

/** The pack's stack on somebody's machine is at fixed ports there; here it is the demo company's. */
function onThisMachine(pack: string): string {
  return pack
    .replaceAll('http://localhost:8080', '$' + '{MOVIE_API_URL}')
    .replaceAll('http://localhost:9090', '$' + '{MOVIE_PROMETHEUS_URL}');
}

it.each(named(OTHER_REMEDIES))(
  '%s',
  async (_, remedies) => {
    await heals(company, remedies);
  },
  WITHIN,
);

it.each<Deed>(DEEDS)(
  '$system: $action is done',
  async (deed) => {
    await does(company, deed);
  },
  WITHIN,
);

it.each(FALLBACKS)(
  '$system: $action serves until two people have switched back',
  async ({ back, ...remedy }) => {
    const { system, channel } = remedy;
    await heals(company, [remedy]);

    await company.presses('U0ANA', channel, 'Switch Back');
    await company.decides('U0ANA');
    await company.card(channel, /waits for approval\.\*[^"]*Switch back to the personal model/);
    await company.presses(back.second, channel, 'Approve');

    await company.card(channel, /helped\.\*[^"]*Switch back to the personal model/, 1);
    const { running } = await company.system(system);
    expect(running).toContainEqual(expect.objectContaining({ what: back.what, now: back.now }));
    const { text } = await company.card(channel, /INC-/);
    expect(text).not.toMatch(/serves, not the personal one\*/);
  },
  WITHIN,
);

it(
  'movie-recommender: what Compose runs on one machine is restarted',
  async () => {
    const channel = 'C0MOVIES';
    await company.declares('U0ANA', channel, 'My stack hangs', 'local');
    for (const { action } of LOCAL_REMEDIES) {
      const { text } = await company.card(channel, /My stack hangs/);
      const run = await asks(company, text, { channel, command: `run ${action}` });
      await company.card(channel, new RegExp(`${run} helped`), 1);
    }
  },
  WITHIN,
);
