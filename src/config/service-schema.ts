import { z } from 'zod';
import type { FieldSchema } from './field-schema.ts';
import { ServiceFile } from './service-file.ts';

/** The schema of what a person writes into a service file, for editors: defaults need not be written. */
export function serviceSchema(): FieldSchema {
  made ??= makeSchema();
  return made;
}

let made: FieldSchema | undefined;

function makeSchema(): FieldSchema {
  const { $defs, ...rest } = z.toJSONSchema(ServiceFile, { io: 'input' });
  const service = $defs?.Service;
  if (!service) throw new Error('The schema of the service file has lost its name.');
  const { $schema } = rest;
  return { $schema, ...service } as FieldSchema; // JSON Schema as zod writes it
}
