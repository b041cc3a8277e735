import { type Finding, unknown, wrong } from './finding.ts';

/** Names of errors alone: their messages may hold the request. */
export function awsRefusal(topic: string, error: unknown): Finding {
  const name = error instanceof Error ? error.name : 'UnknownError';
  if (/^(?:CredentialsProviderError|TokenProviderError)$/.test(name)) {
    return wrong(
      `${topic}: there are no AWS credentials, so no subscription can be confirmed or looked at`,
      'Give Tocsin a role, a profile or keys that allow what deploy/iam/read-role.json lists.',
    );
  }
  if (/^(?:InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|ExpiredToken)/.test(name)) {
    return wrong(`${topic}: AWS refuses the credentials (${name})`, 'Renew them; check the clock of this machine.');
  }
  if (/^(?:AuthorizationError|AccessDenied)/.test(name)) {
    return unknown(
      `${topic}: its subscriptions may not be looked at`,
      'Allow what deploy/iam/read-role.json lists on the topic.',
    );
  }
  if (/^NotFound/.test(name)) {
    return wrong(
      `${topic}: the topic does not exist in this account and region`,
      'Correct SNS_TOPIC_ARNS, or create it.',
    );
  }
  return unknown(
    `${topic}: AWS does not answer (${name})`,
    'Check the way to sns.<region>.amazonaws.com, and AWS_ENDPOINT_URL.',
  );
}
