/** What somebody registers: everything but the name has a default. Times are epoch ms. */
export interface NewVersion {
  /** The next number without it. */
  readonly version?: number;
  readonly runId?: string;
  readonly source?: string;
  readonly createdAt?: number;
  readonly status?: 'READY' | 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION';
  readonly tags?: Readonly<Record<string, string>>;
  readonly by?: string;
}

export interface Version extends Required<NewVersion> {
  readonly version: number;
  readonly stage: Stage;
  readonly changedAt: number;
}

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

/** A registered model; an alias belongs to one version. */
export interface Model {
  readonly name: string;
  readonly createdAt: number;
  readonly versions: readonly Version[];
  readonly aliases: Readonly<Record<string, number>>;
}

/** What has been changed through the REST interface, oldest first. */
export interface RegistryChange {
  readonly at: number;
  readonly model: string;
  readonly label: { readonly kind: 'alias' | 'stage'; readonly name: string };
  /** `null`: the alias was taken away. */
  readonly version: number | null;
}

/** A model registry: what MLflow keeps, and what its REST interface does to it. */
export interface Registry {
  find(name: string): Model | null;
  /** Registers the next version of a model, and the model with its first. Answers its number. */
  register(name: string, version?: NewVersion): number;
  setAlias(name: string, alias: string, version: number): void;
  deleteAlias(name: string, alias: string): void;
  /** With `archive`, every other version in the stage is archived. */
  setStage(name: string, version: number, stage: Stage, archive: boolean): void;
}

export function createRegistry(now: () => number): Registry {
  const models = new Map<string, Model>();
  const change = (name: string, next: (model: Model) => Partial<Model>): void => {
    const model = models.get(name);
    if (model) models.set(name, { ...model, ...next(model) });
  };
  return {
    find: (name) => models.get(name) ?? null,
    register: (name, given = {}) => {
      const model = models.get(name) ?? { name, createdAt: given.createdAt ?? now(), versions: [], aliases: {} };
      const version = given.version ?? (model.versions.at(-1)?.version ?? 0) + 1;
      models.set(name, { ...model, versions: [...model.versions, registered(name, version, given, now())] });
      return version;
    },
    setAlias: (name, alias, version) => change(name, ({ aliases }) => ({ aliases: { ...aliases, [alias]: version } })),
    deleteAlias: (name, alias) =>
      change(name, ({ aliases }) => ({
        aliases: Object.fromEntries(Object.entries(aliases).filter(([held]) => held !== alias)),
      })),
    setStage: (name, number, stage, archive) =>
      change(name, ({ versions }) => ({
        versions: versions.map((one) => {
          if (one.version === number) return { ...one, stage, changedAt: now() };
          return archive && one.stage === stage ? { ...one, stage: 'Archived' as const, changedAt: now() } : one;
        }),
      })),
  };
}

function registered(name: string, version: number, given: NewVersion, now: number): Version {
  const createdAt = given.createdAt ?? now;
  return {
    ...{ version, createdAt, changedAt: createdAt, stage: 'None', status: 'READY', tags: {}, by: '' },
    runId: `9f3c${version}b27ad1e4c6f8a05d1e2b7c9`,
    source: `models:/${name}/${version}`,
    ...given,
  };
}
