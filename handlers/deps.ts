import type { Actions } from '../src/app/actions.ts';
import type { Ask } from '../src/app/ask.ts';
import type { Contacts } from '../src/app/contacts.ts';
import type { Dispatch } from '../src/app/dispatch.ts';
import type { EvidenceStore } from '../src/app/evidence-store.ts';
import type { OnCall } from '../src/app/on-call.ts';
import type { OnCallMessages } from '../src/app/on-call-messages.ts';
import type { IncidentStore } from '../src/app/store.ts';
import type { Incident } from '../src/domain/incident.ts';
import type { Declaration } from '../src/domain/open.ts';
import type { Result } from '../src/domain/result.ts';
import type { Service } from '../src/domain/service.ts';
import type { Report } from '../src/stats/report.ts';

/** All that the handlers need of the program. They know neither Redis nor AWS. */
export interface HandlerDeps {
  readonly dispatch: Dispatch;
  readonly store: Pick<
    IncidentStore,
    'load' | 'loadMany' | 'events' | 'openIds' | 'openCount' | 'history' | 'followUps'
  >;
  /** Opens an incident that a person declares for a service. Refuses a service that is not configured. */
  readonly declare: (service: string, declaration: Declaration) => Promise<Result<Incident>>;
  readonly services: () => readonly Service[];
  /** Whether this person may act on this service, decided now: by the service file and the present user groups. */
  readonly authorize: (service: string, user: string) => Promise<Result<true>>;
  /** The incident that a message (a card, or the root of a thread) stands for. */
  readonly incidentOfMessage: (channel: string, ts: string) => Promise<string | null>;
  /** A page that leads to the card, or `null` while it is not posted. Makes no call to Slack when it has one already. */
  readonly permalink: (incident: Incident) => Promise<string | null>;
  readonly report: (query: {
    readonly service?: string;
    readonly days: number;
    readonly drills?: boolean;
  }) => Promise<Report>;
  readonly health: () => Promise<HealthReport>;
  /** Keeps something too large for a button or a modal for an hour, and gives it back once; it may be put back under its id. */
  readonly drafts: { keep(text: string, id?: string): Promise<string>; take(id: string): Promise<string | null> };
  /** Asks a query for a check; a person waits. Throws `TransientError` or `SetupError` when it cannot be told. */
  readonly ask: Ask;
  readonly snapshots: EvidenceStore['snapshots'];
  /** Where an incident's runbook is open, for an hour. */
  readonly openViews: {
    opened(incident: string, view: string): Promise<void>;
    closed(incident: string, view: string): Promise<void>;
    of(incident: string): Promise<string[]>;
  };
  readonly onCall: OnCall;
  readonly onCallMessages: Pick<OnCallMessages, 'tellCover' | 'tellReceived'>;
  readonly contacts: Contacts;
  /** What can be done to systems, and who may. */
  readonly actions: Actions;
  /** Where Tocsin is reached from outside, without a slash at the end; `null`: not known. */
  readonly publicUrl: string | null;
  /** Whether an event of Slack's comes for the first time: Slack repeats what it thinks was missed. */
  readonly isFirst: (eventId: string) => Promise<boolean>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly log: Pick<import('pino').Logger, 'info' | 'warn' | 'error'>;
  /** Counts one interaction: its kind, how it ended, and how long Slack waited for the answer in ms. */
  readonly counted: (kind: string, outcome: 'ok' | 'refused' | 'failed', ackMs: number) => void;
}

export interface HealthReport {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}
