import { z } from 'zod';

/** What controls of several kinds carry, and how it is read. */

export const IncidentId = z.string().regex(/^INC-[1-9]\d{0,8}$/);

/** `INC-7.1`: the first run of INC-7. */
export const RunId = z.string().regex(/^INC-[1-9]\d{0,8}\.[1-9]\d{0,3}$/);

/** The name of an action in a service file. */
export const ActionName = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

/** `null` on anything that is not a whole, well-formed value of ours: the answer is then a refusal, not a crash. */
export function decode<T>(schema: z.ZodType<T>, value: string | undefined): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(value ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
