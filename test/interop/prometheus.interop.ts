import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { type Exporter, startExporter, startWatch } from './prometheus.ts';

const { PROMETHEUS, ALERTMANAGER } = process.env;
const TOKEN = 'a token of this test alone';
const HOUR_S = 3_600;
/** A scrape, an evaluation, two flushes, and an edit of the card. */
const SOON_MS = 60_000;
/** Values of open incidents are asked anew once a minute. */
const MINUTE_MS = 100_000;

interface Watched extends Scenario {
  readonly exporter: Exporter;
  /** Waits longer than a card of the stand-ins does: real programs take their time. */
  readonly cardSays: (id: string, words: readonly string[], patienceMs?: number) => Promise<string>;
}

interface WatchedPack {
  readonly pack: string;
  readonly rules: string;
  readonly prefix: string;
  /** What the system says from the first scrape on. */
  readonly says: () => readonly string[];
}

const MOVIE = { pack: 'movie-recommender', rules: 'movie-recommender.rules.yml', prefix: 'MOVIE' };

/** The product with a system that a real Prometheus watches by the rules that we ship. */
async function watched(
  world: Scenario,
  { pack, rules, prefix, says }: WatchedPack,
  work: (watched: Watched) => Promise<void>,
): Promise<void> {
  const exporter = await startExporter();
  exporter.says(says);
  const webhook = `${world.botUrl}/webhooks/alertmanager`;
  const { prometheus, alertmanager } = await startWatch(
    { prometheus: PROMETHEUS ?? '', alertmanager: ALERTMANAGER ?? '' },
    {
      dir: join(world.servicesDir, '..', 'watch'),
      job: pack,
      target: exporter.target,
      rules: await readFile(join('deploy', 'alarms', rules), 'utf8'),
      webhook,
      token: TOKEN,
    },
  );
  try {
    await world.botProcess({
      ALERTMANAGER_TOKEN: TOKEN,
      [`${prefix}_PROMETHEUS_URL`]: prometheus.url,
      [`${prefix}_ALERTMANAGER_URL`]: alertmanager.url,
    });
    await work({
      ...world,
      exporter,
      cardSays: async (id, words, patienceMs = SOON_MS) => {
        let seen = 'nothing';
        return await eventually(
          () => `${words.join(', ')} on the card of ${id}; it says:\n${seen}\nPrometheus:\n${prometheus.output()}`,
          () => {
            seen = world.slack.cards(id)[0]?.text() ?? 'nothing';
            return words.every((word) => seen.includes(word)) && seen;
          },
          patienceMs,
        );
      },
    });
  } finally {
    await prometheus.stop();
    await alertmanager.stop();
    await exporter.stop();
  }
}

// Real programs take their time; a scenario alone would end a test sooner.
vi.setConfig({ testTimeout: 240_000 });

/** Errors in the log are those of AWS, which is not there. */
const WITHOUT_AWS = { errors: [/./] };

describe.skipIf(!(PROMETHEUS && ALERTMANAGER))('a real Prometheus and a real Alertmanager', () => {
  it('drive the potato pack by the rules of its own runbook: stale, critically stale, well again', async ({
    start,
  }) => {
    let hours = 2.5;
    const says = () => [`potato_pipeline_last_successful_run_timestamp ${Date.now() / 1_000 - hours * HOUR_S}`];
    const pack = { pack: 'potato-pipeline', rules: 'potato-pipeline.seed.rules.yml', prefix: 'POTATO', says };
    await watched(await start(WITHOUT_AWS), pack, async ({ cardSays, ...world }) => {
      expect(await cardSays('INC-1', ['Silver data is stale', 'P1'])).toContain('Runbook');
      await cardSays('INC-1', ['2.5 h'], MINUTE_MS);

      hours = 5;
      await cardSays('INC-1', ['P0', 'Silver data is critically stale']);

      hours = 0.1;
      await cardSays('INC-1', ['Recovered', 'Watching until']);
      expect(await world.incidents()).toHaveLength(1);
    });
  });

  it('drive the movie pack: a PSI between 0.3 and 0.5 wants a retrain within days', async ({ start }) => {
    let served = 10_000;
    const says = () => {
      served += 100;
      return [
        'data_drift_psi{feature="user_age"} 0.42',
        'data_drift_psi{feature="genre"} 0.05',
        `recommend_requests_total{status="200"} ${served}`,
      ];
    };
    await watched(await start(WITHOUT_AWS), { ...MOVIE, says }, async ({ cardSays }) => {
      await cardSays('INC-1', ['The data has drifted', 'PSI of the worst feature is 0.42', 'P2']);
      await cardSays('INC-1', ['above 0.3', 'P1 above 0.5', '2–3 days'], MINUTE_MS);
    });
  });

  it('drive the movie pack: exactly how many requests fail decides how bad it is', async ({ start }) => {
    const counters = { ok: 0, failed: 0 };
    let failing = 3;
    const says = () => {
      counters.ok += 100 - failing;
      counters.failed += failing;
      return [
        `recommend_requests_total{status="200"} ${counters.ok}`,
        `recommend_requests_total{status="500"} ${counters.failed}`,
      ];
    };
    await watched(await start(WITHOUT_AWS), { ...MOVIE, says }, async ({ cardSays }) => {
      await cardSays('INC-1', ['Requests fail', 'P2'], MINUTE_MS);
      failing = 60;
      await cardSays('INC-1', ['Many requests fail', 'P1']);
    });
  });
});
