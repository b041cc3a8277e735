import type { Service } from '../domain/service.ts';
import { checkServices } from './services.ts';
import type { Variables } from './variables.ts';

export type Reloaded =
  | { readonly ok: true; readonly services: readonly Service[] }
  /** `notice` tells operators what is wrong and what holds meanwhile; `cause` names this trouble and no other. */
  | { readonly ok: false; readonly cause: string; readonly notice: string };

const SHOWN = 5;

/** Reads the service files of a running Tocsin again. Files that are not valid change nothing. Never throws. */
export function reloadServices(dir: string, variables: Variables): Reloaded {
  const { services, problems } = checkServices(dir, variables);
  const [first] = problems;
  if (first === undefined) return { ok: true, services };
  const more = problems.length - SHOWN;
  const notice = [
    'The service files were read again and are not valid. Nothing has changed: the ones from before stay in force.',
    ...problems.slice(0, SHOWN).map((problem) => `• ${problem}`),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    'Mend them (`npm run services:check` says the same), then send SIGHUP again.',
  ].join('\n');
  return { ok: false, cause: `service files: ${first.slice(0, 120)}`, notice };
}
