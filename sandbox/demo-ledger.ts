import { createLedger } from '../src/actions/ledger.ts';
import { endpointLock } from '../src/actions/targets/sagemaker-endpoint.ts';
import { connect } from '../src/store/connection.ts';
import { createKeys } from '../src/store/keys.ts';
import { RECOMMENDATION } from './systems/recommendation-names.ts';

/** What has served without an incident until today, as the packs name the places. */
const KNOWN = [
  { region: 'ca-central-1', endpoint: 'bikeshare-prod', config: 'bikeshare-prod-v41' },
  { region: 'ca-central-1', endpoint: 'bikeshare-staging', config: 'bikeshare-staging-v42' },
  { region: 'us-east-1', endpoint: RECOMMENDATION.endpoint, config: `${RECOMMENDATION.endpoint}-v41` },
] as const;

const LOOKS = 13;
const EVERY_MS = 10 * 60_000;

/**
 * Lets Tocsin have looked at the demo company's endpoints for two hours before it begins, as it does every few minutes: a release that is
 * broken at once can then be rolled back. Only in a Redis where Tocsin has never opened an incident and has looked at nothing.
 * @throws TransientError when no Redis can be reached
 */
export async function knowVersions(redisUrl: string): Promise<void> {
  const redis = await connect(redisUrl, { warn: () => undefined }, 'demo');
  try {
    const keys = createKeys();
    let at = 0;
    const ledger = createLedger(redis, keys, () => at);
    const isKnown = await redis.exists(keys.sequence, ...KNOWN.map((place) => keys.ledger(endpointLock(place))));
    if (isKnown > 0) return;
    for (let look = LOOKS; look >= 1; look -= 1) {
      at = Date.now() - look * EVERY_MS;
      for (const place of KNOWN) await ledger.seen(endpointLock(place), place.config, true);
    }
  } finally {
    redis.disconnect();
  }
}
