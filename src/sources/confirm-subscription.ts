import { SetupError, TransientError } from '../app/errors.ts';
import type { VerifiedConfirmation } from './sns-verifier.ts';

const ATTEMPTS = 2;
const CONNECT_TIMEOUT_MS = 2_000;
/** Two attempts stay under the 15 seconds that SNS waits for the answer to its request. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Confirms a subscription through the SDK, so that from then on only a signed request can end it; opening the address in
 * the message would allow anybody who holds the unsubscribe link to do so. Needs credentials with sns:ConfirmSubscription.
 * Throws TransientError when SNS may answer later, SetupError with words for the operators when it will not.
 */
export async function confirmSubscription({ topic, token }: VerifiedConfirmation): Promise<void> {
  const { ConfirmSubscriptionCommand, SNSClient } = await import('@aws-sdk/client-sns');
  const client = new SNSClient({
    region: topic.region,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true, // else the SDK only writes a warning, and waits on
    },
  });
  try {
    await client.send(
      new ConfirmSubscriptionCommand({ TopicArn: topic.arn, Token: token, AuthenticateOnUnsubscribe: 'true' }),
    );
  } catch (error) {
    throw translate(error, topic.arn);
  } finally {
    client.destroy();
  }
}

const NO_CREDENTIALS = /^(?:CredentialsProviderError|TokenProviderError)$/;
const NO_PERMISSION =
  /^(?:AuthorizationError|AccessDenied|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|ExpiredToken)/;
const BUSY = /^(?:Internal|Throttl|ServiceUnavailable|RequestTimeout|TimeoutError)/;

function translate(error: unknown, topicArn: string): SetupError | TransientError {
  const name = error instanceof Error ? error.name : 'UnknownError';
  const status = statusOf(error);
  // The original may hold the request, and with it the token.
  const cause = new Error(status === null ? name : `${name} (HTTP ${status})`);
  const failed = `Tocsin could not confirm its subscription to the SNS topic ${topicArn}`;
  const again = 'then subscribe again: SNS sends a new request to confirm';

  if (NO_CREDENTIALS.test(name)) {
    return new SetupError(
      `${failed}: it has no AWS credentials. Give it some that allow sns:ConfirmSubscription, ${again}.`,
      { cause },
    );
  }
  if (NO_PERMISSION.test(name)) {
    return new SetupError(
      `${failed}: AWS refused its credentials (${name}). Allow them sns:ConfirmSubscription on the topic, ${again}.`,
      { cause },
    );
  }
  const isFinal = status !== null && status >= 400 && status < 500 && status !== 429 && !BUSY.test(name);
  if (isFinal) {
    return new SetupError(`${failed}: SNS answered ${name}. Check that the topic exists, ${again}.`, { cause });
  }
  return new TransientError(failed, { cause });
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}
