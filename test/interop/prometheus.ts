import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../support/scenario-bot.ts';
import { type Program, startProgram } from './program.ts';

/** A system that is watched: what it says on `/metrics` is what the test sets. */
export interface Exporter {
  readonly target: string;
  /** Lines in Prometheus' text format, asked anew for every scrape. */
  says(lines: () => readonly string[]): void;
  stop(): Promise<void>;
}

export async function startExporter(): Promise<Exporter> {
  let lines: () => readonly string[] = () => [];
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines().join('\n')}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    target: `127.0.0.1:${port}`,
    says: (next) => {
      lines = next;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export interface WatchOptions {
  readonly dir: string;
  readonly job: string;
  readonly target: string;
  /** A rule file as it is shipped, with shorter waits: `for:` is how long a test would have to sleep, not what it tests. */
  readonly rules: string;
  /** Where Alertmanager posts to, and the token that it brings. */
  readonly webhook: string;
  readonly token: string;
}

/** A real Prometheus that evaluates the rules every second, and a real Alertmanager that tells Tocsin. */
export async function startWatch(
  programs: { readonly prometheus: string; readonly alertmanager: string },
  { dir, job, target, rules, webhook, token }: WatchOptions,
): Promise<{ readonly prometheus: Program; readonly alertmanager: Program }> {
  await mkdir(dir, { recursive: true });
  const [promPort, alertPort] = [await freePort(), await freePort()];
  await writeFile(join(dir, 'rules.yml'), rules.replaceAll(/^(?<indent>\s*)for: *\S+/gm, '$<indent>for: 1s'));
  await writeFile(
    join(dir, 'prometheus.yml'),
    [
      'global: { scrape_interval: 1s, evaluation_interval: 1s }',
      'rule_files: [rules.yml]',
      'scrape_configs:',
      `  - { job_name: ${job}, static_configs: [{ targets: ["${target}"] }] }`,
      'alerting:',
      `  alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${alertPort}"] }] }]`,
    ].join('\n'),
  );
  await writeFile(
    join(dir, 'alertmanager.yml'),
    [
      'route: { receiver: tocsin, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1m }',
      'receivers:',
      '  - name: tocsin',
      '    webhook_configs:',
      `      - url: ${webhook}`,
      '        send_resolved: true',
      `        http_config: { authorization: { type: Bearer, credentials: "${token}" } }`,
    ].join('\n'),
  );
  const alertmanager = await startProgram(
    programs.alertmanager,
    [
      '--config.file=alertmanager.yml',
      '--storage.path=alertmanager',
      `--web.listen-address=127.0.0.1:${alertPort}`,
      '--cluster.listen-address=',
    ],
    { url: `http://127.0.0.1:${alertPort}`, readyPath: '/-/ready', cwd: dir },
  );
  const prometheus = await startProgram(
    programs.prometheus,
    ['--config.file=prometheus.yml', '--storage.tsdb.path=prometheus', `--web.listen-address=127.0.0.1:${promPort}`],
    { url: `http://127.0.0.1:${promPort}`, readyPath: '/-/ready', cwd: dir },
  );
  return { prometheus, alertmanager };
}
