import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isBroken, type Result, type Row, tableOf } from './result.ts';
import { acknowledge } from './runs/acknowledge.ts';
import { alarmToCard } from './runs/alarm-to-card.ts';
import { alertmanager } from './runs/alertmanager.ts';
import { ingest } from './runs/ingest.ts';
import { memory } from './runs/memory.ts';
import { paging } from './runs/paging.ts';
import { startup } from './runs/startup.ts';
import { storm } from './runs/storm.ts';
import { sweep } from './runs/sweep.ts';

/** In the order in which they run. One that cannot run here answers why. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Row[] | { readonly skipped: string }>>> = {
  startup,
  ingest,
  'alarm-to-card': alarmToCard,
  acknowledge,
  storm,
  memory,
  sweep,
  paging,
  alertmanager,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}\n`,
  );
  process.exit(2);
}

const startedAt = new Date();
const load = loadavg();
const results: Result[] = [];
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stderr.write(`… ${name}\n`);
  const found = await run();
  const result = 'skipped' in found ? { name, rows: [], ...found } : { name, rows: found, skipped: null };
  results.push(result);
  process.stdout.write(`${tableOf([result])}\n`);
}

const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, load };
const file = `.data/bench/${startedAt.toISOString().replaceAll(':', '-')}.json`;
await mkdir('.data/bench', { recursive: true });
await writeFile(file, `${JSON.stringify({ startedAt, machine, results }, null, 2)}\n`);
process.stdout.write(`Load when it began: ${load.map((one) => one.toFixed(1)).join(' ')}. Written to ${file}\n`);

const broken = results.flatMap(({ rows }) => rows.filter(isBroken));
if (values.check === true && broken.length > 0) process.exitCode = 1;
