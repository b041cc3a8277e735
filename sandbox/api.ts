/**
 * The contract between the sandbox's server and its page. Everything is seen "as" one person: ephemerals, modals and
 * the Home tab belong to somebody. `GET /api/state?as=U…` gives a `SandboxState`; `GET /api/stream?as=U…` is a stream of
 * server-sent events, each `data:` a whole new `SandboxState` (coalesced, newest wins); `POST /api/act?as=U…` takes one `Act`
 * and answers an `ActResult`.
 */
export interface SandboxState {
  readonly workspace: string;
  readonly me: SandboxUser;
  readonly users: readonly SandboxUser[];
  readonly channels: readonly SandboxChannel[];
  /** By channel id, oldest first, the newest 100 roots and all their replies. */
  readonly messages: Readonly<Record<string, readonly SandboxMessage[]>>;
  /** The app's Home tab for this person, once the app has published one. */
  readonly home: SandboxView | null;
  /** Open modals of this person, lowest first (at most three, as in Slack). */
  readonly modals: readonly SandboxView[];
  readonly app: {
    readonly botUserId: string;
    readonly name: string;
    /** Whether at least one connection of the app is alive, so that clicks can arrive. */
    readonly connected: boolean;
    readonly commands: readonly {
      readonly command: string;
      readonly description: string;
      readonly usageHint: string;
    }[];
    readonly shortcuts: readonly {
      readonly name: string;
      readonly callbackId: string;
      readonly type: 'global' | 'message';
    }[];
  };
  /** Slack's own toast for this person ("/incident failed with the error …"), newest last, each shown once. */
  readonly toasts: readonly { readonly id: string; readonly text: string }[];
  /** Alarms of the demo services, with their state in the CloudWatch stand-in. */
  readonly alarms: readonly SandboxAlarm[];
  /** The five systems; none when they do not run. */
  readonly systems: readonly SandboxSystem[];
  readonly userGroups: readonly SandboxUserGroup[];
  readonly clock: SandboxClockState;
  /** Telephone and mailbox of each person, and last what came to a number or an address that nobody has. */
  readonly boxes: readonly SandboxBox[];
  /** Newest first. */
  readonly pagerDuty: readonly SandboxPagerDutyIncident[];
  /** What came to the webhook receiver, newest first. */
  readonly hooks: readonly SandboxHook[];
  /** Ways in which pages can fail to arrive. */
  readonly pagingFaults: readonly SandboxFault[];
}

export interface SandboxUserGroup {
  readonly id: string;
  readonly handle: string;
  readonly users: readonly string[];
}

export interface SandboxClockState {
  /** How far the sandbox's time is ahead of the machine's, in ms. */
  readonly aheadMs: number;
  readonly isMovable: boolean;
}

export interface SandboxBox {
  /** The person; `''` for what came for nobody here. */
  readonly id: string;
  /** E.164. */
  readonly number: string;
  readonly address: string;
  /** Whether the person has answered STOP to a text message. */
  readonly isOptedOut: boolean;
  /** Newest first. */
  readonly items: readonly SandboxBoxItem[];
}

export type SandboxBoxItem = SandboxSms | SandboxCall | SandboxMail;

interface SandboxReceived {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** The number or address that it was sent to. */
  readonly to: string;
  readonly isRead: boolean;
}

export interface SandboxSms extends SandboxReceived {
  readonly kind: 'sms';
  readonly from: string;
  readonly text: string;
  /** `opted out`: the carrier did not deliver it, because its owner wants no messages. */
  readonly state: 'delivered' | 'opted out';
}

export interface SandboxCall extends SandboxReceived {
  readonly kind: 'call';
  /** What is spoken to whoever answers. */
  readonly text: string;
  readonly state: 'ringing' | 'answered' | 'declined' | 'missed';
}

export interface SandboxMail extends SandboxReceived {
  readonly kind: 'mail';
  readonly from: string;
  readonly subject: string;
  readonly text: string;
}

export interface SandboxPagerDutyIncident {
  readonly id: string;
  readonly dedupKey: string;
  /** The end of the integration's key: enough to tell two of them apart. */
  readonly keyEnd: string;
  readonly summary: string;
  readonly source: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  readonly state: 'triggered' | 'acknowledged' | 'resolved';
  /** How many events it was triggered by. */
  readonly events: number;
  /** Epoch ms. */
  readonly openedAt: number;
  readonly changedAt: number;
}

