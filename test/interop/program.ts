import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '../support/eventually.ts';

/** A program that we did not write, started by script/interop's path to it. */
export interface Program {
  readonly url: string;
  /** What it has written, for when it does not do what is expected. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface Start {
  readonly url: string;
  readonly readyPath: string;
  readonly cwd: string;
  /** Beside the variables of the test. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long it may take to answer, in ms. */
  readonly withinMs?: number;
  /** How long it may take to end what it has started itself, in ms. */
  readonly endsWithinMs?: number;
}

/** Starts a program and resolves when `readyPath` of it answers. It ends with the test, by its own pid. */
export async function startProgram(
  path: string,
  args: readonly string[],
  { url, readyPath, cwd, environment = {}, withinMs = 60_000, endsWithinMs = 5_000 }: Start,
): Promise<Program> {
  const child = spawn(path, args, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => written.push(line));
  const output = () => written.slice(-40).join('\n');
  await eventually(
    () => `${path} that answers; it wrote:\n${output()}`,
    async () => hasEnded(child) || (await fetch(`${url}${readyPath}`)).ok,
    withinMs,
  );
  if (hasEnded(child)) throw new Error(`${path} ended at once:\n${output()}`);
  return {
    url,
    output,
    signal: (signal) => void child.kill(signal),
    async stop() {
      if (hasEnded(child)) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
