import { SetupError } from '../app/errors.ts';
import type { Where } from '../app/probes.ts';
import { filledIn, placeholdersOf } from '../domain/placeholders.ts';
import type { Environment } from '../domain/service.ts';

/** Replaces the `{placeholders}` of a query's texts. Throws SetupError that names the one without a value, and where to give it. */
export function fillerFor({ service, environment }: Pick<Where, 'service' | 'environment'>): (text: string) => string {
  const values = placeholdersOf(service, environment);
  return (text) => {
    const { text: filled, missing } = filledIn(text, values);
    if (missing.length === 0) return filled;
    throw new SetupError(
      `{${missing[0]}} has no value in ${environment}: add it under environments.${environment}.values of ${service.name}.`,
    );
  };
}

/** The base address of a system, without a slash at its end. Throws SetupError where the environment has none. */
export function addressOf(
  { service, environment }: Pick<Where, 'service' | 'environment'>,
  system: keyof Pick<Environment, 'prometheus' | 'alertmanager' | 'mlflow'>,
): string {
  const address = environmentOf({ service, environment })?.[system] ?? null;
  if (address !== null) return address.replace(/\/+$/, '');
  throw new SetupError(
    `${service.name} has no address of ${system} in ${environment}: add environments.${environment}.${system}.`,
  );
}

/** `null` for an environment that the service file does not describe. */
export function environmentOf({ service, environment }: Pick<Where, 'service' | 'environment'>): Environment | null {
  return Object.hasOwn(service.environments, environment) ? (service.environments[environment] ?? null) : null;
}
