import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Services `svc-0000` … spread over channels `C0BENCH0` …, each with the alarms `svc-0000-*`. */
export interface Landscape {
  readonly services: number;
  readonly channels: number;
  /** How long recovered alarms are watched before the incident resolves by itself. */
  readonly watch?: string;
}

export function serviceName(n: number): string {
  return `svc-${String(n).padStart(4, '0')}`;
}

/** A name of an alarm of that service. */
export function alarmName(service: number, alarm: number | string): string {
  return `${serviceName(service)}-model-latency-p95-${alarm}`;
}

/** The service that an alarm's name, or a text about its incident, speaks of; `null` when none. */
export function serviceIn(text: string): string | null {
  return /\bsvc-\d{4}\b/.exec(text)?.[0] ?? null;
}

export function channelOf(service: number, { channels }: Pick<Landscape, 'channels'>): string {
  return `C0BENCH${service % channels}`;
}

export function channelsOf({ channels }: Pick<Landscape, 'channels'>): string[] {
  return Array.from({ length: channels }, (_, n) => channelOf(n, { channels }));
}

/** Writes one file per service into `dir`. */
export async function writeServices(dir: string, landscape: Landscape): Promise<void> {
  await mkdir(dir, { recursive: true });
  await Promise.all(
    Array.from({ length: landscape.services }, (_, n) =>
      writeFile(join(dir, `${serviceName(n)}.yml`), stringify(fileOf(n, landscape))),
    ),
  );
}

function fileOf(n: number, landscape: Landscape) {
  return {
    owner: 'Forecasting',
    channel: channelOf(n, landscape),
    fallback: n === 0,
    links: [{ label: 'Dashboard', url: 'https://example.com/dashboards/endpoint' }],
    recovery: { end: 'resolve', watch: landscape.watch ?? '5m' },
    alarms: [
      {
        match: `${serviceName(n)}-*`,
        severity: n % 4 === 0 ? 'P1' : 'P2',
        runbook: 'https://example.com/runbooks/model-latency',
      },
    ],
  };
}
