/** What the API server answers when it does not do what it is asked. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status */
export interface Refusal {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: object;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: string;
  readonly details?: object;
  readonly code: number;
}

function refusal(code: number, reason: string, message: string, details?: object): Refusal {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  };
}

export const UNAUTHORIZED = refusal(401, 'Unauthorized', 'Unauthorized');

/** `group` is `batch`, `resource` is `jobs`. */
export interface Resource {
  readonly group: string;
  readonly resource: string;
}

export function notFound({ group, resource }: Resource, name: string): Refusal {
  return refusal(404, 'NotFound', `${resource}.${group} "${name}" not found`, { name, group, kind: resource });
}

export function alreadyExists({ group, resource }: Resource, name: string): Refusal {
  return refusal(409, 'AlreadyExists', `${resource}.${group} "${name}" already exists`, {
    name,
    group,
    kind: resource,
  });
}

export function conflict({ group, resource }: Resource, name: string): Refusal {
  const words = 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${resource}.${group} "${name}": ${words}`;
  return refusal(409, 'Conflict', message, { name, group, kind: resource });
}

/** Also the answer to a JSON Patch whose `test` does not hold. */
export function unprocessable(): Refusal {
  return refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

export function invalid(kind: string, { group }: Resource, name: string, field: string, why: string): Refusal {
  const message = `${kind}.${group} "${name}" is invalid: ${field}: ${why}`;
  const causes = [{ reason: 'FieldValueInvalid', message: why, field }];
  return refusal(422, 'Invalid', message, { name, group, kind, causes });
}

export function forbidden({ group, resource }: Resource, verb: string, namespace: string): Refusal {
  const user = 'system:serviceaccount:tocsin:tocsin';
  const message = `${resource}.${group} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`;
  return refusal(403, 'Forbidden', message, { group, kind: resource });
}

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'Failure';
}
