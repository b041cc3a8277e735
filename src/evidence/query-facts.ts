import type { Probes } from '../app/probes.ts';
import type { Fact, FactKind } from '../domain/evidence.ts';
import { type Answer, type Ask, isAsExpected, type Query } from '../domain/query.ts';
import type { Service } from '../domain/service.ts';
import { limitWords } from './limit-words.ts';
import { queriesFor, type Scene, whereOf } from './scene.ts';
import type { Source } from './source.ts';

const KINDS: Readonly<Partial<Record<Ask['kind'], FactKind>>> = {
  endpoint: 'endpoint',
  mlflow: 'model',
  logs: 'error',
};

/** One source per question of the service file. */
export function querySources(probes: Probes, scene: Scene): Source[] {
  const { service } = scene;
  if (!service) return [];
  return queriesFor(scene).map((query) => ({
    title: query.label,
    name: `${service.name}/${scene.incident.environment}/${query.name}`,
    ask: async (signal) => answerFacts(query, await askInScene(probes, query, { ...scene, service }, signal)),
  }));
}

export async function askInScene(
  probes: Probes,
  query: Query,
  scene: Scene & { readonly service: Service },
  signal: AbortSignal,
): Promise<Answer> {
  return await probes.ask(query, whereOf(scene, signal));
}

/** An answer as facts: the line itself, and for logs and models what stands below it. */
export function answerFacts(query: Query, answer: Answer): Fact[] {
  const kind = KINDS[query.ask.kind] ?? 'value';
  if (isNumberMissing(query, answer)) {
    return [{ kind: 'missing', text: `${query.label}: ${answer.text}`, at: null, url: null }];
  }
  const text = `${query.label} ${answer.text}${expectedWords(query, answer)}`;
  const first = { kind, text, at: kind === 'value' ? answer.at : null, url: null };
  if (kind === 'endpoint') {
    const models = answer.rows.slice(0, 2).map((row) => ({ kind: 'model' as const, text: row, at: null, url: null }));
    return [first, ...models];
  }
  if (kind !== 'error' || answer.rows.length === 0) return [first];
  const [newest] = answer.rows;
  return [{ ...first, text: `${query.label}: ${answer.text}, newest: ${newest}`, at: answer.at }];
}

/** Whoever asks for a number and gets none was not told; a version, a status and a newest object are words. */
function isNumberMissing({ ask }: Query, { value }: Answer): boolean {
  return value === null && (ask.kind === 'prometheus' || ask.kind === 'cloudwatch');
}

function expectedWords(query: Query, answer: Answer): string {
  if (isAsExpected(query, answer) !== false || !query.expect) return '';
  const { expect } = query;
  return expect.kind === 'text' ? ` (should be ${expect.equals})` : ` (should be ${limitWords(expect, query.unit)})`;
}
