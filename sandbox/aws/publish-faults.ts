import { AwsError } from './aws-error.ts';

/** How a `Publish` can go wrong. Codes and statuses: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
const REFUSALS = {
  throttled: ['Throttled', 429, 'Rate exceeded'],
  denied: ['AuthorizationError', 403, 'User is not authorized to perform: SNS:Publish'],
  internal: ['InternalError', 500, 'Internal service error'],
  'endpoint-disabled': ['EndpointDisabled', 400, 'Endpoint is disabled'],
} as const;

export type PublishFaultKind = keyof typeof REFUSALS | 'slow' | 'answer-lost';

/** A planned misbehaviour of `Publish`. */
export interface PublishFault {
  /** ARN of a topic, a phone number, `sms` for every phone number, or `*` for all. */
  readonly target: string;
  /** `slow` only answers late; `answer-lost` publishes and then drops the connection. */
  readonly kind: PublishFaultKind;
  /** How many calls it hits; 1 unless told. */
  readonly times?: number;
  /** Real milliseconds before anything else happens; 0 unless told, 8 s for `slow`. */
  readonly delayMs?: number;
}

export interface PublishFaults {
  add(fault: PublishFault): void;
  clear(): void;
  /** The fault that hits a call, used up by one. `standing` are faults that stay, such as switches; they come last. */
  take(target: string): PublishFault | undefined;
}

/** Longer than senders of pages wait. */
const SLOW_MS = 8000;

/** Faults in the order they were planned; the first that fits is used, and else what stands. */
export function createPublishFaults(standing: () => readonly PublishFault[] = () => []): PublishFaults {
  const planned: { fault: PublishFault; left: number }[] = [];
  return {
    add: (fault) => void planned.push({ fault, left: fault.times ?? 1 }),
    clear: () => {
      planned.length = 0;
    },
    take: (target) => {
      const index = planned.findIndex(({ fault }) => fits(fault, target));
      const hit = planned[index];
      if (hit === undefined) return standing().find((fault) => fits(fault, target));
      hit.left -= 1;
      if (hit.left <= 0) planned.splice(index, 1);
      return hit.fault;
    },
  };
}

/** The error that a fault answers with; `null` when it does not refuse. */
export function refusalOf({ kind }: PublishFault): AwsError | null {
  if (kind === 'slow' || kind === 'answer-lost') return null;
  const [code, status, words] = REFUSALS[kind];
  return new AwsError(code, status, words);
}

/** How long it holds the call, in real ms. */
export function delayOf({ kind, delayMs }: PublishFault): number {
  return delayMs ?? (kind === 'slow' ? SLOW_MS : 0);
}

export function isPublishFault(value: object): value is PublishFault {
  const { target, kind } = { target: undefined, kind: undefined, ...value };
  const kinds = [...Object.keys(REFUSALS), 'slow', 'answer-lost'];
  return typeof target === 'string' && typeof kind === 'string' && kinds.includes(kind);
}

function fits({ target }: PublishFault, published: string): boolean {
  return target === '*' || target === published || (target === 'sms' && published.startsWith('+'));
}
