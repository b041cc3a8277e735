import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Seed } from './slack/seed.ts';

const MANIFEST = fileURLToPath(new URL('../manifest.yml', import.meta.url));

/** A small company with five services, four people, and the app as `manifest.yml` describes it. */
export async function demoWorkspace(): Promise<Seed> {
  return {
    workspace: 'Demo Rides',
    manifest: await readManifestFile(),
    users: [
      { id: 'U0ANA', name: 'ana', realName: 'Ana Costa', title: 'Data scientist, on call', color: '#2b6cb0' },
      { id: 'U0BEN', name: 'ben', realName: 'Ben Okafor', title: 'MLOps engineer', color: '#2f855a' },
      { id: 'U0CHLOE', name: 'chloe', realName: 'Chloé Martin', title: 'Owner of bikeshare', color: '#b7791f' },
      { id: 'U0DMITRI', name: 'dmitri', realName: 'Dmitri Novak', title: 'Engineering manager', color: '#9b2c2c' },
    ],
    channels: [
      { id: 'C0BIKESHARE', name: 'bikeshare-alerts', topic: 'Demand forecasts for bike stations' },
      { id: 'C0RECOMMEND', name: 'recommendation-alerts', topic: 'Recommendation API and its models' },
      { id: 'C0CREDIT', name: 'credit-risk-alerts', topic: 'Credit scores and the pipeline that retrains them' },
      { id: 'C0MOVIES', name: 'movie-alerts', topic: 'Movie recommendations' },
      { id: 'C0POTATO', name: 'potato-alerts', topic: 'Nutrition data, from bronze to silver' },
      { id: 'C0INCIDENTS', name: 'incidents', topic: 'Everything that needs more than one team' },
      { id: 'C0OPERATORS', name: 'tocsin-operators', topic: 'What the bot has to say about itself' },
    ],
    userGroups: [{ id: 'S0ONCALL', handle: 'oncall', name: 'On call', users: ['U0ANA', 'U0BEN'] }],
  };
}

/** Without the file the app has no commands and hears every event. */
async function readManifestFile(): Promise<unknown> {
  const text = await readFile(MANIFEST, 'utf8').catch(() => null);
  return text === null ? undefined : parse(text);
}
