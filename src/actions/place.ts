import { SetupError } from '../app/errors.ts';
import { filledIn, placeholdersOf } from '../domain/placeholders.ts';
import type { Service } from '../domain/service.ts';
import { environmentOf } from '../probes/filled.ts';
import type { Place } from './target.ts';

/** Where an action is done, with the values of the environment, the inputs and `{to}`, which is what somebody asked to go to. */
export function placeOf(
  service: Service,
  environment: string,
  inputs: Readonly<Record<string, string>>,
  region: string,
): Place {
  const own = placeholdersOf(service, environment);
  const values = { ...own, ...inputs };
  return {
    service,
    values: own,
    environment,
    region: environmentOf({ service, environment })?.region ?? region,
    fill(text) {
      const { text: filled, missing } = filledIn(text, values);
      if (missing.length === 0) return filled;
      throw new SetupError(
        `{${missing[0]}} has no value in ${environment}: add it under environments.${environment}.values of ${service.name}, or to the inputs of the action.`,
      );
    },
  };
}
