import { readFile } from 'node:fs/promises';
import type { AlarmDefinition, MetricRef } from '../aws/alarm-definitions.ts';
import { alarmsOfTemplate } from '../aws/alarm-template.ts';
import type { Aws } from '../aws/aws.ts';
import type { LogLine } from '../aws/logs/log-groups.ts';
import type { Shape } from '../aws/metrics/slot.ts';
import { chance } from './course.ts';
import type { Faults } from './faults.ts';

const TEMPLATES = new URL('../../deploy/alarms/', import.meta.url);
const MINUTE_MS = 60_000;

/** The alarms that a pack ships, as a person would install them. */
export async function installedAlarms(
  service: string,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly AlarmDefinition[]> {
  const template = await readFile(new URL(`${service}.yaml`, TEMPLATES), 'utf8');
  return alarmsOfTemplate(template, { service, parameters });
}

/** What a metric is measured to be in a slot, and which faults show in it. */
export type Course = (at: number, shows: (fault: string) => boolean) => Shape | null;

export interface Measured {
  readonly metric: MetricRef;
  readonly slotMs?: number;
  /** How long ago a fault began as far as this metric tells: longer than the alarms on it look back. */
  readonly leadMs?: number;
  readonly course: Course;
}

const USUAL_LEAD_MS = 6 * MINUTE_MS;

/** Lets the metrics run: their past is there at once. */
export function runMetrics({ metrics }: Pick<Aws, 'metrics'>, faults: Faults, all: readonly Measured[]): void {
  for (const { metric, slotMs = MINUTE_MS, leadMs = USUAL_LEAD_MS, course } of all) {
    metrics.generate(metric, slotMs, (at) => course(at, (fault) => faults.showsAt(fault, at, leadMs)));
  }
}

/** One kind of log line, `perMinute` of them on average while `when` holds. */
export interface LogSource {
  readonly perMinute: number;
  readonly when: (at: number) => boolean;
  readonly message: (at: number) => string;
}

const MOST_MINUTES = 1500;

/** Lets a log group have its lines: computed when somebody asks, and the same each time. */
export function runLog({ logGroups }: Pick<Aws, 'logGroups'>, group: string, sources: readonly LogSource[]): void {
  logGroups.add(group, (from, to) => {
    const first = Math.max(from, to - MOST_MINUTES * MINUTE_MS);
    return sources.flatMap((source, i) => linesOf(source, `${group}#${i}`, first, to));
  });
}

function linesOf({ perMinute, when, message }: LogSource, seed: string, from: number, to: number): LogLine[] {
  const lines: LogLine[] = [];
  for (let minute = Math.floor(from / MINUTE_MS) * MINUTE_MS; minute < to; minute += MINUTE_MS) {
    if (!when(minute)) continue;
    const count = Math.floor(perMinute + chance(seed, minute));
    for (let i = 0; i < count; i += 1) {
      const at = minute + Math.floor(chance(`${seed}/${i}`, minute) * MINUTE_MS);
      if (at >= from && at < to) lines.push({ at, message: message(at), stream: `2026/[$LATEST]${seed.length}` });
    }
  }
  return lines;
}
