import type { PlanCheck, PlanDifference } from '../../domain/plan.ts';
import type { ConfiguredVariant, EndpointConfiguration } from './sagemaker-config.ts';
import type { LiveEndpoint } from './sagemaker-endpoint.ts';

/** What serves otherwise afterwards. `keepsInstances`: what autoscaling has added stays. */
export function differencesOf(
  live: LiveEndpoint,
  before: EndpointConfiguration,
  after: EndpointConfiguration,
  keepsInstances: boolean,
): PlanDifference[] {
  const ofVariants = after.variants.flatMap((variant) => {
    const was = before.variants.find(({ name }) => name === variant.name);
    const now = live.variants.find(({ name }) => name === variant.name);
    if (!was) return [{ what: variant.name, from: 'not there', to: `model ${variant.model ?? 'unknown'}` }];
    const instances = now?.instances ?? was.instances;
    const rows: readonly (readonly [what: string, from: Shown, to: Shown])[] = [
      ['Model', was.model, variant.model],
      ['Image', was.image, variant.image],
      ['Model data', was.data, variant.data],
      ['Instance type', was.instanceType, variant.instanceType],
      ['Instances', instances, keepsInstances ? instances : variant.instances],
      ['Weight', now?.weight ?? was.weight, variant.weight],
    ];
    return rows
      .filter(([, from, to]) => from !== to)
      .map(([what, from, to]) => ({ what: `${what} of ${variant.name}`, from: said(from), to: said(to) }));
  });
  const beside = [
    { what: 'Shadow variants', from: shadowsOf(before), to: shadowsOf(after) },
    { what: 'Data capture', from: captureOf(before), to: captureOf(after) },
  ];
  return [...ofVariants, ...beside.filter(({ from, to }) => from !== to)];
}

function shadowsOf({ shadows }: EndpointConfiguration): string {
  return shadows.length === 0 ? 'none' : said(shadows.join(', '));
}

function captureOf({ capturesData }: EndpointConfiguration): string {
  return capturesData ? 'on' : 'off';
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html */
export function isWithoutGuardrails(...all: readonly EndpointConfiguration[]): boolean {
  return all.some(({ variants }) => variants.some(({ instanceType }) => instanceType.includes('ml.inf1.')));
}

type Shown = string | number | null;

function said(value: Shown): string {
  return value === null ? 'unknown' : String(value).slice(0, 200);
}

/**
 * Whether what runs now stays: going back to two instances under the load of nine would be the next incident. Only where no variant
 * would have fewer than its configuration says.
 */
export function keepsInstances({ variants }: LiveEndpoint, { variants: configured }: EndpointConfiguration): boolean {
  const pairs = configured.map(({ name, instances }) => ({
    now: variants.find((one) => one.name === name)?.instances ?? 0,
    own: instances ?? 0,
  }));
  return pairs.every(({ now, own }) => now >= own) && pairs.some(({ now, own }) => now > own);
}

/** What forbids the way from one configuration to another. */
export function changeableChecks(before: EndpointConfiguration, after: EndpointConfiguration): PlanCheck[] {
  const names = (one: EndpointConfiguration) => one.variants.map(({ name }) => name).sort();
  const [were, are] = [names(before), names(after)];
  const gone = were.filter((name) => !are.includes(name));
  const isSame = were.join('/') === are.join('/');
  return [
    isSame
      ? { isWell: true, text: `Both configurations have the same variants: ${were.join(', ')}.` }
      : { isWell: false, text: otherVariants(were, are, gone) },
    ...modelChecks(after),
  ];
}

function otherVariants(were: readonly string[], are: readonly string[], gone: readonly string[]): string {
  const scaling = gone.length > 0 ? ` Take autoscaling off ${gone.join(', ')} first.` : '';
  return `The variants differ: ${were.join(', ')} now, ${are.join(', ')} then. Deploy it by hand.${scaling}`;
}

function modelChecks({ name, variants }: EndpointConfiguration): PlanCheck[] {
  const gone = variants.filter(({ model, image }) => model !== null && image === null);
  if (gone.length > 0) {
    const models = gone.map(({ model }) => model).join(', ');
    return [{ isWell: false, text: `${name} needs ${models}, which SageMaker does not have any more.` }];
  }
  if (variants.every(({ model }) => model !== null)) return [];
  const text = `${name} serves inference components: its configuration does not say which model, so that going to it changes none.`;
  return [{ isWell: false, text }];
}

/** What it costs beside: prices are not known here, instances are. */
export function costOf(before: EndpointConfiguration, after: EndpointConfiguration, isKeeping: boolean): string {
  const both = 'both fleets run while it is deployed';
  const [now, then] = [fleetOf(before.variants), fleetOf(after.variants)];
  if (isKeeping || now === then) return `No other instances afterwards; ${both}`;
  return `${then} instead of ${now} afterwards; ${both}`;
}

function fleetOf(variants: readonly ConfiguredVariant[]): string {
  const counts = new Map<string, number>();
  for (const { instanceType, instances } of variants)
    counts.set(instanceType, (counts.get(instanceType) ?? 0) + (instances ?? 0));
  return [...counts].map(([type, count]) => (count === 0 ? type : `${count} × ${type}`)).join(' and ');
}
