import type { Finding } from './file-problems.ts';
import { missingAddresses } from './service-addresses.ts';
import type { ServiceFile } from './service-file.ts';
import { gradeErrors, gradeWarnings } from './service-grades.ts';
import { missingPlaceholders } from './service-placeholders.ts';
import { duplicates, strangeEnvironments, unknownNames } from './service-references.ts';
import { unsetVariables } from './service-variables.ts';
import type { Variables } from './variables.ts';

/** What a file says that no schema can judge: `errors` keep Tocsin from using it, `warnings` are probably not meant. */
export interface Lint {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Looks at how the parts of one valid file fit together. `variables` are what `${NAME}` stands for. */
export function lint(file: ServiceFile, variables: Variables): Lint {
  const placeholders = missingPlaceholders(file);
  return {
    errors: [
      ...unknownNames(file),
      ...duplicates(file),
      ...gradeErrors(file),
      ...missingAddresses(file),
      ...placeholders.everywhere,
    ],
    warnings: [
      ...strangeEnvironments(file),
      ...gradeWarnings(file),
      ...placeholders.somewhere,
      ...unsetVariables(file, variables),
    ],
  };
}
