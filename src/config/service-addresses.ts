import type { Finding } from './file-problems.ts';
import type { ServiceFile } from './service-file.ts';

const SYSTEMS = ['prometheus', 'mlflow'] as const;

/** Queries of a system that has no address in any environment: they could never be answered. */
export function missingAddresses({ environments, queries }: ServiceFile): Finding[] {
  return SYSTEMS.filter((system) => !Object.values(environments).some((one) => one[system] !== undefined)).flatMap(
    (system) =>
      Object.entries(queries)
        .filter(([, query]) => query[system] !== undefined)
        .map(([name]) => ({
          path: ['queries', name, system],
          words: `No environment has an address of ${system}: write \`environments.${Object.keys(environments)[0] ?? 'prod'}.${system}\``,
        })),
  );
}
