import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { globMatches } from '../../src/domain/glob.ts';
import { route } from '../../src/domain/route.ts';
import { inCloudFormation, inTerraform, prometheusRules, template } from './cloud-alarms.ts';
import { ALARMS, fires, judged, PACKS, read, SERVICES } from './shipped.ts';

const CATCH_ALL = /^other/;

describe.each(['bikeshare', 'recommendation'])('the CloudWatch alarms of %s', (pack) => {
  const alarms = inCloudFormation(pack);

  it('are the same in CloudFormation and in Terraform', () => {
    const byName = (list: typeof alarms) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));

    expect(byName(inTerraform(pack))).toEqual(byName(alarms));
  });

  it('have names of their own', () => {
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
  });

  it.each(alarms.map(({ name }) => name))('%s is known to a rule of the pack', (name) => {
    const { service, rule } = route(fires('cloudwatch', name), SERVICES);

    expect(service.name).toBe(pack);
    expect(rule?.id).not.toMatch(CATCH_ALL);
  });

  it('tell of their end as well, by a topic that is asked for', () => {
    const { Parameters, Resources } = template(pack);
    const topics = Object.keys(Parameters).filter((name) => name.endsWith('TopicArn'));

    for (const { Properties: alarm } of Object.values(Resources)) {
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
      expect(topics).toEqual(expect.arrayContaining([...alarm.AlarmActions]));
    }
  });
});

describe('the limits of the KPIs', () => {
  /** SageMaker counts in microseconds, the table in milliseconds. */
  const scaleOf = (name: string) => (name.startsWith('recommendation-endpoint-latency') ? 1_000 : 1);
  const graded = inCloudFormation('recommendation').filter(({ name }) => /^(?!.*offline).*-warning$/.test(name));

  it.each(graded)('of $name are those of the rule', ({ name, threshold, comparison }) => {
    const critical = inCloudFormation('recommendation').find(
      (other) => other.name === name.replace(/warning$/, 'critical'),
    );
    const grades = route(fires('cloudwatch', name), SERVICES).rule?.grades;

    expect([threshold, critical?.threshold].map((limit) => Number(limit) / scaleOf(name))).toEqual(
      grades?.steps.slice(0, 2).map(({ limit }) => limit),
    );
    expect([comparison, critical?.comparison]).toEqual(
      Array(2).fill(grades?.direction === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold'),
    );
  });

  it('are all there: fourteen rows of the system and five of the model', () => {
    expect(graded).toHaveLength(19);
  });
});

describe.each([
  ['movie-recommender', 'movie-recommender.rules.yml'],
  ['potato-pipeline', 'potato-pipeline.rules.yml'],
  ['potato-pipeline', 'potato-pipeline.seed.rules.yml'],
])('the Prometheus rules of %s in %s', (pack, file) => {
  const rules = prometheusRules(file);

  it.each(rules)('$alert is known to a rule of the pack', ({ alert, labels }) => {
    const found = route(fires('alertmanager', alert, { labels: { alertname: alert, ...labels } }), SERVICES);

    expect([found.service.name, found.environment]).toEqual([pack, 'prod']);
    expect(found.rule?.id).not.toMatch(CATCH_ALL);
  });

  it.skipIf(file.includes('.seed.'))('carry severity, service, environment and their value', () => {
    for (const { labels, annotations } of rules) {
      expect(labels).toEqual({ severity: expect.any(String), service: pack, environment: 'prod' });
      expect(annotations).toMatchObject({ value: '{{ $value }}', summary: expect.stringContaining(' ') });
    }
  });
});

describe('every rule of a pack', () => {
  const shipped = [
    ...['bikeshare', 'recommendation'].flatMap((pack) => inCloudFormation(pack).map(({ name }) => name)),
    ...['movie-recommender', 'potato-pipeline'].flatMap((pack) =>
      prometheusRules(`${pack}.rules.yml`).map(({ alert }) => alert),
    ),
  ];
  const page = read('docs/packs.md');
  const patterns = SERVICES.flatMap(({ name, rules }) =>
    rules.filter(({ id }) => !CATCH_ALL.test(id)).flatMap(({ id, match }) => match.map((one) => [name, id, one])),
  );

  it.each(
    patterns,
  )('of %s, %s: something raises %s, an alarm that is shipped or an event that is told of', (_pack, _id, pattern = '') => {
    const isShipped = shipped.some((name) => globMatches(pattern, name));

    expect(isShipped || page.includes(`\`${pattern}\``)).toBe(true);
  });
});

describe('what deploy/alarms ships', () => {
  it('is for the packs, and documented', () => {
    const page = read('docs/packs.md');

    for (const file of readdirSync(ALARMS)) {
      expect(page, file).toContain(file);
    }
  });

  it('says the worst at once: unreachable production, stale data', () => {
    expect(judged(fires('alertmanager', 'ServiceDown')).severity).toBe('P0');
    expect(judged(fires('alertmanager', 'PipelineDataCritical')).severity).toBe('P0');
  });

  it('has a folder for the one pack without an alarm system', () => {
    expect(PACKS.filter((pack) => readdirSync(ALARMS).every((file) => !file.startsWith(pack)))).toEqual([]);
    expect(readdirSync(join(ALARMS, 'credit-risk')).toSorted()).toEqual(['send-event.sh', 'tocsin_events.py']);
  });
});
