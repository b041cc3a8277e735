import { type FetchFunction, WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { slackLogger } from './logger.ts';

export interface SlackConnection {
  readonly token: string;
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly fetch?: FetchFunction;
}

export interface SlackClients {
  /** For what a person is waiting for: fails fast, tries once. */
  readonly interactive: WebClient;
  /** For the outbox, which has retries of its own: the SDK's would post twice and wait for half an hour. */
  readonly outbox: WebClient;
  /** For pages alone: they wait for no card. */
  readonly pages: WebClient;
}

export const INTERACTIVE = { timeout: 2_500, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true } as const;
export const PAGES = { timeout: 5_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true } as const;
export const OUTBOX = { timeout: 10_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true } as const;

/** The only place that makes clients of Slack. Options are copied: the SDK writes into what it is given. */
export function createSlackClients({ token, apiUrl, fetch }: SlackConnection, log: Logger): SlackClients {
  const common = { slackApiUrl: apiUrl, logger: slackLogger(log), ...(fetch && { fetch }) };
  return {
    interactive: new WebClient(token, { ...common, ...structuredClone(INTERACTIVE) }),
    outbox: new WebClient(token, { ...common, ...structuredClone(OUTBOX), maxRequestConcurrency: 32 }),
    pages: new WebClient(token, { ...common, ...structuredClone(PAGES), maxRequestConcurrency: 64 }),
  };
}
