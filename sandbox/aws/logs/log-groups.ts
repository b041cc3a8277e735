/** One line of a log. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
  readonly stream: string;
}

/** Log groups by name; what a running system logged is computed when somebody asks. */
export interface LogGroups {
  /** Gives a group its lines between two times; the newest answer counts. */
  add(group: string, lines: (from: number, to: number) => readonly LogLine[]): void;
  has(group: string): boolean;
  /** Oldest first. */
  lines(group: string, from: number, to: number): readonly LogLine[];
}

export function createLogGroups(): LogGroups {
  const groups = new Map<string, (from: number, to: number) => readonly LogLine[]>();
  return {
    add: (group, lines) => void groups.set(group, lines),
    has: (group) => groups.has(group),
    lines: (group, from, to) => [...(groups.get(group)?.(from, to) ?? [])].sort((a, b) => a.at - b.at),
  };
}
