import { parse } from 'yaml';
import type { AlarmDefinition, Comparison, MetricRef } from './alarm-definitions.ts';
import type { Input } from './input.ts';
import { isObject, number, object, objects, text } from './input.ts';

export interface TemplateOptions {
  /** The service whose alarms these are. */
  readonly service: string;
  /** Values of the template's parameters; those that are left out have their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a reader of `!Ref` and `!Sub` makes of them. */
const TAGS = ['!Ref', '!Sub', '!GetAtt'].map((tag) => ({ tag, resolve: (value: string) => ({ [tag]: value }) }));

/**
 * The alarms of a CloudFormation template, as `aws cloudformation deploy` would make them. Only resources that are alarms are
 * looked at, and of functions only `!Ref` and `!Sub` of parameters.
 * @throws Error that names the alarm that cannot be read
 */
export function alarmsOfTemplate(yaml: string, { service, parameters }: TemplateOptions): readonly AlarmDefinition[] {
  const template: unknown = parse(yaml, { customTags: TAGS });
  if (!isObject(template)) throw new Error('The template is no mapping');
  const defaults = Object.entries(object(template, 'Parameters') ?? {}).flatMap(([name, parameter]) =>
    isObject(parameter) && parameter.Default !== undefined ? [[name, String(parameter.Default)] as const] : [],
  );
  const values = { ...Object.fromEntries(defaults), ...parameters };
  return Object.values(object(template, 'Resources') ?? {}).flatMap((resource) => {
    if (!isObject(resource)) return [];
    const properties = filled(object(resource, 'Properties') ?? {}, values);
    if (!isObject(properties)) return [];
    if (resource.Type === 'AWS::CloudWatch::Alarm') return [alarmOf(properties, service)];
    return resource.Type === 'AWS::CloudWatch::CompositeAlarm' ? [compositeOf(properties, service)] : [];
  });
}

function filled(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((one) => filled(one, values));
  if (!isObject(value)) return value;
  const [ref, sub] = [text(value, '!Ref'), text(value, '!Sub')];
  if (ref !== undefined) return values[ref] ?? missing(ref);
  if (sub !== undefined) return sub.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? missing(name));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, values)]));
}

function alarmOf(properties: Input, service: string): AlarmDefinition {
  const evaluated = { ...namedOf(properties, service), ...evaluationOf(properties) };
  const queries = objects(properties, 'Metrics');
  if (queries.length > 0) return ofQueries(queries, evaluated, properties);
  const statistic = text(properties, 'Statistic') ?? text(properties, 'ExtendedStatistic') ?? 'Average';
  const metric = metricOf(properties, 'MetricName');
  return {
    kind: 'metric',
    ...evaluated,
    ...thresholdOf(properties),
    metric,
    statistic,
    period: number(properties, 'Period') ?? 300,
  };
}

type Evaluated = ReturnType<typeof namedOf> & ReturnType<typeof evaluationOf>;

function ofQueries(queries: readonly Input[], evaluated: Evaluated, properties: Input): AlarmDefinition {
  const stats = queries.flatMap((query) => {
    const stat = object(query, 'MetricStat');
    return stat === undefined ? [] : [{ id: text(query, 'Id') ?? '', stat }];
  });
  const expression = queries.find((query) => text(query, 'Expression') !== undefined) ?? {};
  const formula = text(expression, 'Expression') ?? '';
  const period = number(stats[0]?.stat ?? expression, 'Period') ?? 300;
  const label = text(expression, 'Label') ?? evaluated.name;
  const parts = stats.map(({ id, stat }) => {
    const part = {
      metric: metricOf(object(stat, 'Metric') ?? {}, 'MetricName'),
      statistic: text(stat, 'Stat') ?? 'Average',
    };
    return [id, part] as const;
  });
  const width = /^ANOMALY_DETECTION_BAND\(\w+,\s*([\d.]+)\)$/.exec(formula)?.[1];
  const [first] = parts;
  if (width !== undefined && first !== undefined) {
    const upper = text(properties, 'ComparisonOperator') === 'GreaterThanUpperThreshold';
    return {
      kind: 'anomaly',
      ...evaluated,
      ...first[1],
      period,
      width: Number(width),
      band: [0, 0],
      ...(upper ? { upper } : {}),
    };
  }
  const measured = { ...evaluated, ...thresholdOf(properties), label, period };
  if (/^\s*SELECT\s/i.test(formula))
    return { kind: 'contributor', ...measured, query: formula, contributors: [], firing: 0 };
  return { kind: 'math', ...measured, expression: formula, metrics: Object.fromEntries(parts) };
}

function compositeOf(properties: Input, service: string): AlarmDefinition {
  const rule = text(properties, 'AlarmRule') ?? '';
  const children = [...rule.matchAll(/ALARM\("([^"]+)"\)/g)].flatMap(([, name]) => name ?? []);
  if (children.length === 0 || / OR | NOT /.test(rule)) throw new Error(`The rule ${rule} is not offered here`);
  return { kind: 'composite', ...namedOf(properties, service), children };
}

function namedOf(properties: Input, service: string) {
  const name = text(properties, 'AlarmName') ?? missing('AlarmName');
  const [arn] = Array.isArray(properties.AlarmActions) ? properties.AlarmActions : [];
  const topic = String(arn).split(':').at(-1) ?? '';
  return { name, service, topic, description: text(properties, 'AlarmDescription') ?? '' };
}

function evaluationOf(properties: Input) {
  const evaluationPeriods = number(properties, 'EvaluationPeriods') ?? 1;
  const treatment = (['notBreaching', 'breaching', 'ignore'] as const).find(
    (one) => one === properties.TreatMissingData,
  );
  return {
    evaluationPeriods,
    datapointsToAlarm: number(properties, 'DatapointsToAlarm') ?? evaluationPeriods,
    treatMissingData: treatment ?? ('missing' as const),
    bad: [],
    good: [],
  };
}

const COMPARISONS: readonly Comparison[] = [
  ...(['GreaterThanThreshold', 'GreaterThanOrEqualToThreshold', 'LessThanThreshold'] as const),
  'LessThanOrEqualToThreshold',
];

/** A person may make it fire without data: the numbers that it shows then lie on the right sides of its limit. */
function thresholdOf(properties: Input) {
  const threshold = number(properties, 'Threshold') ?? 0;
  const comparison = COMPARISONS.find((one) => one === properties.ComparisonOperator) ?? 'GreaterThanThreshold';
  const beyond = Math.max(Math.abs(threshold) * 0.6, 1);
  const [bad, good] = comparison.startsWith('Less')
    ? [threshold - beyond, threshold + beyond]
    : [threshold + beyond, threshold - beyond];
  const times = number(properties, 'DatapointsToAlarm') ?? number(properties, 'EvaluationPeriods') ?? 1;
  return { threshold, comparison, bad: Array.from({ length: times }, () => bad), good: [good] };
}

function metricOf(input: Input, nameKey: string): MetricRef {
  const dimensions = objects(input, 'Dimensions').map(
    (one) => [text(one, 'Name') ?? '', text(one, 'Value') ?? ''] as const,
  );
  return {
    namespace: text(input, 'Namespace') ?? '',
    name: text(input, nameKey) ?? missing(nameKey),
    dimensions: Object.fromEntries(dimensions),
  };
}

function missing(name: string): never {
  throw new Error(`The template needs a value for ${name}`);
}
