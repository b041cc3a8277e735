/** One step of a checklist. */
export interface Step {
  /** Stable within its runbook, so that ticks stay where they are when the words change: as written, else `1`, `2`, … by place. */
  readonly id: string;
  /** `do` is a person's work, `check` asks a query and shows the answer, `action` names one of the service's actions. */
  readonly kind: 'do' | 'check' | 'action';
  readonly text: string;
  /** To copy, by environment; under `any` where they do not differ. */
  readonly commands: Readonly<Record<string, string>>;
  /** When it belongs to: `0–5 min`, `Investigate`; steps of one phase stand together. */
  readonly phase: string | null;
  /** The query that a check asks. */
  readonly query: string | null;
  /** The action that an action step offers. */
  readonly action: string | null;
}

/** What to do about one kind of trouble, from the service file. */
export interface Runbook {
  readonly name: string;
  readonly title: string;
  /** Where the whole of it stands. */
  readonly url: string | null;
  /** Likely causes and their cures, as the runbook lists them. */
  readonly causes: readonly { readonly cause: string; readonly cure: string }[];
  readonly steps: readonly Step[];
}

/** What became of one step in one incident: the newest of a tick, an answer, or both. */
export interface StepRecord {
  readonly runbook: string;
  readonly step: string;
  /** Its words when it was touched, shortened: the file may change meanwhile. */
  readonly text: string;
  /** Who ticked it and when; `null` while it is open. */
  readonly done: { readonly by: string; readonly at: number } | null;
  /** What a check answered last. */
  readonly answer: {
    readonly text: string;
    readonly isWell: boolean | null;
    readonly at: number;
    readonly by: string;
  } | null;
}
