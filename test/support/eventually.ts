const EVERY_MS = 10;
const PATIENCE_MS = 20_000;

/**
 * Looks again and again until there is something to see, and answers it. What `look` throws counts as not yet.
 * @throws Error that names what never came, after `patienceMs`
 */
export async function eventually<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<NonNullable<Exclude<T, false>>> {
  const giveUpAt = performance.now() + patienceMs;
  let thrown: unknown;
  while (performance.now() < giveUpAt) {
    try {
      const seen = await look();
      // Narrowed by hand: the compiler does not take the branches out of a generic type.
      if (seen !== false && seen !== null && seen !== undefined) return seen as NonNullable<Exclude<T, false>>;
    } catch (error) {
      thrown = error;
    }
    await pause(EVERY_MS);
  }
  throw new Error(`It never came: ${typeof what === 'string' ? what : what()}`, { cause: thrown });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
