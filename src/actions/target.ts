import type { AwsClients } from '../aws/clients.ts';
import type { TargetKind, TargetSettings } from '../config/file-actions.ts';
import type { Variables } from '../config/variables.ts';
import type { Json } from '../domain/action.ts';
import type { LiveRun } from '../domain/live.ts';
import type { Plan, PlanCheck, PlanDifference } from '../domain/plan.ts';
import type { Query } from '../domain/query.ts';
import type { Run } from '../domain/run.ts';
import type { Service } from '../domain/service.ts';
import type { Ledger } from './ledger.ts';

/** What all targets share. */
export interface TargetDeps {
  /** To look: the credentials of the process. */
  readonly aws: AwsClients;
  /** To change, once, without a retry of the SDK's: the same, or those of `ACT_ROLE_ARN`. Only `change` and `cancel` use it. */
  readonly acting: AwsClients;
  /** Does not connect to where clouds keep credentials. */
  readonly fetch: typeof fetch;
  /** Secrets are read when they are used. */
  readonly variables: Variables;
  readonly ledger: Ledger;
  /** Asks a query of the service. `at`: of the newest sample, epoch ms, where the system says. Throws as `Probes` do. */
  readonly ask: (
    where: { readonly service: Pick<Service, 'name'>; readonly environment: string },
    query: Query,
  ) => Promise<{ readonly text: string; readonly isWell: boolean | null; readonly at: number | null }>;
  readonly now: () => number;
}

/** Where an action is done. */
export interface Place {
  readonly service: Service;
  readonly environment: string;
  /** AWS region; empty where none is known. */
  readonly region: string;
  /** What the owner wrote for the environment, without what people typed: `fill` knows both. */
  readonly values: Readonly<Record<string, string>>;
  /** Replaces placeholders with values of the environment and inputs; throws SetupError that names what is missing. */
  readonly fill: (text: string) => string;
}

/** What a target is asked to plan. */
export interface Asked<K extends TargetKind> extends Place {
  readonly settings: TargetSettings<K>;
  readonly inputs: Readonly<Record<string, string>>;
}

/** A plan as far as the target knows it; texts are plain, one line each. */
export interface Draft<Sealed extends Json> {
  readonly subject: string;
  readonly lock: string;
  readonly current: string;
  readonly target: string;
  readonly differences: readonly PlanDifference[];
  readonly deployed: Plan['deployed'];
  readonly checks: readonly PlanCheck[];
  readonly takesMs: number | null;
  readonly cost: string | null;
  readonly cannotUndo: readonly string[];
  /** Of all that the plan relies on: planned again, it must read the same, or the plan is stale. No times, no counters in it. */
  readonly fingerprint: string;
  /** All that is needed to do exactly this, also after the service file has changed. JSON, at most some kilobytes, no secret. */
  readonly sealed: Sealed;
}

/** What can be seen of a run. Reads only. */
export type Sight =
  /** The world is as it was planned for, and nothing of this run is in it. */
  | { readonly kind: 'untouched' }
  | {
      readonly kind: 'under_way';
      readonly phase: string;
      /** From 0 to 1; `null`: nobody knows. */
      readonly share: number | null;
      readonly link: string | null;
    }
  /** The world is as the plan wants it. */
  | { readonly kind: 'done'; readonly detail: string; readonly link: string | null }
  /** It was tried, and has ended badly. */
  | { readonly kind: 'failed'; readonly why: string; readonly link: string | null }
  /** The world is neither as before nor as planned: somebody else was here. */
  | { readonly kind: 'moved'; readonly why: string };

/** What has become of a change that was sent: what the system calls it, to find it again; `null`: nothing that it needs. */
export type Sent = { readonly reference: string | null };

/** A run while it is looked at. Its plan holds what `plan` sealed. */
export type Looked = Pick<
  Run,
  'id' | 'token' | 'plan' | 'beganAt' | 'sentAt' | 'sendings' | 'reference' | 'cancelAskedBy' | 'requestedBy' | 'reason'
>;

/**
 * One kind of system. Each call throws TransientError (it may pass; a change may or may not have happened), or SetupError (it was
 * certainly refused, and its words say what to mend: for AWS the permission).
 */
export interface Target<K extends TargetKind, Sealed extends Json> {
  /** Reads the world and says what would change. `SetupError` when there is nothing to go to. */
  plan(deps: TargetDeps, asked: Asked<K>): Promise<Draft<Sealed>>;
  /** What is to be seen of the run. Also called before anything was sent. */
  look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight>;
  /** The one call that changes the world. Takes a live run, so that no drill gets here. */
  change(deps: TargetDeps, sealed: Sealed, live: LiveRun): Promise<Sent>;
  /** Stops what is under way; `null` where the system cannot. What became of it is looked at afterwards. */
  readonly cancel: ((deps: TargetDeps, sealed: Sealed, live: LiveRun) => Promise<void>) | null;
  /**
   * Whether `change` may be sent again when nothing of it is to be seen: because the system knows the run's token, compares before it
   * sets, or comes to the same state. Otherwise nobody can tell what became of a lost answer, and a person must look.
   */
  readonly repeatable: boolean;
}
