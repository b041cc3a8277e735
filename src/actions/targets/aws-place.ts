import { kindOf, SetupError, TransientError } from '../../app/errors.ts';
import type { Place } from '../target.ts';

/** The region that an action is done in. Throws SetupError where none is known. */
export function regionOf({ region, environment, service }: Pick<Place, 'region' | 'environment' | 'service'>): string {
  if (region !== '') return region;
  throw new SetupError(
    `No AWS region is known for ${environment}: write it under environments.${environment}.region of ${service.name}, or set AWS_REGION.`,
  );
}

/** A page of AWS's console; `null` in partitions whose console is elsewhere. */
export function consoleLink(region: string, path: string): string | null {
  return /^(?:cn|us-gov|us-iso|eusc)/.test(region) ? null : `https://${region}.console.aws.amazon.com/${path}`;
}

/** What somebody asked to go to now, else what the service file says; `null`: the system is to be asked. */
export function wantedOf(
  { fill, inputs }: Pick<Place, 'fill'> & { readonly inputs: Readonly<Record<string, string>> },
  setting: string | undefined,
): string | null {
  const said = inputs.to?.trim() ?? '';
  if (said !== '') return said;
  return setting === undefined ? null : fill(setting);
}

/**
 * Refused because too much is asked of AWS: such a call has done nothing.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html and https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function isThrottled(error: unknown): boolean {
  const cause = error instanceof TransientError ? error.cause : null;
  return cause instanceof Error && /^(?:TooManyRequests|Throttling)/.test(cause.message);
}

/** Why something could not be told, for a check that does not depend on it. Bugs are thrown on. */
export function whyNot(error: unknown): string {
  if (kindOf(error) === 'bug' || !(error instanceof Error)) throw error;
  return error.message;
}
