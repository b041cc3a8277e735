import { SetupError } from '../../app/errors.ts';
import { lengthWords } from '../../domain/length-words.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import { type LedgerEntry, lastKnownGood } from '../ledger.ts';
import type { Asked, TargetDeps } from '../target.ts';
import { wantedOf, whyNot } from './aws-place.ts';
import { configurationsNamedLike } from './sagemaker-config.ts';
import { type EndpointPlace, endpointLock } from './sagemaker-endpoint.ts';

/** Where an endpoint goes back to, and what is known of it. */
export interface Goal {
  readonly config: string;
  readonly check: PlanCheck;
}

/**
 * What somebody said, else what the service file says, else the last known good configuration of the ledger. Nothing is guessed from
 * names: SetupError shows those that look like it.
 */
export async function goalOf(
  deps: TargetDeps,
  asked: Asked<'sagemaker_rollback'>,
  place: EndpointPlace,
  current: string,
): Promise<Goal> {
  const entries = await deps.ledger.entries(endpointLock(place));
  const wanted = wantedOf(asked, asked.settings.to);
  if (wanted === current)
    throw new SetupError(`${place.endpoint} serves ${current} already: there is nothing to change.`);
  if (wanted !== null) return { config: wanted, check: knownCheck(wanted, entries) };
  const good = lastKnownGood(entries, current);
  if (good) return { config: good.version, check: knownCheck(good.version, entries) };
  throw new SetupError(
    `Tocsin has not seen ${place.endpoint} serve anything but ${current} without an incident. ${await candidates(deps, place, entries, current)}`,
  );
}

function knownCheck(config: string, entries: readonly LedgerEntry[]): PlanCheck {
  const entry = entries.find(({ version }) => version === config);
  if (!entry)
    return { isWell: null, text: `Tocsin has not seen ${config} in service: how well it serves is not known.` };
  if (entry.isWithdrawn) return { isWell: null, text: `Somebody has gone back from ${config} before.` };
  if (entry.healthyMs === 0) return { isWell: null, text: `${config} was never seen to serve without an incident.` };
  return { isWell: true, text: `${config} has served ${lengthWords(entry.healthyMs)} without an incident.` };
}

async function candidates(
  deps: TargetDeps,
  place: EndpointPlace,
  entries: readonly LedgerEntry[],
  current: string,
): Promise<string> {
  const withdrawn = new Set(entries.filter(({ isWithdrawn }) => isWithdrawn).map(({ version }) => version));
  try {
    const names = await configurationsNamedLike(deps, place);
    const others = names.filter((name) => name !== current && !withdrawn.has(name)).slice(0, 5);
    if (others.length === 0) return 'No other configuration is named like it: say which one, with “to”.';
    return `Configurations that are named like it, the newest first: ${others.join(', ')}. Say which one, with “to”.`;
  } catch (error) {
    return `Say which configuration, with “to”; they could not be listed: ${whyNot(error)}`;
  }
}
