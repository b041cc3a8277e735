/** One way in which a system can fail. */
export interface FaultDefinition {
  readonly name: string;
  /** What the button says: "Slow down the model". */
  readonly title: string;
  /** One sentence about what is to be expected in Slack. */
  readonly expect: string;
}

/** A fault that is a state of the world: it is on for as long as things are so, whoever has made them so and whoever ends it. */
export interface Cause {
  readonly isSo: () => boolean;
  /** Makes it so, as something that happens to the team does. */
  readonly bring: () => void;
  /** Ends it, as the team would by hand. */
  readonly end: () => void;
}

/** Which faults of one system are on, and were. Times are epoch milliseconds. */
export interface Faults {
  readonly definitions: readonly FaultDefinition[];
  /** From now on the fault is what the world says, and no switch of its own. */
  follow(name: string, cause: Cause): void;
  /** Looks at the world: faults begin and end with their causes. True when one did. */
  look(): boolean;
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

  const causes = new Map<string, Cause>();

  const turn = (name: string, on: boolean): void => {
    const known = spells.get(name) ?? [];
    const last = known.at(-1);
    if (on) known.push({ from: now(), until: Number.POSITIVE_INFINITY });
    else if (last !== undefined) last.until = now();
    if (known.length > SPELLS_KEPT) known.shift();
    for (const listener of listeners) listener(name, on);
  };
  const look = (): boolean => {
    const turned = [...causes].filter(([name, { isSo }]) => isSo() !== isOn(name));
    for (const [name] of turned) turn(name, !isOn(name));
    return turned.length > 0;
  };

  const begunAt: Faults['begunAt'] = (name, at, leadMs) => {
    const spell = spells.get(name)?.find(({ from, until }) => at >= from - leadMs && at < until - leadMs);
    return spell === undefined ? null : spell.from - leadMs;
  };

  return {
    definitions,
    isOn,
    follow: (name, cause) => {
      causes.set(name, cause);
    },
    look,
    set: (name, on) => {
      if (!spells.has(name) || isOn(name) === on) return false;
      const cause = causes.get(name);
      if (cause === undefined) turn(name, on);
      else (on ? cause.bring : cause.end)();
      look();
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
