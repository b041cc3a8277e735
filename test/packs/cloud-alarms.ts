import { parse, type ScalarTag } from 'yaml';
import { read } from './shipped.ts';

/** What one alarm of a template compares. */
export interface CloudAlarm {
  readonly name: string;
  readonly threshold: number | null;
  readonly comparison: string | null;
}

/** CloudFormation's short functions, as the text that they stand for. */
const FUNCTIONS: ScalarTag[] = ['!Ref', '!Sub', '!GetAtt'].map((tag) => ({ tag, resolve: (text: string) => text }));

interface Template {
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: CloudFormationAlarm }>>;
}

interface CloudFormationAlarm {
  readonly AlarmName: string;
  readonly Threshold?: number;
  readonly ComparisonOperator?: string;
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
}

export function template(pack: string): Template {
  return parse(read(`deploy/alarms/${pack}.yaml`), { customTags: FUNCTIONS });
}

export function inCloudFormation(pack: string): CloudAlarm[] {
  return Object.values(template(pack).Resources).map(({ Properties: alarm }) => ({
    name: alarm.AlarmName,
    threshold: alarm.Threshold ?? null,
    comparison: alarm.ComparisonOperator ?? null,
  }));
}

const ENTRY =
  /^ {4}"(?<name>[^"]+)" = \{.*?limit +=\s*\{ comparison = "(?<comparison>\w+)", threshold = (?<threshold>-?[\d.]+)/gms;
const RESOURCE = /alarm_name += "(?<name>[^"]+)"(?<rest>.*?)^\}/gms;

/** The entries of the tables, and the resources that stand alone. */
export function inTerraform(pack: string): CloudAlarm[] {
  const text = read(`deploy/alarms/${pack}.tf`);
  const listed = [...text.matchAll(ENTRY)].map(({ groups }) => ({
    name: groups?.name ?? '',
    threshold: Number(groups?.threshold),
    comparison: groups?.comparison ?? '',
  }));
  const alone = [...text.matchAll(RESOURCE)].map(({ groups }) => ({
    name: groups?.name ?? '',
    threshold: null,
    comparison: /comparison_operator = "(?<comparison>\w+)"/.exec(groups?.rest ?? '')?.groups?.comparison ?? null,
  }));
  return [...listed, ...alone];
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly PrometheusRule[] }[];
}

interface PrometheusRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rules of a file of Prometheus. */
export function prometheusRules(file: string): PrometheusRule[] {
  const { groups }: RuleFile = parse(read(`deploy/alarms/${file}`));
  return groups.flatMap(({ rules }) => rules);
}
