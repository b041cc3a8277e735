import { kindOf } from '../../app/errors.ts';
import type { CloudWatch } from '../../reconcile/cloudwatch.ts';
import { type Finding, fine, unknown, warning } from './finding.ts';

const PATIENCE_MS = 10_000;
const MINUTE_MS = 60_000;

/** Whether CloudWatch may be asked for what was lost on the way. Each question is one that Tocsin asks, and changes nothing. */
export async function checkReconcile(
  cloudWatch: CloudWatch,
  regions: readonly string[],
  now: number,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const region of regions) findings.push(...(await checkRegion(cloudWatch, region, now)));
  return findings;
}

async function checkRegion(cloudWatch: CloudWatch, region: string, now: number): Promise<Finding[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let name: string | null = null;
  const ask = (can: string, cannot: string, work: () => Promise<unknown>) =>
    asked({ can: `${region}: ${can}`, cannot: `${region}: ${cannot}` }, work);
  const alarms = await ask('alarms can be compared', 'alarms cannot be compared, so muted ones stay open', async () => {
    name = (await cloudWatch.anyOne(region, signal))?.AlarmName ?? null;
  });
  if (alarms.verdict !== 'fine') return [alarms]; // the others would be refused for the same reason
  const history = await ask('lost messages can be looked for', 'lost messages are not looked for', () =>
    cloudWatch.published(region, now - MINUTE_MS, signal),
  );
  if (name === null) return [alarms, history];
  const alarm: string = name;
  const series = await ask('series of alarms can be compared', 'series of alarms cannot be compared', () =>
    cloudWatch.contributors(region, alarm, signal),
  );
  const mutes = await ask('mutes are known', 'mutes are not known: a muted alarm may open an incident at start', () =>
    cloudWatch.isMuted(region, alarm, signal),
  );
  return [alarms, history, series, mutes];
}

async function asked(
  { can, cannot }: { readonly can: string; readonly cannot: string },
  ask: () => Promise<unknown>,
): Promise<Finding> {
  try {
    await ask();
    return fine(can);
  } catch (error) {
    const kind = kindOf(error);
    if (kind === 'bug' || !(error instanceof Error)) throw error;
    return kind === 'transient' ? unknown(can, error.message) : warning(cannot, error.message);
  }
}
