import { type CallFaults, createCallFaults } from '../call-faults.ts';
import type { CallContext } from '../endpoint.ts';
import { type LambdaFunction, type NewFunction, newFunction } from './functions.ts';
import { answerLambda } from './lambda-operations.ts';

/** What was done to a function, by whom. */
export interface LambdaChange {
  /** Epoch ms. */
  readonly at: number;
  readonly operation: 'UpdateAlias' | 'UpdateFunctionConfiguration' | 'PutFunctionConcurrency' | 'Invoke';
  readonly function: string;
  readonly principal: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a function answers, or throws. */
export type Handler = (payload: unknown) => { readonly value: unknown } | { readonly error: object };

export interface LambdaOptions {
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
}

/** A request as the endpoint has read it, without its date: `functions/ingest/aliases/live`. */
export interface LambdaRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface LambdaAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The Lambda of one account and region; its times are those of `now`. */
export interface Lambda extends LambdaOptions {
  readonly functions: Map<string, LambdaFunction>;
  readonly faults: CallFaults;
  /** What was changed, oldest first. */
  readonly changes: readonly LambdaChange[];
  /** What functions do when they are run; those without one answer `null`. */
  readonly handlers: Map<string, Handler>;
  /** How many may run at once in the whole account. */
  accountLimit: number;
  add(name: string, about?: Omit<NewFunction, 'at'>): LambdaFunction;
  /** The next change of a configuration ends badly. */
  failNextUpdate(why: string): void;
  takeUpdateFailure(): string | null;
  /** Is called with every change, after it. */
  onChange(listener: (change: LambdaChange) => void): void;
  changed(change: Omit<LambdaChange, 'at'>): void;
  arnOf(name: string): string;
  answer(request: LambdaRequest, context: CallContext): Promise<LambdaAnswer>;
}

export function createLambda({ account, region, now }: LambdaOptions): Lambda {
  const changes: LambdaChange[] = [];
  const listeners: ((change: LambdaChange) => void)[] = [];
  let failure: string | null = null;
  const lambda: Lambda = {
    ...{ account, region, now, changes, accountLimit: 1_000 },
    ...{ functions: new Map(), handlers: new Map(), faults: createCallFaults(403) },
    add(name, about = {}) {
      const made = newFunction(name, { ...about, at: now() });
      lambda.functions.set(name, made);
      return made;
    },
    failNextUpdate: (why) => {
      failure = why;
    },
    takeUpdateFailure: () => {
      const taken = failure;
      failure = null;
      return taken;
    },
    onChange: (listener) => void listeners.push(listener),
    changed: (change) => {
      const made = { ...change, at: now() };
      changes.push(made);
      for (const listener of listeners) listener(made);
    },
    arnOf: (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
    answer: async (request, context) => await answerLambda(lambda, request, context),
  };
  return lambda;
}
