import { ApiError } from './api-error.ts';
import type { Args } from './args.ts';
import type { Journal } from './journal.ts';
import type { Json } from './json.ts';
import { stringOf } from './json.ts';
import type { Method, Services } from './method.ts';
import { requireScope } from './method.ts';
import { appMethods } from './methods/apps.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods } from './methods/conversations.ts';
import { fileMethods } from './methods/files.ts';
import { historyMethods } from './methods/history.ts';
import { markMethods } from './methods/marks.ts';
import { userMethods } from './methods/users.ts';
import { viewMethods } from './methods/views.ts';
import type { RateLimits } from './rate-limits.ts';
import type { World } from './world.ts';

/** Everything that this Slack can do; any other name is `unknown_method`. */
const METHODS: Readonly<Record<string, Method>> = {
  ...appMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...historyMethods,
  ...markMethods,
  ...userMethods,
  ...viewMethods,
};

/** The answer of one call, before it goes onto the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

export interface WebApi {
  call(name: string, token: string | undefined, args: Args): Answer;
}

export interface WebApiOptions {
  readonly botToken: string;
  readonly appToken: string;
  /** `null` switches rate limits off. */
  readonly rateLimits: RateLimits | null;
}

/** Answers calls as Slack does: token, then limits, then scopes, then the method itself. */
export function createWebApi(services: Services, journal: Journal, options: WebApiOptions): WebApi {
  const { world } = services;

  function call(name: string, token: string | undefined, args: Args): Answer {
    const found = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (found === undefined) return refused(name, new ApiError('unknown_method', { req_method: name }));
    try {
      checkToken(found, token, world, options);
      const wait = options.rateLimits?.take(name, found.tier, channelArgument(args)) ?? 0;
      if (wait > 0) return rateLimited(name, wait);
      requireScope(world, found.scopes);
      return answer(found, { ok: true, ...found.run(services, args) });
    } catch (error) {
      if (error instanceof ApiError) return refused(name, error);
      throw error;
    }
  }

  function answer(found: Method | undefined, body: Json): Answer {
    const accepted = found?.scopes.join(',') ?? '';
    const granted = found?.token === 'app' ? 'connections:write' : [...world.app.scopes].join(',');
    const headers = { 'x-oauth-scopes': granted, ...(accepted === '' ? {} : { 'x-accepted-oauth-scopes': accepted }) };
    return { status: 200, headers: found?.token === 'none' ? {} : headers, body };
  }

  function refused(name: string, error: ApiError): Answer {
    return answer(METHODS[name], { ok: false, error: error.code, ...error.extra });
  }

  return {
    call(name, token, args) {
      const result = call(name, token, args);
      const { token: _, ...shown } = args;
      const outcome =
        result.status === 429 ? 'ratelimited' : result.body.ok === true ? 'ok' : stringOf(result.body.error);
      journal.add({ kind: 'api', name, args: shown, outcome });
      return result;
    },
  };
}

function checkToken(found: Method, token: string | undefined, world: World, options: WebApiOptions): void {
  if (found.token === 'none') return;
  if (token === undefined || token === '') throw new ApiError('not_authed');
  const kind = kindOf(token, options);
  if (kind === null) throw new ApiError('invalid_auth');
  if (world.app.revoked) throw new ApiError('account_inactive');
  if (kind !== found.token) throw new ApiError('not_allowed_token_type');
}

function kindOf(token: string, { botToken, appToken }: WebApiOptions): Method['token'] | null {
  if (token === botToken) return 'bot';
  return token === appToken ? 'app' : null;
}

/** HTTP 429, scoped to this method. https://docs.slack.dev/apis/web-api/rate-limits */
export function rateLimited(method: string, seconds: number): Answer {
  return {
    status: 429,
    headers: { 'retry-after': String(seconds), 'x-sandbox-limited-method': method },
    body: { ok: false, error: 'ratelimited' },
  };
}

/** The channel that a call is about, if any. */
export function channelArgument(args: Args): string | undefined {
  const channel = stringOf(args.channel) || stringOf(args.channel_id);
  return channel === '' ? undefined : channel;
}
