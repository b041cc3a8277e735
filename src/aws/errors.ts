import { SetupError, TransientError } from '../app/errors.ts';
import { whereAllowed } from './roles.ts';

/** What was asked of AWS, so that a refusal can say what to allow. */
export interface AwsCall {
  /** The IAM permission that the call needs: `cloudwatch:DescribeAlarms`. It also names the call in words. */
  readonly permission: string;
  readonly region: string;
}

const NO_CREDENTIALS = /^(?:CredentialsProviderError|TokenProviderError)$/;
/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and the words of SNS, SQS and S3. */
const BAD_CREDENTIALS =
  /^(?:InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|ExpiredToken|RequestExpired)/;
const DENIED = /^(?:AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|Forbidden|OptInRequired)/;
const NOT_THERE = /^(?:ResourceNotFound|NotFound|NoSuch|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)/;
const UNKNOWN_CALL =
  /^(?:UnknownOperation|InvalidAction|NotImplemented|UnsupportedOperation|AWS\.[A-Za-z.]*UnsupportedOp)/;
/** What the SDK makes of an answer that is not in the words of AWS. */
const UNREADABLE = /^(?:Unknown|UnknownError|SyntaxError)$/;
const PASSING =
  /^(?:Internal|Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|SlowDown|ServiceUnavailable|RequestTimeout|TimeoutError|AbortError|OverLimit|RequestThrottled|KmsThrottled|KMSThrottling)/;

/** Asks AWS, with its failures in our words. Throws what `fromAws` makes of them. */
export async function askAws<T>(call: AwsCall, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw fromAws(error, call);
  }
}

/**
 * Turns an error of the AWS SDK into one of ours: SetupError names the permission or the thing that is missing. The original may
 * hold the request, so its name and status alone are kept as the cause. Errors that are not the SDK's pass through: they are bugs.
 */
export function fromAws(error: unknown, call: AwsCall): unknown {
  if (!(error instanceof Error) || error instanceof TransientError || error instanceof SetupError) return error;
  const { name } = error;
  const status = statusOf(error);
  const cause = new Error(status === null ? name : `${name} (HTTP ${status})`);
  if (isWithoutCall(error)) cause.name = UNKNOWN;
  const setup = setupWords(error, call);
  if (setup !== null) return new SetupError(setup, { cause });
  if (!isOfSdk(error)) return error;
  if (PASSING.test(name) || status === null || status >= 500 || status === 429 || status < 400) {
    return new TransientError(`${actionOf(call)} in ${call.region} did not answer (${cause.message})`, { cause });
  }
  return new SetupError(`AWS refuses ${actionOf(call)} in ${call.region}: ${name}, ${firstLine(error.message)}`, {
    cause,
  });
}

/** Whether the server does not have the call at all: a stand-in, or a partition without it. */
export function isUnknownCall(error: unknown): boolean {
  return error instanceof SetupError && error.cause instanceof Error && error.cause.name === UNKNOWN;
}

const UNKNOWN = 'UnknownCall';

/** Words for what only a person can mend, or `null`. */
function setupWords(error: Error, call: AwsCall): string | null {
  const { name, message } = error;
  const action = actionOf(call);
  if (NO_CREDENTIALS.test(name)) {
    return 'There are no AWS credentials. Give Tocsin a role, a profile or keys that allow what deploy/iam/read-role.json lists.';
  }
  if (BAD_CREDENTIALS.test(name)) {
    return `AWS refuses the credentials for ${action} (${name}). Renew them, and check the clock of this machine.`;
  }
  if (DENIED.test(name)) {
    const permission = deniedIn(message) ?? call.permission;
    return `AWS does not allow ${action} in ${call.region}${deniedTo(message)}. Allow ${permission}; ${whereAllowed(permission)}.`;
  }
  if (isWithoutCall(error)) return `The AWS that answers in ${call.region} does not have ${action}.`;
  if (NOT_THERE.test(name)) {
    return `${action} in ${call.region}: AWS does not know what was asked for (${name}): ${firstLine(message)}`;
  }
  return null;
}

/** Said with a name, or with a status and no readable body. */
function isWithoutCall(error: Error): boolean {
  const status = statusOf(error);
  return UNKNOWN_CALL.test(error.name) || (UNREADABLE.test(error.name) && (status === 404 || status === 501));
}

/** `User: … is not authorized to perform: cloudwatch:DescribeAlarms on resource: …` */
function deniedIn(message: string): string | null {
  return /not authorized to perform: (?<action>[a-z0-9-]{1,40}:[A-Za-z]{1,80})/.exec(message)?.groups?.action ?? null;
}

/** Who was refused, where AWS says it: the role of a session, or the user. */
function deniedTo(message: string): string {
  const who = /^User: arn:aws[a-z-]*:(?:sts|iam)::\d{12}:(?:assumed-role|user)\/(?<name>[\w+=,.@-]{1,64})/.exec(
    message,
  );
  return who?.groups ? ` to ${who.groups.name}` : '';
}

function actionOf({ permission }: AwsCall): string {
  return permission.split(':')[1] ?? permission;
}

const MAX_WORDS = 200;

function firstLine(message: string): string {
  return (/\S[^\r\n]*/.exec(message)?.[0] ?? 'without words').slice(0, MAX_WORDS).toWellFormed();
}

/** An answer of AWS, or the lack of one: refused, reset, timed out, cut off by whoever asked. */
function isOfSdk(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return '$metadata' in error || '$response' in error || /^E[A-Z_]{4,}$/.test(code) || PASSING.test(error.name);
}

function statusOf(error: object): number | null {
  return httpStatus(error, '$metadata', 'httpStatusCode') ?? httpStatus(error, '$response', 'statusCode');
}

function httpStatus(error: object, holder: string, field: string): number | null {
  const held: unknown = Reflect.get(error, holder);
  const status: unknown = typeof held === 'object' && held !== null ? Reflect.get(held, field) : null;
  return typeof status === 'number' ? status : null;
}
