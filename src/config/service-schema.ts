import { z } from 'zod';
import { ServiceFile } from './service-file.ts';

/** The part of JSON Schema that the service file uses. */
export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** The schema of what a person writes into a service file, for editors: defaults need not be written. */
export function serviceSchema(): FieldSchema {
  const { $defs, ...rest } = z.toJSONSchema(ServiceFile, { io: 'input' });
  const service = $defs?.Service;
  if (!service) throw new Error('The schema of the service file has lost its name.');
  const { $schema } = rest;
  return { $schema, ...service } as FieldSchema; // JSON Schema as zod writes it
}

/** The schema at a path such as `['alarms', 2, 'match']`, or `undefined` where there is none. */
export function fieldAt(path: readonly PropertyKey[]): FieldSchema | undefined {
  return path.reduce<FieldSchema | undefined>(
    (field, step) => (typeof step === 'number' ? field?.items : field?.properties?.[String(step)]),
    serviceSchema(),
  );
}
