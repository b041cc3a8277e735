import type { KnownAlert } from '../domain/member.ts';
import { parseAlarmArn } from '../sources/aws-arn.ts';
import { type AlarmKey, readAlarmKey } from './alarm-key.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { alertOf, type Described } from './described-alarm.ts';
import { bareCondition, type Finding, gone, newsIn } from './finding.ts';

export interface CompareDeps {
  readonly cloudWatch: CloudWatch;
  /** Notes which keys of a source are missing now. Answers those that were missing the time before, too. */
  readonly stillMissing: (source: string, keys: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Runs what may be refused; `null` then. */
  readonly attempt: <T>(part: string, work: () => Promise<T>) => Promise<T | null>;
  readonly now: () => number;
}

interface Watched {
  readonly known: KnownAlert;
  readonly at: AlarmKey;
}

/** Those of the alarms that are CloudWatch's, by region. */
export function byRegion(knowns: readonly KnownAlert[]): Map<string, Watched[]> {
  const watched = knowns.flatMap((known): Watched[] => {
    const at = readAlarmKey(known.key);
    return at ? [{ known, at }] : [];
  });
  return Map.groupBy(watched, ({ at }) => at.region);
}

/**
 * Compares alarms of one region with CloudWatch. An alarm that CloudWatch does not have is found missing twice in a row before
 * it counts as deleted, and only in the account that is asked: of another one nothing can be told.
 */
export async function compareAlarms(
  deps: CompareDeps,
  region: string,
  watched: readonly Watched[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const described = await deps.cloudWatch.named(region, [...new Set(watched.map(({ at }) => at.name))], signal);
  const alarms = new Map(described.map((alarm) => [nameOf(alarm), alarm]));
  const alarmOf = ({ at }: Watched) => alarms.get(`${at.account}/${at.name}`);

  const findings: (Finding | null)[] = [];
  const series = new Map<Described, Watched[]>();
  for (const one of watched) {
    const alarm = alarmOf(one);
    if (alarm && one.at.contributor === null) findings.push(newsIn(alertOf(alarm, deps.now()), one.known));
    else if (alarm) series.set(alarm, [...(series.get(alarm) ?? []), one]);
  }
  for (const [alarm, ofIt] of series) findings.push(...(await compareSeries(deps, region, alarm, ofIt, signal)));
  const missing = watched.filter((one) => !alarmOf(one));
  findings.push(...(await deleted(deps, region, described, missing, signal)));
  return findings.filter((finding) => finding !== null);
}

/** Names are unique in an account and region. */
function nameOf({ AlarmArn }: Described): string {
  const arn = parseAlarmArn(AlarmArn ?? '');
  return `${arn?.account}/${arn?.name}`;
}

/** The contributors of a firing alarm are those of its series that fire; when it is well, all of them are. */
async function compareSeries(
  { cloudWatch, attempt, now }: CompareDeps,
  region: string,
  alarm: Described,
  series: readonly Watched[],
  signal: AbortSignal,
): Promise<(Finding | null)[]> {
  if (alarm.StateValue === 'OK') return series.map((one) => endOf(alarm, one, null, now()));
  if (alarm.StateValue !== 'ALARM') return []; // without data nothing can be told of them
  const name = alarm.AlarmName ?? '';
  const found = await attempt(`contributors in ${region}`, () => cloudWatch.contributors(region, name, signal));
  if (found === null) return [];
  return series.map((one) => {
    const contributor = found.find(({ ContributorId }) => ContributorId === one.at.contributor);
    return contributor ? newsIn(alertOf(alarm, now(), contributor), one.known) : endOf(alarm, one, now(), now());
  });
}

/** One series is well, since a time (epoch ms) or since the alarm is. */
function endOf(alarm: Described, { known, at }: Watched, since: number | null, now: number): Finding | null {
  const contributor = {
    ContributorId: at.contributor ?? '',
    ContributorAttributes: {},
    StateReason: alarm.StateReason,
  };
  const alert = alertOf(alarm, now, contributor);
  return newsIn(alert && { ...alert, state: 'recovered', changedAt: since ?? alert.changedAt }, known);
}

async function deleted(
  deps: CompareDeps,
  region: string,
  described: readonly Described[],
  missing: readonly Watched[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const account = missing.length > 0 ? await accountOf(deps, region, described, signal) : null;
  const lost = missing.filter(({ known, at }) => at.account === account && known.state !== 'recovered');
  const keys = lost.map(({ known }) => known.key);
  const twice = await deps.stillMissing(`cloudwatch ${region}`, keys);
  return lost
    .filter(({ known }) => twice.has(known.key))
    .map(({ known, at }) => {
      const condition = { ...bareCondition(known.key, 'cloudwatch', at.name), account: at.account, region };
      return gone(condition, 'The alarm was deleted in CloudWatch.', deps.now());
    });
}

/** CloudWatch answers for one account: that of any alarm in its answer. */
async function accountOf(
  { cloudWatch }: CompareDeps,
  region: string,
  described: readonly Described[],
  signal: AbortSignal,
): Promise<string | null> {
  const any = described[0] ?? (await cloudWatch.anyOne(region, signal));
  return parseAlarmArn(any?.AlarmArn ?? '')?.account ?? null;
}
