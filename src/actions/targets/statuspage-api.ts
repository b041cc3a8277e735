import type { Json } from '../../domain/action.ts';
import { inHeader } from '../../http/signed-headers.ts';
import { jsonIn } from '../../probes/web.ts';
import { fieldsOf, listOf, textOf } from '../../sources/foreign-fields.ts';
import type { TargetDeps } from '../target.ts';
import { baseOf } from './rest.ts';
import { secretOf, secretsIn } from './template.ts';
import { inAnswer, jsonOrNull, refuse, requested } from './web-request.ts';

/** A page, as a plan keeps it: `${NAME}` stays. */
export type Page = {
  readonly url: string;
  readonly page: string;
  readonly token: string;
};

/** An incident that the public reads. */
export interface PublicIncident {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly link: string | null;
  /** What Tocsin wrote into its metadata; `null`: somebody else opened it. */
  readonly mark: { readonly incident: string; readonly since: string; readonly runs: readonly string[] } | null;
}

export interface Statuspage {
  /** The hundred newest. */
  incidents(): Promise<readonly PublicIncident[]>;
  /** By their ids. */
  components(): Promise<ReadonlyMap<string, { readonly name: string; readonly status: string }>>;
  /** Opens an incident, or updates the one with this id. Answers its id. */
  tell(id: string | null, incident: Json): Promise<string>;
}

/**
 * Statuspage's REST, https://developer.statuspage.io. One request a second over a minute, else 420 or 429, which pass. Throws
 * TransientError and SetupError.
 */
export function statuspage(deps: Pick<TargetDeps, 'fetch' | 'variables'>, { url, page, token }: Page): Statuspage {
  const { variables } = deps;
  const base = `${baseOf('Statuspage', secretOf(url, variables))}/v1/pages/${encodeURIComponent(secretOf(page, variables))}`;
  const { host } = new URL(base);
  const ask = async (method: string, path: string, body: Json = null): Promise<string> => {
    const got = await requested(deps, {
      ...{ method, url: `${base}/${path}`, hides: secretsIn([token], variables) },
      headers: { authorization: `OAuth ${inHeader(secretOf(token, variables))}` },
      body: body === null ? null : JSON.stringify(body),
    });
    refuse(got, host);
    return got.body;
  };
  return {
    async incidents() {
      return listOf(jsonIn(await ask('GET', 'incidents?limit=100'), host), (one) => ({
        ...{ id: textOf(one.id) ?? '', name: (textOf(one.name) ?? '').slice(0, 100), status: textOf(one.status) ?? '' },
        link: linkIn(textOf(one.shortlink)),
        mark: markIn(one.metadata),
      }));
    },
    async components() {
      const all = new Map<string, Component>();
      for (let page = 1; page <= MOST_PAGES; page++) {
        const found = componentsIn(jsonIn(await ask('GET', `components?per_page=${PER_PAGE}&page=${page}`), host));
        for (const [id, one] of found) all.set(id, one);
        if (found.length < PER_PAGE) break;
      }
      return all;
    },
    async tell(id, incident) {
      const path = id === null ? 'incidents' : `incidents/${encodeURIComponent(id)}`;
      const said = jsonOrNull(await ask(id === null ? 'POST' : 'PATCH', path, { incident }));
      return inAnswer(said, 'id') ?? id ?? '';
    },
  };
}

type Component = { readonly name: string; readonly status: string };

/** The most that one answer holds. */
const PER_PAGE = 100;
/** Each is a request, of which there is one a second. */
const MOST_PAGES = 10;

function componentsIn(json: unknown): readonly [string, Component][] {
  return listOf(json, (one): [string, Component] => [
    textOf(one.id) ?? '',
    { name: (textOf(one.name) ?? '').slice(0, 60), status: textOf(one.status) ?? '' },
  ]);
}

function linkIn(text: string | null): string | null {
  return text !== null && /^https?:\/\/[\x21-\x7e]{1,300}$/.test(text) ? text : null;
}

function markIn(metadata: unknown): PublicIncident['mark'] {
  const { incident, since, runs } = fieldsOf(fieldsOf(metadata)?.tocsin) ?? {};
  if (typeof incident !== 'string' || typeof since !== 'string' || !Array.isArray(runs)) return null;
  return { incident, since, runs: runs.filter((one) => typeof one === 'string') };
}
