import { useSyncExternalStore } from 'react';

const TICK_MS = 15_000;
let ahead = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The sandbox's time, in ms, a few times a minute: relative dates grow old while one looks at them. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
}

/** Says how far the sandbox's time is ahead of the machine's, in ms. */
export function setAhead(ms: number): void {
  if (ms === ahead) return;
  ahead = ms;
  tick();
}

function listen(changed: () => void): () => void {
  listeners.add(changed);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(changed);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now() + ahead;
  for (const changed of listeners) changed();
}
