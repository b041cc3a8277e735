import type { FetchFunction } from '@slack/web-api';
import { type Finding, fine, unknown, warning, wrong } from './finding.ts';

/** Compares this machine's clock with the `Date` header of Slack's answers. */
export interface Clock {
  readonly fetch: FetchFunction;
  /** How far this machine is ahead of Slack, in ms, to about a second; `null` before there was an answer. */
  aheadMs(): number | null;
}

export function createClock(fetchUrl: FetchFunction, now: () => number): Clock {
  let ahead: number | null = null;
  return {
    async fetch(url, init) {
      const sentAt = now();
      const response = await fetchUrl(url, init);
      const theirs = Date.parse(response.headers.get('date') ?? '');
      // The header is cut to whole seconds, and was written somewhere between asking and hearing.
      if (!Number.isNaN(theirs)) ahead = (sentAt + now()) / 2 - (theirs + 500);
      return response;
    },
    aheadMs: () => ahead,
  };
}

const FINE_MS = 10_000;
/** Beyond five minutes Slack's signed requests and messages of SNS are refused; a little earlier is late enough to say so. */
const WRONG_MS = 270_000;
const MEND = 'Let this machine keep its clock by NTP (timedatectl set-ntp true).';

export function clockFinding(clock: Pick<Clock, 'aheadMs'>): Finding {
  const ahead = clock.aheadMs();
  if (ahead === null)
    return unknown('whether the clock is right', 'It is compared with the answers of Slack: none had a time.');

  const seconds = Math.round(Math.abs(ahead) / 1_000);
  if (Math.abs(ahead) < FINE_MS) return fine('the clock agrees with that of Slack');
  const what = `the clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} that of Slack`;
  if (Math.abs(ahead) < WRONG_MS) return warning(`${what}: times on cards and in statistics are off by as much`, MEND);
  return wrong(`${what}: genuine messages of Slack and SNS are refused`, MEND);
}
