import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Subscriber } from './boxes/boxes.ts';
import { DEMO_ZONE } from './clock.ts';
import type { Seed, UserSeed } from './slack/seed.ts';

const MANIFEST = fileURLToPath(new URL('../manifest.yml', import.meta.url));

/** A small company with five services, four people, and the app as `manifest.yml` describes it. */
export async function demoWorkspace(): Promise<Seed> {
  return {
    workspace: 'Demo Rides',
    manifest: await readManifestFile(),
    users: [
      person('U0ANA', 'Ana Costa', {
        name: 'ana',
        title: 'Data scientist, on call',
        color: '#2b6cb0',
        phone: '+16135550101',
      }),
      person('U0BEN', 'Ben Okafor', { name: 'ben', title: 'MLOps engineer', color: '#2f855a', phone: '+16135550102' }),
      person('U0CHLOE', 'Chloé Martin', {
        name: 'chloe',
        title: 'Owner of bikeshare',
        color: '#b7791f',
        phone: '+16135550103',
      }),
      person('U0DMITRI', 'Dmitri Novak', {
        name: 'dmitri',
        title: 'Engineering manager',
        color: '#9b2c2c',
        phone: '+16135550104',
      }),
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

/** The telephones and mailboxes of its people. */
export function subscribersOf({ users }: Pick<Seed, 'users'>): readonly Subscriber[] {
  return users.flatMap(({ id, realName: name, phone: number, email: address }) =>
    number === undefined || address === undefined ? [] : [{ id, name, number, address }],
  );
}

function person(
  id: string,
  realName: string,
  more: Required<Pick<UserSeed, 'name' | 'title' | 'color' | 'phone'>>,
): UserSeed {
  return { id, realName, email: `${more.name}@demo-rides.example`, tz: DEMO_ZONE, ...more };
}

/** Without the file the app has no commands and hears every event. */
async function readManifestFile(): Promise<unknown> {
  const text = await readFile(MANIFEST, 'utf8').catch(() => null);
  return text === null ? undefined : parse(text);
}
