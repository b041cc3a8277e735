import type { Redis } from 'ioredis';

export interface Drafts {
  /** Keeps a text for an hour and names it; under the name it had before, when it is put back. */
  keep(text: string, id?: string): Promise<string>;
  /** Gives a text back once; `null` when it was taken already or its hour is over. */
  take(id: string): Promise<string | null>;
}

export interface DraftsDeps {
  readonly redis: Redis;
  /** What all keys of this deployment begin with. */
  readonly prefix: string;
  readonly newId: () => string;
}

const KEPT_S = 3_600;

/** What is too large for a button or a modal: only its name goes to Slack. */
export function createDrafts({ redis, prefix, newId }: DraftsDeps): Drafts {
  const keyOf = (id: string) => `${prefix}draft:${id}`;
  return {
    async keep(text, id = newId()) {
      await redis.set(keyOf(id), text, 'EX', KEPT_S);
      return id;
    },
    take: (id) => redis.getdel(keyOf(id)),
  };
}
