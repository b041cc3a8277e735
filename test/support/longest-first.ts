import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where the longest files are, the longest first. A run must not end with one of them on one core while the others stand still. */
const LONGEST = ['scenarios/heal-', 'scenarios/', 'browser/', 'actions/targets/', 'sandbox/', 'cli/', 'actions/'];

/** Begins with the files that take longest. Within a place the order is Vitest's own: by how long they took, else by their size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId, project }: TestSpecification): number {
  if (!project.config.isolate) return LONGEST.length + 1; // next to each other, so that they share their workers
  const found = LONGEST.findIndex((place) => moduleId.includes(`/test/${place}`));
  return found === -1 ? LONGEST.length : found;
}