export interface SandboxHook {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** What follows `/hooks/` in the address. */
  readonly name: string;
  readonly signature: 'right' | 'wrong' | 'missing';
  /** The body, indented when it is JSON. */
  readonly body: string;
  readonly status: number;
}

export interface SandboxUser {
  readonly id: string;
  /** The channel in which the app writes to them alone, and how many messages are in it. */
  readonly dm: { readonly channel: string; readonly messages: number };
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly isBot: boolean;
  /** CSS colour of the drawn avatar. */
  readonly color: string;
}

export interface SandboxChannel {
  readonly id: string;
  readonly name: string;
  readonly isDm: boolean;
  readonly isArchived: boolean;
  readonly topic: string;
}

export interface SandboxMessage {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Record<string, unknown>[];
  readonly threadTs: string | null;
  readonly edited: boolean;
  /** Only this person sees it; `null` is everybody. */
  readonly ephemeralFor: string | null;
}

export interface SandboxView {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly title: string;
  readonly submit: string | null;
  readonly close: string;
  readonly blocks: readonly Record<string, unknown>[];
  /** By block id, after a submission that the app refused. */
  readonly errors: Readonly<Record<string, string>>;
  readonly hash: string;
}

export interface SandboxAlarm {
  readonly name: string;
  readonly service: string;
  readonly description: string;
  readonly kind: 'metric' | 'math' | 'anomaly' | 'composite' | 'contributor';
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

/** One of the systems that the demo company runs, as the fault panel shows it. */
export interface SandboxSystem {
  readonly name: string;
  readonly title: string;
  /** `recovering`: nothing is broken any more, and alarms still fire. */
  readonly state: 'well' | 'failing' | 'recovering';
  /** What of it serves just now, and what is under way. */
  readonly running: readonly SandboxRunning[];
  /** Names of its alarms that fire. */
  readonly alarms: readonly string[];
  readonly faults: readonly SandboxFault[];
}

/** One part of a system, as it is: `bikeshare-prod` runs `bikeshare-prod-v41`. */
export interface SandboxRunning {
  readonly what: string;
  readonly now: string;
  /** Whether something is being changed at this moment. */
  readonly isChanging: boolean;
}

export interface SandboxFault {
  readonly name: string;
  /** What the button says. */
  readonly title: string;
  /** One sentence about what is to be expected. */
  readonly expect: string;
  readonly on: boolean;
}

/** What a person can do on the page. `values` of a view are Slack's `state.values`, as the app will receive them. */
export type Act =
  | { readonly type: 'message'; readonly channel: string; readonly text: string; readonly threadTs?: string }
  | {
      readonly type: 'click';
      readonly where: { readonly channel: string; readonly ts: string } | { readonly viewId: string };
      readonly blockId: string;
      readonly actionId: string;
      /** The element's own payload part: `{type:'button', value}`, `{type:'overflow', selected_option}`, `{type:'static_select', selected_option}` … */
      readonly element: Record<string, unknown>;
      readonly values?: Record<string, Record<string, unknown>>;
    }
  | { readonly type: 'submit'; readonly viewId: string; readonly values: Record<string, Record<string, unknown>> }
  | { readonly type: 'close'; readonly viewId: string }
  | { readonly type: 'shortcut'; readonly callbackId: string; readonly channel?: string; readonly ts?: string }
  | { readonly type: 'open-home' }
  | { readonly type: 'alarm'; readonly name: string; readonly do: 'fire' | 'recover' | 'repeat' | 'no-data' }
  | { readonly type: 'storm'; readonly alarms: number }
  /** `system` is one of the five, or `paging`. */
  | { readonly type: 'fault'; readonly system: string; readonly fault: string; readonly on: boolean }
  | { readonly type: 'clock'; readonly minutes: number }
  /** To the next 9:00 of a working day. */
  | { readonly type: 'clock'; readonly to: 'work' }
  | { readonly type: 'pick-up'; readonly call: string; readonly how: 'answered' | 'declined' }
  | { readonly type: 'read'; readonly person: string }
  /** The person answers a text message with STOP or START. */
  | { readonly type: 'text-back'; readonly person: string; readonly word: 'STOP' | 'START' };

export interface ActResult {
  readonly ok: boolean;
  /** What Slack would show when the app did not answer in time or refused: words for the person. */
  readonly error?: string;
}
