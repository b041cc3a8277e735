/** One way in which a system can fail. */
export interface FaultDefinition {
  readonly name: string;
  /** What the button says: "Slow down the model". */
  readonly title: string;
  /** One sentence about what is to be expected in Slack. */
  readonly expect: string;
}

/** Which faults of one system are on, and were. Times are epoch milliseconds. */
export interface Faults {
  readonly definitions: readonly FaultDefinition[];
  /** False when there is no such fault, or it is so already. */
  set(name: string, on: boolean): boolean;
  isOn(name: string): boolean;
  /**
   * Whether a fault shows in what was measured at `at`. It shows as if it had begun, and ended, `leadMs` earlier: an alarm that
   * looks at three hours would otherwise need three hours to notice.
   */
  showsAt(name: string, at: number, leadMs: number): boolean;
  /** When the fault that shows at `at` seems to have begun; `null` when it does not show. */
  begunAt(name: string, at: number, leadMs: number): number | null;
  onSwitch(listener: (name: string, on: boolean) => void): () => void;
}

interface Spell {
  readonly from: number;
  until: number;
}

/** How many spells of a fault are remembered, for the charts. */
const SPELLS_KEPT = 20;

export function createFaults(definitions: readonly FaultDefinition[], now: () => number): Faults {
  const spells = new Map<string, Spell[]>(definitions.map(({ name }) => [name, []]));
  const listeners = new Set<(name: string, on: boolean) => void>();
  const isOn = (name: string): boolean => spells.get(name)?.at(-1)?.until === Number.POSITIVE_INFINITY;

  const begunAt: Faults['begunAt'] = (name, at, leadMs) => {
    const spell = spells.get(name)?.find(({ from, until }) => at >= from - leadMs && at < until - leadMs);
    return spell === undefined ? null : spell.from - leadMs;
  };

  return {
    definitions,
    isOn,
    set: (name, on) => {
      const known = spells.get(name);
      if (known === undefined || isOn(name) === on) return false;
      const last = known.at(-1);
      if (on) known.push({ from: now(), until: Number.POSITIVE_INFINITY });
      else if (last !== undefined) last.until = now();
      if (known.length > SPELLS_KEPT) known.shift();
      for (const listener of listeners) listener(name, on);
      return true;
    },
    showsAt: (name, at, leadMs) => begunAt(name, at, leadMs) !== null,
    begunAt,
    onSwitch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
