import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';
import type { Variables } from './to-service.ts';

/** What a file says that no schema can judge: `errors` keep Tocsin from using it, `warnings` are probably not meant. */
export interface Lint {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export function lint(_file: ServiceFile, _variables: Variables): Lint {
  return { errors: [], warnings: [] };
}
