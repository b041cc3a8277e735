import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { SetupError, TransientError } from '../app/errors.ts';

/**
 * What a failed call means for the caller.
 * `wait`: Slack asks for patience, and nothing was done. `unclear`: it may have been done. `gone`: the message cannot be edited
 * any more. `channel`: this channel cannot be posted to. `token`: no call will work. `feature`: this method is not for us.
 * `refused`: our own message is at fault.
 */
export type Failure =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'unclear' | 'gone' | 'channel' | 'token' | 'feature' | 'refused'; readonly code: string };

const TOKEN = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'app_uninstalled',
  'team_access_not_granted',
];
const CHANNEL = [
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'user_not_found',
  'user_disabled',
  'user_not_visible',
  'cannot_dm_bot',
  'messages_tab_disabled',
  'is_inactive',
  'access_denied',
  'team_not_found',
];
const GONE = [
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
  'restricted_action_thread_only_channel',
  'cannot_reply_to_message',
];
const FEATURE = [
  'unknown_method',
  'missing_scope',
  'not_allowed_token_type',
  'method_deprecated',
  'no_permission',
  'not_allowed',
  'feature_not_enabled',
  'plan_upgrade_required',
  'deprecated_endpoint',
];
const UNCLEAR = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'];

const KINDS = new Map<string, Exclude<Failure['kind'], 'wait'>>([
  ...TOKEN.map((code) => [code, 'token'] as const),
  ...CHANNEL.map((code) => [code, 'channel'] as const),
  ...GONE.map((code) => [code, 'gone'] as const),
  ...FEATURE.map((code) => [code, 'feature'] as const),
  ...UNCLEAR.map((code) => [code, 'unclear'] as const),
]);

const CODE = /^[a-z][a-z0-9_]{1,80}$/;
const NO_RETRY_HEADER = 'Retry header did not contain a valid timeout';

/** Sorts an error of the Slack SDK by what to do about it; `null` for what did not come from Slack: a bug of ours. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'wait', ms: error.retryAfter * 1_000 };
  if (error instanceof WebAPIRequestError) return { kind: 'unclear', code: 'no_answer' };
  if (error instanceof WebAPIHTTPError) {
    if (error.statusCode === 429) return { kind: 'wait', ms: 30_000 };
    return error.statusCode >= 500
      ? { kind: 'unclear', code: `http_${error.statusCode}` }
      : { kind: 'refused', code: `http_${error.statusCode}` };
  }
  // The SDK throws a plain error at a 429 that does not say how long to wait, as a proxy's may be.
  if (error instanceof Error && error.message.startsWith(NO_RETRY_HEADER)) return { kind: 'wait', ms: 30_000 };
  return error instanceof WebAPIPlatformError ? saidBySlack(String(error.data.error)) : null;
}

function saidBySlack(code: string): Failure {
  if (!CODE.test(code)) return { kind: 'unclear', code: 'not_of_slack' }; // a proxy's page, which the SDK takes for a code
  if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'wait', ms: 30_000 };
  return { kind: KINDS.get(code) ?? 'refused', code };
}

const MENDS: Readonly<Record<string, string>> = {
  channel_not_found:
    'The channel does not exist, or Tocsin cannot see it: check `channel` in the service file, and invite Tocsin if it is private.',
  is_archived: 'The channel is archived: unarchive it, or name another one in the service file.',
  not_in_channel: 'Tocsin is not in the channel: /invite @Tocsin',
  invalid_auth: 'SLACK_BOT_TOKEN was refused: reinstall the app and copy the new token.',
  not_authed: 'SLACK_BOT_TOKEN is missing.',
  token_revoked: 'SLACK_BOT_TOKEN was revoked: reinstall the app and copy the new token.',
  account_inactive: 'The app was removed from the workspace: install it again and copy the new token.',
  missing_scope: 'A permission is missing: compare the scopes in manifest.yml with the app, then reinstall it.',
};

/** What to do about a code of Slack's, in a sentence. */
export function mendOf(code: string): string {
  return MENDS[code] ?? `Slack answered "${code}".`;
}

/** The same error for callers that only know ours. */
export function fromSlack(error: unknown): unknown {
  const failure = failureOf(error);
  if (!failure) return error;
  if (failure.kind === 'wait')
    return new TransientError('Slack asked us to slow down', { cause: error, retryAfterMs: failure.ms });
  if (failure.kind === 'unclear')
    return new TransientError(`Slack could not be reached (${failure.code})`, { cause: error });
  if (failure.kind === 'channel' || failure.kind === 'token' || failure.kind === 'feature') {
    return new SetupError(mendOf(failure.code), { cause: error });
  }
  return error;
}
