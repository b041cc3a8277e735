/** The part of JSON Schema that files in YAML use. */
export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  /** What stands under names that the writer chooses. */
  readonly additionalProperties?: FieldSchema | boolean;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** The schema at a path such as `['alarms', 2, 'match']`, or `undefined` where there is none. */
export function fieldAt(schema: FieldSchema, path: readonly PropertyKey[]): FieldSchema | undefined {
  return path.reduce<FieldSchema | undefined>((field, step) => field && inner(field, step), schema);
}

function inner(field: FieldSchema, step: PropertyKey): FieldSchema | undefined {
  const own = typeof step === 'number' ? field.items : (field.properties?.[String(step)] ?? namedByWriter(field));
  return own ?? field.anyOf?.map((one) => inner(one, step)).find((found) => found !== undefined);
}

/** The schema of the entries of a group whose names the writer chooses. */
export function namedByWriter({ additionalProperties: entry }: FieldSchema): FieldSchema | undefined {
  return typeof entry === 'object' ? entry : undefined;
}
