import { SetupError, TransientError } from '../../app/errors.ts';
import type { Json } from '../../domain/action.ts';
import type { Fields } from '../../sources/foreign-fields.ts';
import type { Place, TargetDeps } from '../target.ts';
import { baseOf, hostIn, isFine, type Rest, type RestAnswer, refused, request } from './rest.ts';
import { bearer, secretOf } from './template.ts';

/** A namespace of a cluster, as a plan keeps it. */
export type Cluster = {
  /** As the service file has it: `${NAME}` stays. */
  readonly url: string;
  readonly namespace: string;
  /** The `${NAME}` of it. */
  readonly token: string;
};

/** Names of objects, which go into paths. https://kubernetes.io/docs/concepts/overview/working-with-objects/names */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

export function nameIn(text: string): string {
  if (NAME.test(text)) return text;
  throw new SetupError(
    `“${text.slice(0, 60)}” is no name that Kubernetes knows: small letters, digits, dashes and dots.`,
  );
}

export function clusterOf(
  { fill, settings }: Pick<Place, 'fill'> & { readonly settings: Cluster },
  { variables }: Pick<TargetDeps, 'variables'>,
): Cluster {
  const url = baseOf('Kubernetes', fill(settings.url));
  baseOf('Kubernetes', secretOf(url, variables));
  return { url, namespace: nameIn(fill(settings.namespace)), token: settings.token };
}

/** What one run at a time may change. */
export function lockOf({ url, namespace }: Cluster, thing: string): string {
  return `kubernetes:${hostIn(url)}/${namespace}:${thing}`;
}

/** Objects of one API group in a namespace. `apps/v1` and `deployments/checkout`, say. */
export interface Kubernetes {
  /** `null` where there is no such thing. Throws as all of Kubernetes' calls: TransientError and SetupError. */
  get(group: string, what: string): Promise<Fields | null>;
  /** Whatever is answered, for the caller to judge; `refusal` makes an error of it. */
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    group: string,
    what: string,
    body: Json,
    type?: string,
  ): Promise<RestAnswer>;
}

export function kubernetes(
  { fetch, variables }: Pick<TargetDeps, 'fetch' | 'variables'>,
  cluster: Cluster,
): Kubernetes {
  const base = baseOf('Kubernetes', secretOf(cluster.url, variables));
  const authorization = bearer(cluster.token, variables);
  const ask = async (method: string, group: string, what: string, body?: Json, type = 'application/json') => {
    const rest: Rest = { system: 'Kubernetes', base, fetch, headers: { authorization, 'content-type': type } };
    return await request(rest, method, `/apis/${group}/namespaces/${cluster.namespace}/${what}`, body);
  };
  return {
    async get(group, what) {
      const answer = await ask('GET', group, what);
      if (answer.status === 404) return null;
      if (isFine(answer)) return answer.json;
      throw refusal(cluster, answer);
    },
    send: ask,
  };
}

/** Why Kubernetes says no; its own words name the permission. https://kubernetes.io/docs/reference/access-authn-authz/rbac */
export function refusal({ token }: Pick<Cluster, 'token'>, answer: RestAnswer): Error {
  if (answer.status === 401) return refused(KUBERNETES, answer, `The token in ${token} may have expired.`);
  if (answer.status === 403) return refused(KUBERNETES, answer, 'Its role must allow this: see docs/targets.md.');
  return refused(KUBERNETES, answer);
}

/** Somebody changed it between looking and changing: nothing was done, and it is looked at again. */
export function overtaken(what: string): TransientError {
  return new TransientError(`${what} was changed in the same moment.`, { cause: null });
}

const KUBERNETES = { system: 'Kubernetes' };
