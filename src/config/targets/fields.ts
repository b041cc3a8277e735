import { z } from 'zod';
import type { Json } from '../../domain/action.ts';

/** A text that is filled in when an action is planned: `{placeholders}` of the environment and inputs of the action. */
export const Text = z.string().min(1).max(500);

/** A secret: the name of an environment variable of the process. It is read when it is used, and is in no plan, card or log. */
export const Secret = z
  .string()
  .regex(
    /^\$\{[A-Z][A-Z0-9_]*\}$/,
    '${NAME} of an environment variable that holds it: secrets stand in no service file',
  )
  .meta({ examples: ['${AIRFLOW_TOKEN}'] });

/** A web address, with placeholders, or `${NAME}` of an environment variable that holds it. */
export const Address = z
  .string()
  .regex(
    /^(?:https?:\/\/|\{[a-z][a-z0-9_]*\}|\$\{[A-Z][A-Z0-9_]*\})\S*$/,
    'A web address that begins with https://, http://, a {placeholder} or ${NAME} of an environment variable',
  )
  .max(2_000)
  .meta({ examples: ['{api}/switch'] });

/** Whatever YAML can say is JSON. `z.json()` refers to itself, which the generated reference cannot show. */
export const JsonValue = z.unknown() as z.ZodType<Json>;

/** JSON with placeholders in its texts. */
export const JsonBody = JsonValue.describe('JSON, with placeholders in its texts.');
