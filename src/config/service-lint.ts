import type { Service } from '../domain/service.ts';
import type { Finding } from './file-problems.ts';
import { actionFindings } from './service-actions.ts';
import { missingAddresses } from './service-addresses.ts';
import type { ServiceFile } from './service-file.ts';
import { gradeErrors, gradeWarnings } from './service-grades.ts';
import { policyFindings } from './service-paging.ts';
import { peopleWarnings, rotationFindings } from './service-people.ts';
import { missingPlaceholders } from './service-placeholders.ts';
import { duplicates, strangeEnvironments, unknownNames } from './service-references.ts';
import { unsetVariables } from './service-variables.ts';
import type { Variables } from './variables.ts';

/** What a file says that no schema can judge: `errors` keep Tocsin from using it, `warnings` are probably not meant. */
export interface Lint {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** What a file is looked at with. */
export interface Surroundings {
  /** What `${NAME}` stands for. */
  readonly variables: Variables;
  /** Epoch ms. Whether somebody is on call is looked at from here on. */
  readonly now: number;
}

/** Looks at how the parts of one valid file fit together. `service` is what the file describes. */
export function lint(file: ServiceFile, service: Service, { variables, now }: Surroundings): Lint {
  const placeholders = missingPlaceholders(file);
  const policy = policyFindings(file, service, variables);
  const rotations = rotationFindings(file, service, now);
  const actions = actionFindings(file, service, variables);
  return {
    errors: [
      ...unknownNames(file),
      ...duplicates(file),
      ...gradeErrors(file),
      ...missingAddresses(file),
      ...placeholders.everywhere,
      ...policy.errors,
      ...rotations.errors,
      ...actions.errors,
    ],
    warnings: [
      ...strangeEnvironments(file),
      ...gradeWarnings(file),
      ...placeholders.somewhere,
      ...unsetVariables(file, variables),
      ...peopleWarnings(file, service, variables),
      ...policy.warnings,
      ...rotations.warnings,
      ...actions.warnings,
    ],
  };
}
