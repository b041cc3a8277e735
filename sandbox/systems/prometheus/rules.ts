import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { evaluateAt, keyOf } from './evaluate.ts';
import type { Expr } from './parse.ts';
import { durationMs, parsePromql } from './parse.ts';
import type { Labels, PromSeries } from './series.ts';

/** A rule of an alert, as a pack ships it. */
export interface Rule {
  readonly alert: string;
  readonly expr: Expr;
  readonly source: string;
  readonly forMs: number;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** What a rule says about one series. */
export interface RuleAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The rule's expression, for links. */
  readonly source: string;
}

const texts = z.record(z.string(), z.coerce.string()).default({});
const RuleFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          for: z.string().default('0m'),
          labels: texts,
          annotations: texts,
        }),
      ),
    }),
  ),
});

const RULES = new URL('../../../deploy/alarms/', import.meta.url);
/** How often within `for` a rule is looked at. */
const LOOKS = 4;

/** The rules that a pack ships. */
export async function installedRules(service: string): Promise<readonly Rule[]> {
  const file = RuleFile.parse(parse(await readFile(new URL(`${service}.rules.yml`, RULES), 'utf8')));
  return file.groups
    .flatMap(({ rules }) => rules)
    .map((rule) => ({ ...rule, source: rule.expr.trim(), expr: parsePromql(rule.expr), forMs: durationMs(rule.for) }));
}

/**
 * What fires now: held now and, since the past is known, at every look back to `for` ago. So a fault that shows as if it had begun
 * some minutes ago fires at once.
 */
export function firingOf(rules: readonly Rule[], series: readonly PromSeries[], now: number): readonly RuleAlert[] {
  return rules.flatMap((rule) => {
    const found = samplesAt(rule, series, now);
    const lasting = [...found].filter(([key]) => isLasting(rule, series, now, key));
    return lasting.map(([, { labels, value }]) => ({
      labels: { ...labels, ...rule.labels, alertname: rule.alert },
      annotations: Object.fromEntries(
        Object.entries(rule.annotations).map(([name, text]) => [name, filled(text, labels, value)]),
      ),
      source: rule.source,
    }));
  });
}

function isLasting(rule: Rule, series: readonly PromSeries[], now: number, key: string): boolean {
  const looks = rule.forMs === 0 ? [] : Array.from({ length: LOOKS }, (_, i) => now - ((i + 1) * rule.forMs) / LOOKS);
  return looks.every((at) => samplesAt(rule, series, at).has(key));
}

function samplesAt({ expr }: Rule, series: readonly PromSeries[], at: number) {
  const value = evaluateAt(expr, series, at);
  const samples = typeof value === 'number' ? [] : value;
  return new Map(samples.map((sample) => [keyOf(sample.labels), sample]));
}

/** The forms of Prometheus's templates that the packs use: `{{ $value }}`, `{{ $value | printf "%.1f" }}`, `{{ $labels.x }}`. */
function filled(text: string, labels: Labels, value: number): string {
  return text
    .replaceAll(/\{\{\s*\$value\s*\|\s*printf\s+"%\.(\d)f"\s*\}\}/g, (_, digits: string) =>
      value.toFixed(Number(digits)),
    )
    .replaceAll(/\{\{\s*\$value\s*\}\}/g, String(value))
    .replaceAll(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
}
