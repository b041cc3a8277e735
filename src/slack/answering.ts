import type { FetchFunction } from '@slack/web-api';

/** Whether Slack answers what this process asks it: a connection of its sockets says nothing of that. */
export interface Answering {
  /** For the clients of Slack. */
  readonly fetch: FetchFunction;
  /** Since when it was asked and has answered nothing, epoch ms; `null`: it has answered, or was not asked lately. */
  silentSince(): number | null;
}

/** Whatever waits for Slack is tried again at least so often. */
const LATELY_MS = 300_000;

/** No answer in time and a 5xx say nothing; whatever else comes, also a refusal, is an answer. */
export function createAnswering(doFetch: FetchFunction, now: () => number): Answering {
  let silence: { readonly since: number; readonly until: number } | null = null;
  const current = () => (silence && now() - silence.until <= LATELY_MS ? silence : null);
  const silent = () => {
    silence = { since: current()?.since ?? now(), until: now() };
  };
  return {
    async fetch(url, init) {
      try {
        const response = await doFetch(url, init);
        if (response.status >= 500) silent();
        else silence = null;
        return response;
      } catch (error) {
        silent();
        throw error;
      }
    },
    silentSince: () => current()?.since ?? null,
  };
}
