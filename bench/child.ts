import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

// biome-ignore lint/suspicious/noExplicitAny: any function at all, whatever it takes
type Api = Record<string, (...args: any[]) => unknown>;

/** A process of the benchmark's own, whose functions are called from here. It ends with this process. */
export interface Child<A extends Api> {
  readonly pid: number;
  call<N extends keyof A & string>(name: N, ...args: Parameters<A[N]>): Promise<Awaited<ReturnType<A[N]>>>;
  stop(): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Starts a file that calls `answer`. */
export function startChild<A extends Api>(main: URL): Child<A> {
  const child = fork(fileURLToPath(main), { serialization: 'advanced', stdio: 'inherit' });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const gone = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${fileURLToPath(main)} ended`));
  });
  let last = 0;

  child.on('message', (message) => {
    const { id, value, error } = message as Answer; // written by answer() below and nobody else
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  });

  return {
    pid: child.pid ?? 0,
    call(name, ...args) {
      const id = ++last;
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.send({ id, name, args } satisfies Question);
      return answered as never; // the type of the function that was named
    },
    async stop() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** In the child: lets the parent call these functions, and ends when the parent is gone. */
export function answer(api: Api): void {
  const reply = (message: Answer) => process.connected && process.send?.(message);
  process.on('message', (message) => {
    const { id, name, args } = message as Question; // written by call() above and nobody else
    void Promise.resolve()
      .then(() => api[name]?.(...args))
      .then(
        (value) => reply({ id, value }),
        (error: unknown) => reply({ id, error: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => undefined); // the parent ends this one, when it has ended the others
}
