import type { AutoDone, AutoFacts, AutoRule, Guard } from './autopilot.ts';
import type { Change } from './change.ts';
import { lengthWords } from './length-words.ts';
import { type Answer, isAsExpected, type Query } from './query.ts';

/** What guards are held against. */
export interface Guarded {
  readonly facts: AutoFacts;
  /** When the incident began, epoch ms. */
  readonly began: number;
  readonly queries: Readonly<Record<string, Pick<Query, 'label'>>>;
  readonly done: readonly Pick<AutoDone, 'kind' | 'at'>[];
}

/** Whether a guard holds, and what it found in words: `deployment 18 min before`. What cannot be told does not hold. */
export interface Held {
  readonly isTrue: boolean;
  readonly words: string;
}

/** How long after a run of its own a change may be its work. */
const OWN_WORK_MS = 30 * 60_000;

export function held(guard: Guard, guarded: Guarded): Held {
  if (guard.kind === 'query') return byQuery(guard, guarded);
  const { changes } = guarded.facts;
  if (changes === null) return { isTrue: false, words: 'what was changed could not be told' };
  const meant = changes.filter(({ kind }) => kind !== 'alarm'); // whoever edits an alarm deploys nothing
  return guard.kind === 'changed' ? byChange(guard, meant, guarded) : byPeace(guard, meant, guarded);
}

type Found = readonly Pick<Change, 'at' | 'kind'>[];

/** Only what came before the trouble can have caused it, and what the autopilot itself has changed is no deployment. */
function byChange({ withinMs }: { readonly withinMs: number }, changes: Found, { began, done }: Guarded): Held {
  const isOwn = (at: number) => done.some((one) => one.kind === 'ran' && at >= one.at && at <= one.at + OWN_WORK_MS);
  const before = changes.filter(({ at }) => at <= began && at >= began - withinMs && !isOwn(at));
  const newest = before.toSorted((one, other) => other.at - one.at)[0];
  if (!newest) return { isTrue: false, words: `nothing was changed in the ${lengthWords(withinMs)} before` };
  return { isTrue: true, words: `${WORDS[newest.kind]} ${lengthWords(began - newest.at)} before` };
}

function byPeace({ withinMs }: { readonly withinMs: number }, changes: Found, { began }: Guarded): Held {
  const since = changes.find(({ at }) => at >= began - withinMs);
  return since
    ? { isTrue: false, words: 'something was changed' }
    : { isTrue: true, words: `nothing changed in the ${lengthWords(withinMs)} before` };
}

const WORDS: Readonly<Record<Change['kind'], string>> = {
  deployment: 'deployment',
  endpoint: 'change of the endpoint',
  pipeline: 'change of the pipeline',
  training: 'training',
  model: 'change of the model',
  alarm: 'change of an alarm',
  other: 'change',
};

function byQuery({ query, limit }: Extract<Guard, { kind: 'query' }>, { facts, queries }: Guarded): Held {
  const label = Object.hasOwn(queries, query) ? (queries[query]?.label ?? query) : query;
  const answer: Answer | null = Object.hasOwn(facts.answers, query) ? (facts.answers[query] ?? null) : null;
  const isTrue = answer === null ? null : isAsExpected({ expect: limit }, answer);
  if (answer === null || isTrue === null) return { isTrue: false, words: `${label} could not be told` };
  return { isTrue, words: `${label} is ${answer.text.slice(0, 60).toWellFormed()}` };
}

/** How far back changes must be known for some rules, in ms before the incident began; `null`: no rule asks for them. */
export function changesAskedMs(rules: readonly Pick<AutoRule, 'guards'>[]): number | null {
  const spans = rules.flatMap(({ guards }) => guards.flatMap((one) => (one.kind === 'query' ? [] : [one.withinMs])));
  return spans.length === 0 ? null : Math.max(...spans);
}

/** The queries that some rules ask, each once. */
export function queriesAsked(rules: readonly Pick<AutoRule, 'guards'>[]): string[] {
  const names = rules.flatMap(({ guards }) => guards.flatMap((one) => (one.kind === 'query' ? [one.query] : [])));
  return [...new Set(names)];
}
