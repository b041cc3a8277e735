import { fork } from 'node:child_process';
import { TransientError } from '../app/errors.ts';
import type { Chart } from './chart.ts';
import type { Ask, Told } from './render-process.ts';

export interface Renderer {
  /** PNG. Throws TransientError when it took too long or could not be drawn. */
  render(chart: Chart): Promise<Uint8Array>;
  stop(): void;
}

export interface RendererOptions {
  /** How long one chart may take, with the start of the process. */
  readonly timeoutMs?: number;
  /** The process ends after so long without a chart, and its memory is free again. */
  readonly idleMs?: number;
}

interface Waiting {
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

const PROGRAM = new URL('./render-process.ts', import.meta.url);
const HEAP_MB = 192;

/**
 * Draws charts in a process of its own, so that no click waits for a drawing, and what drawing takes of memory is given back as a
 * whole: a thread would leave some 70 MB behind. It begins with the first chart; one that takes too long takes it along.
 */
export function createRenderer({ timeoutMs = 10_000, idleMs = 60_000 }: RendererOptions = {}): Renderer {
  let drawer: Drawer | null = null;
  let idle: NodeJS.Timeout | undefined;

  function end(): void {
    clearTimeout(idle);
    drawer?.end();
  }

  return {
    async render(chart) {
      clearTimeout(idle);
      drawer = drawer?.isAlive() ? drawer : openDrawer();
      const timer = setTimeout(() => end(), timeoutMs);
      try {
        return await drawer.ask(chart);
      } finally {
        clearTimeout(timer);
        clearTimeout(idle);
        if (drawer.isIdle()) idle = setTimeout(() => end(), idleMs).unref();
      }
    },
    stop: end,
  };
}

interface Drawer {
  ask(chart: Chart): Promise<Uint8Array>;
  isAlive(): boolean;
  isIdle(): boolean;
  /** Whatever is being drawn fails. */
  end(): void;
}

function openDrawer(): Drawer {
  const execArgv = [`--max-old-space-size=${HEAP_MB}`];
  const child = fork(PROGRAM, {
    execArgv,
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  let isAlive = true;
  let names = 0;

  function fail(cause: unknown): void {
    isAlive = false;
    for (const { reject } of waiting.values())
      reject(new TransientError('The drawing of a chart ended early', { cause }));
    waiting.clear();
  }
  child.unref();
  child.channel?.unref();
  child.on('message', (told: Told) => settle(waiting, told));
  child.on('error', fail);
  child.on('exit', fail);

  return {
    ask: (chart) =>
      new Promise((resolve, reject) => {
        const ask: Ask = { name: ++names, chart };
        waiting.set(ask.name, { resolve, reject });
        child.send(ask, (error) => error && fail(error));
      }),
    isAlive: () => isAlive,
    isIdle: () => waiting.size === 0,
    end() {
      fail(null);
      child.kill('SIGKILL');
    },
  };
}

function settle(waiting: Map<number, Waiting>, told: Told): void {
  const asked = waiting.get(told.name);
  waiting.delete(told.name);
  if ('png' in told) asked?.resolve(told.png);
  else asked?.reject(new TransientError(`The chart could not be drawn: ${told.error}`, { cause: undefined }));
}
