import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { kindOf, SetupError } from '../app/errors.ts';
import type { IncidentStore } from '../app/store.ts';
import type { AwsClients } from '../aws/clients.ts';
import { type Action, isFor } from '../domain/action.ts';
import type { Service } from '../domain/service.ts';
import { translated } from '../store/errors.ts';
import type { Keys } from '../store/keys.ts';
import type { Ledger } from './ledger.ts';
import { placeOf } from './place.ts';
import { type EndpointPlace, endpointLock, endpointOf } from './targets/sagemaker-endpoint.ts';

export interface LedgerKeeperDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'lease'>;
  readonly ledger: Pick<Ledger, 'seen'>;
  readonly aws: AwsClients;
  readonly services: () => readonly Service[];
  readonly store: Pick<IncidentStore, 'openIds' | 'loadMany'>;
  /** For environments that name none; empty where there is none. */
  readonly region: string;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

const EVERY_MS = 5 * 60_000;
/** Turns are taken by Redis's clock and asked for by ours. */
const SLACK_MS = 5_000;
const MOST_INCIDENTS = 1_000;

/**
 * A chore: writes down which configuration serves on every endpoint that can be rolled back, and whether it is well, once in five
 * minutes by one process, and by each right after its start. SageMaker does not keep what served before: without this nobody knows
 * where to go back to.
 */
export function createLedgerKeeper(deps: LedgerKeeperDeps): () => Promise<void> {
  const { redis, keys, now } = deps;
  const { isMyTurn } = translated({
    isMyTurn: async () => (await redis.set(keys.lease('ledger'), '1', 'PX', EVERY_MS - SLACK_MS, 'NX')) === 'OK',
  });
  let nextAt = Number.NEGATIVE_INFINITY;
  let hasLooked = false;

  return async () => {
    const waitMs = nextAt - now();
    if (waitMs > 0 && waitMs <= EVERY_MS) return; // longer: the clock was put back
    nextAt = now() + EVERY_MS;
    const watched = watchedOf(deps);
    if (watched.size === 0 || (!(await isMyTurn()) && hasLooked)) return;
    hasLooked = true;
    const troubled = await troubledPlaces(deps);
    await Promise.all([...watched.values()].map((one) => look(deps, one, troubled)));
  };
}

interface Watched extends EndpointPlace {
  /** All that it serves, as `service/environment`. */
  readonly serves: readonly string[];
}

/** Endpoints that an action could roll back, each once. */
function watchedOf({ services, region }: LedgerKeeperDeps): ReadonlyMap<string, Watched> {
  const watched = new Map<string, Watched>();
  for (const { service, environment, action } of everywhere(services())) {
    const place = endpointIn(service, environment, action, region);
    if (!place) continue;
    const lock = endpointLock(place);
    const serves = [...(watched.get(lock)?.serves ?? []), `${service.name}/${environment}`];
    watched.set(lock, { ...place, serves });
  }
  return watched;
}

/** Every action in every environment that it is for. */
function everywhere(services: readonly Service[]) {
  return services.flatMap((service) =>
    Object.keys(service.environments).flatMap((environment) =>
      Object.values(service.actions)
        .filter((action) => isFor(action, environment))
        .map((action) => ({ service, environment, action })),
    ),
  );
}

/** `null`: the action is another one, or nobody can tell its endpoint before it is asked for. */
function endpointIn(service: Service, environment: string, action: Action, fallback: string): EndpointPlace | null {
  const { kind, settings } = action.target;
  const { endpoint } = settings;
  if (kind !== 'sagemaker_rollback' || typeof endpoint !== 'string') return null;
  const presets = action.inputs.flatMap(({ name, preset }) => (preset === null ? [] : [[name, preset] as const]));
  const { region, fill } = placeOf(service, environment, Object.fromEntries(presets), fallback);
  try {
    return region === '' ? null : { region, endpoint: fill(endpoint) };
  } catch (error) {
    if (error instanceof SetupError) return null; // a plan says so to whoever asks for it
    throw error;
  }
}

/** Where an incident is open, as `service/environment`. Drills trouble nobody. */
async function troubledPlaces({ store }: LedgerKeeperDeps): Promise<ReadonlySet<string>> {
  const open = await store.loadMany(await store.openIds(MOST_INCIDENTS));
  return new Set(open.filter(({ drill }) => !drill).map(({ service, environment }) => `${service}/${environment}`));
}

/** What cannot be told is not written down: a gap counts as nothing. */
async function look(deps: LedgerKeeperDeps, watched: Watched, troubled: ReadonlySet<string>): Promise<void> {
  try {
    const { config, status } = await endpointOf(deps, watched);
    const isHealthy = status === 'InService' && !watched.serves.some((place) => troubled.has(place));
    await deps.ledger.seen(endpointLock(watched), config, isHealthy);
  } catch (error) {
    const level = kindOf(error) === 'bug' ? 'error' : 'warn';
    deps.log[level]({ err: error, endpoint: watched.endpoint }, 'which configuration serves could not be written down');
  }
}
