import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { askAws } from '../../aws/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Sight, TargetDeps } from '../target.ts';
import { whyNot } from './aws-place.ts';
import type { FunctionPlace } from './lambda-calls.ts';

/** What Lambda answered, as it is kept with the run: nothing else tells it later. */
const ENDED = 'ended';
const STARTED = 'started';
const FAILED = 'failed: ';
const MOST_WORDS = 250;
const LOOK_BACK_MS = 15 * 60_000;

/** One line of what Lambda answered; a function that threw is an answer too. */
export function outcomeOf({ FunctionError, Payload }: InvokeCommandOutput, isEnd: boolean): string {
  if (FunctionError !== undefined)
    return `${FAILED}${errorIn(Payload) ?? FunctionError}`.slice(0, MOST_WORDS).toWellFormed();
  return isEnd ? ENDED : STARTED;
}

/** `{"errorType":"KeyError","errorMessage":"'city'\n…"}`, of which the first line is shown. */
function errorIn(payload: Uint8Array | undefined): string | null {
  const text = Buffer.from(payload ?? [])
    .subarray(0, 100_000)
    .toString('utf8');
  try {
    const held: unknown = JSON.parse(text);
    if (typeof held !== 'object' || held === null) return firstLine(text);
    const [type, message]: unknown[] = [Reflect.get(held, 'errorType'), Reflect.get(held, 'errorMessage')];
    return firstLine([type, message].filter((one) => typeof one === 'string' && one !== '').join(': '));
  } catch {
    return firstLine(text);
  }
}

function firstLine(text: string): string | null {
  return /\S[^\r\n]*/.exec(text)?.[0].slice(0, MOST_WORDS) ?? null;
}

export function sightOfOutcome(name: string, outcome: string | null, link: string | null): Sight {
  if (outcome === null) return { kind: 'untouched' };
  if (outcome === ENDED) return { kind: 'done', detail: `${name} has run through.`, link };
  if (outcome === STARTED)
    return { kind: 'done', detail: `Lambda has taken the run of ${name}; how it ends is not told here.`, link };
  return { kind: 'failed', why: `${name} has run and ended with an error: ${outcome.slice(FAILED.length)}`, link };
}

/** Whether it has been run lately: somebody may be at it already, by hand or by another alarm. */
export async function recentRuns({ aws, now }: TargetDeps, { region, name }: FunctionPlace): Promise<PlanCheck> {
  const call = { permission: 'cloudwatch:GetMetricData', region };
  const dimensions = [{ Name: 'FunctionName', Value: name }];
  const metric = { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions: dimensions };
  try {
    const client = await aws.cloudwatch(region);
    const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
    const { MetricDataResults } = await askAws(call, async () =>
      client.send(
        new GetMetricDataCommand({
          StartTime: new Date(now() - LOOK_BACK_MS),
          EndTime: new Date(now()),
          MetricDataQueries: [{ Id: 'runs', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }],
        }),
      ),
    );
    const runs = (MetricDataResults?.[0]?.Values ?? []).reduce((sum, one) => sum + one, 0);
    return runs === 0
      ? { isWell: true, text: 'CloudWatch counts no run of it in the last 15 minutes.' }
      : {
          isWell: null,
          text: `CloudWatch counts ${runs} runs of it in the last 15 minutes: somebody may be at it already.`,
        };
  } catch (error) {
    return { isWell: null, text: `Whether it was run lately could not be told: ${whyNot(error)}` };
  }
}
