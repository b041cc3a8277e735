import { readFileSync } from 'node:fs';

/** A time in which the machine itself was not there for its programs. Epoch ms. */
export interface Stolen {
  readonly from: number;
  readonly to: number;
}

/** From such a part of a second on, lateness may be the host's doing. It is said beside the verdict, and excuses nothing. */
const TOO_MUCH = 0.2;
/** What piled up meanwhile is worked off in the second after. */
const CATCHES_UP_MS = 1_000;

/**
 * Watches how much of the machine its host gives to others (`steal` in /proc/stat, see proc(5)), second by second. Where there is no
 * such file nothing is ever stolen.
 */
export function watchStolenTime(): { stop(): readonly Stolen[] } {
  const spans: Stolen[] = [];
  let before = read();
  let at = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    const next = read();
    const all = next.all - before.all;
    if (all > 0 && (next.stolen - before.stolen) / all > TOO_MUCH) spans.push({ from: at, to: now + CATCHES_UP_MS });
    before = next;
    at = now;
  }, 1_000);
  return {
    stop() {
      clearInterval(timer);
      return merged(spans);
    },
  };
}

function merged(spans: readonly Stolen[]): Stolen[] {
  const all: Stolen[] = [];
  for (const { from, to } of spans) {
    const last = all.at(-1);
    if (last && last.to >= from) all[all.length - 1] = { from: last.from, to };
    else all.push({ from, to });
  }
  return all;
}

function read(): { readonly all: number; readonly stolen: number } {
  const line = text().split('\n', 1)[0] ?? '';
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, one) => sum + one, 0), stolen: ticks[7] ?? 0 };
}

function text(): string {
  try {
    return readFileSync('/proc/stat', 'utf8');
  } catch {
    return '';
  }
}
