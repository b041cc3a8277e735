import { Worker } from 'node:worker_threads';
import { TransientError } from '../app/errors.ts';
import type { Chart } from './chart.ts';
import type { Ask, Told } from './render-worker.ts';

export interface Renderer {
  /** PNG. Throws TransientError when it took too long or could not be drawn. */
  render(chart: Chart): Promise<Uint8Array>;
  stop(): Promise<void>;
}

export interface RendererOptions {
  /** How long one chart may take, with the start of the thread. */
  readonly timeoutMs?: number;
  /** The thread ends after so long without a chart, and its memory is free again. */
  readonly idleMs?: number;
  readonly worker?: URL;
}

interface Waiting {
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

const WORKER = new URL('./render-worker.ts', import.meta.url);

/**
 * Draws charts in a thread of its own, so that no click waits for a drawing. It begins with the first chart; one that takes too
 * long takes the thread with it.
 */
export function createRenderer({
  timeoutMs = 10_000,
  idleMs = 60_000,
  worker = WORKER,
}: RendererOptions = {}): Renderer {
  let thread: Thread | null = null;
  let idle: NodeJS.Timeout | undefined;

  async function end(): Promise<void> {
    clearTimeout(idle);
    await thread?.end();
  }

  return {
    async render(chart) {
      clearTimeout(idle);
      thread = thread?.isAlive() ? thread : openThread(worker);
      const timer = setTimeout(() => void end(), timeoutMs);
      try {
        return await thread.ask(chart);
      } finally {
        clearTimeout(timer);
        clearTimeout(idle);
        if (thread.isIdle()) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    stop: end,
  };
}

interface Thread {
  ask(chart: Chart): Promise<Uint8Array>;
  isAlive(): boolean;
  isIdle(): boolean;
  /** Whatever is being drawn fails. */
  end(): Promise<void>;
}

function openThread(file: URL): Thread {
  const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: 192 }, env: {} });
  const waiting = new Map<number, Waiting>();
  let isAlive = true;
  let names = 0;

  function fail(cause: unknown): void {
    isAlive = false;
    for (const { reject } of waiting.values())
      reject(new TransientError('The drawing of a chart ended early', { cause }));
    waiting.clear();
  }
  worker.unref();
  worker.on('message', (told: Told) => settle(waiting, told));
  worker.on('error', fail);
  worker.on('exit', fail);

  return {
    ask: (chart) =>
      new Promise((resolve, reject) => {
        const ask: Ask = { name: ++names, chart };
        waiting.set(ask.name, { resolve, reject });
        worker.postMessage(ask);
      }),
    isAlive: () => isAlive,
    isIdle: () => waiting.size === 0,
    async end() {
      fail(null);
      await worker.terminate();
    },
  };
}

function settle(waiting: Map<number, Waiting>, told: Told): void {
  const asked = waiting.get(told.name);
  waiting.delete(told.name);
  if ('png' in told) asked?.resolve(told.png);
  else asked?.reject(new TransientError(`The chart could not be drawn: ${told.error}`, { cause: undefined }));
}
