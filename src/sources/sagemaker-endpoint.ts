import type { Change } from '../domain/change.ts';
import { type BridgeEvent, changedAtOf } from './eventbridge-event.ts';
import { amountOf, fieldsOf, textOf } from './foreign-fields.ts';
import { oneLine } from './foreign-text.ts';
import type { News } from './news.ts';
import { alertAbout, MAX_NAME } from './sagemaker-resource.ts';

/** The API writes `InService`, events write `IN_SERVICE`. */
const FAILING: Readonly<Record<string, string>> = {
  FAILED: 'has failed',
  OUTOFSERVICE: 'is out of service',
  UPDATEROLLBACKFAILED: 'could not be rolled back',
};
const IN_SERVICE = 'INSERVICE';
const WORDS: Readonly<Record<string, string>> = {
  CREATING: 'is being created',
  UPDATING: 'is being updated',
  SYSTEMUPDATING: 'is being maintained by AWS',
  ROLLINGBACK: 'is being rolled back',
  INSERVICE: 'is in service',
  DELETING: 'is being deleted',
  DELETED: 'was deleted',
};

/**
 * `SageMaker Endpoint State Change`: an endpoint that fails or is out of service fires, one in service has recovered; every other
 * state is a change under way. Null for what does not look like it, and for a state that nobody knows.
 */
export function endpointState(event: BridgeEvent, receivedAt: number): News | null {
  const endpoint = readEndpoint(event);
  if (!endpoint) return null;
  const { name, status, changedAt, configuration } = endpoint;
  const words = WORDS[status];
  const isFailing = Object.hasOwn(FAILING, status);
  if (!isFailing && !words) return null;

  const named = configuration === null ? '' : ` with configuration ${configuration}`;
  const change = words && changeOf(endpoint, `Endpoint ${name} ${words}${named}`, `${status}/${changedAt}`);
  return {
    alerts: isFailing || status === IN_SERVICE ? [conditionOf(event, endpoint, receivedAt)] : [],
    changes: change ? [{ ...change, kind: 'endpoint' }] : [],
  };
}

/**
 * `SageMaker Endpoint Deployment State Change`: one change for each deployment, however often it tells of its progress, from the
 * old configuration to the new. One that no longer tells of a deployment under way says what the state says.
 */
export function endpointDeployment(event: BridgeEvent, receivedAt: number): News | null {
  const endpoint = readEndpoint(event);
  const pending = fieldsOf(event.detail.PendingDeploymentSummary);
  const next = textOf(pending?.EndpointConfigName);
  if (!endpoint || !pending || !next) return endpointState(event, receivedAt);

  const to = oneLine(next, MAX_NAME);
  const from = endpoint.configuration === null ? '' : `from ${endpoint.configuration} `;
  const text = `Endpoint ${endpoint.name} is being deployed: ${from}to ${to}`;
  const change = changeOf(
    endpoint,
    text,
    `deployment/${to}/${amountOf(pending.StartTime) ?? textOf(pending.StartTime) ?? ''}`,
  );
  return {
    alerts: Object.hasOwn(FAILING, endpoint.status) ? [conditionOf(event, endpoint, receivedAt)] : [],
    changes: [{ ...change, kind: 'deployment' }],
  };
}

interface Endpoint {
  readonly arn: string;
  readonly name: string;
  /** In capitals, without underscores. */
  readonly status: string;
  readonly configuration: string | null;
  readonly changedAt: number;
}

function readEndpoint(event: BridgeEvent): Endpoint | null {
  const { detail, account, region } = event;
  const name = textOf(detail.EndpointName);
  const said = textOf(detail.EndpointStatus);
  if (!name || !said) return null;
  const configuration = textOf(detail.EndpointConfigName);
  return {
    arn: oneLine(textOf(detail.EndpointArn) ?? `${account}/${region}/endpoint/${name}`, 256),
    name: oneLine(name, MAX_NAME),
    status: said.slice(0, 64).toUpperCase().replaceAll('_', ''),
    configuration: configuration && oneLine(configuration, MAX_NAME),
    changedAt: changedAtOf(event, 'LastModifiedTime'),
  };
}

function conditionOf(event: BridgeEvent, { name, status, configuration, changedAt }: Endpoint, receivedAt: number) {
  const why = textOf(event.detail.FailureReason);
  const words = FAILING[status] ?? 'is in service';
  const reason = `Endpoint ${name} ${words}${configuration ? ` (configuration ${configuration})` : ''}${why ? `: ${why}` : ''}`;
  return alertAbout(
    event,
    { kind: 'endpoint', name },
    {
      state: status === IN_SERVICE ? 'recovered' : 'firing',
      changedAt,
      receivedAt,
      reason,
      labels: { ...fieldsOf(event.detail.Tags), EndpointName: name, EndpointConfigName: configuration },
      page: `endpoints/${encodeURIComponent(name)}`,
    },
  );
}

function changeOf({ arn, name, changedAt }: Endpoint, text: string, id: string): Omit<Change, 'kind'> {
  return { id: oneLine(`eb:${arn}/${id}`, 512), at: changedAt, subject: name, text, by: null, url: null };
}
