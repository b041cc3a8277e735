import { type Clock, STOPPED, settled } from './escalation-clock.ts';
import type { Holds } from './escalation-hold.ts';
import type { Incident } from './incident.ts';
import type { Page } from './page.ts';
import type { Policy } from './policy.ts';
import { PAGING, type Paging } from './service.ts';

/** What the policy must know of an incident. */
export interface Situation
  extends Pick<Incident, 'id' | 'status' | 'severity' | 'incidentClass' | 'environment' | 'owner'> {
  /** Ids of the rules of its alarms. */
  readonly rules: readonly string[];
  /** Whom its rules wake, whatever the severity; `null`: as the severity has it. */
  readonly paging: Paging | null;
  readonly isFiring: boolean;
}

/** How far the policy has gone for one incident. Times are epoch ms. */
export interface Escalation extends Holds {
  /** 1 from the opening on; one more each time that it is nobody's again. */
  readonly round: number;
  /** Goes while something is wrong: it stands while the incident is mitigated, held or over. */
  readonly firing: Clock;
  /** Goes until the incident is resolved: it stands while it is held or over. */
  readonly open: Clock;
  readonly progress: {
    /** The last sign of work by whoever has it. */
    readonly at: number;
    /** When the owner was asked, while no answer has come. */
    readonly askedAt: number | null;
    /** How often the present owner was asked. */
    readonly times: number;
  };
  /** The highest repeat of each step that was decided in this round; 0 is the first time. */
  readonly done: Readonly<Record<string, number>>;
  /** Pages that are still on their way. */
  readonly pages: readonly Page[];
  /** Targets of this round, by their keys, whom no way has reached, the newest last. */
  readonly unreached: readonly { readonly level: string; readonly target: string; readonly why: string }[];
  /** Since when conditions on values are true, by their keys. */
  readonly held: Readonly<Record<string, number>>;
  /** When something changed last that decides who is paged: what became owed by it is not late before. */
  readonly changedAt: number;
}

/** The escalation of an incident that opens. */
export function begun(policy: Policy, situation: Situation, at: number): Escalation {
  const fresh: Escalation = {
    round: 1,
    firing: STOPPED,
    open: STOPPED,
    hold: null,
    progress: { at, askedAt: null, times: 0 },
    done: {},
    pages: [],
    unreached: [],
    held: {},
    changedAt: at,
  };
  return withClocks(policy, fresh, situation, at);
}

/** The clocks as the situation wants them from `at` on. */
export function withClocks(policy: Policy, escalation: Escalation, { status }: Situation, at: number): Escalation {
  const from = Math.max(at, escalation.hold?.until ?? at);
  const isOpen = status !== 'resolved' && status !== 'closed';
  const clock = (is: Clock, runs: boolean) => settled(is, runs ? from : null, policy.calendar, at);
  return {
    ...escalation,
    firing: clock(escalation.firing, isOpen && status !== 'mitigated'),
    open: clock(escalation.open, isOpen),
  };
}

/** Whom the incident may wake as it is. */
export function pagingOf({ paging, severity }: Pick<Situation, 'paging' | 'severity'>): Paging {
  return paging ?? PAGING[severity];
}
