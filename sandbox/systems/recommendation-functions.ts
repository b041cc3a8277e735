import type { SandboxRunning } from '../api.ts';
import { type LambdaFunction, pointAlias, publish, updateStatus } from '../aws/lambda/functions.ts';
import type { Lambda } from '../aws/lambda/lambda.ts';
import type { Faults } from './faults.ts';
import type { Outbox } from './outbox.ts';
import { RECOMMENDATION } from './recommendation-names.ts';

const DAY_MS = 86_400_000;
const ALIAS = 'live';
const GOOD = 41;
/** How many calls run at once on a usual day. */
const DEMAND = 410;
const MORE_WORK = 1.75;

/** The two functions of the recommendations: one answers, by its alias; one fetches features, without an alias. */
export interface RecommendationFunctions {
  follow(faults: Faults): void;
  running(): readonly SandboxRunning[];
}

export function addFunctions(lambda: Lambda, outbox: Outbox, now: () => number): RecommendationFunctions {
  const inference = lambda.add(RECOMMENDATION.function);
  for (let version = 1; version <= GOOD; version += 1) {
    publish(inference, `v${version}`, now() - (2 + 7 * (GOOD - version)) * DAY_MS);
  }
  pointAlias(inference, ALIAS, String(GOOD));
  inference.reserved = 600;
  const features = lambda.add(RECOMMENDATION.featuresFunction);
  const live = (): string => inference.aliases.get(ALIAS)?.version ?? '';
  const tell = (to: string, at: number): void => outbox.add(release(live(), to, at));

  return {
    follow: (faults) => {
      faults.follow('deploy-v42', {
        isSo: () => Number(live()) > GOOD,
        bring: () => {
          const at = now() - 19 * 60_000; // as old as what follows from it
          const version = publish(inference, `v${inference.published.size + 1}: more candidates`, at);
          tell(version, at);
          pointAlias(inference, ALIAS, version);
        },
        end: () => {
          tell(String(GOOD), now());
          pointAlias(inference, ALIAS, String(GOOD));
        },
      });
      faults.follow('throttled', {
        isSo: () => (inference.reserved ?? Number.POSITIVE_INFINITY) < DEMAND,
        bring: () => {
          inference.reserved = 380;
        },
        end: () => {
          inference.reserved = 600;
        },
      });
      faults.follow('short-of-memory', createShortage(features, now));
    },
    running: () => [
      {
        what: `${inference.name}:${ALIAS}`,
        now: `version ${live()}, ${inference.reserved} at once`,
        isChanging: false,
      },
      {
        what: features.name,
        now: `${features.latest.memory} MB`,
        isChanging: updateStatus(features, now()) === 'InProgress',
      },
    ],
  };
}

/** What a function has to hold outgrows its memory, until it has enough again. */
function createShortage(held: LambdaFunction, now: () => number) {
  let needs = 0;
  return {
    isSo: () => held.latest.memory < needs || (needs > 0 && updateStatus(held, now()) === 'InProgress'),
    bring: () => {
      needs = held.latest.memory * MORE_WORK;
    },
    end: () => {
      needs = 0;
    },
  };
}

function release(from: string, to: string, at: number): Readonly<Record<string, unknown>> {
  const { function: name } = RECOMMENDATION;
  return {
    ...{ kind: 'change', name, change: 'deployment', at: new Date(at).toISOString(), by: 'github-actions' },
    id: `${name}/${to}/${at}`,
    summary: `${name}:${ALIAS} went from version ${from} to ${to}`,
  };
}
