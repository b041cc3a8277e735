import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { FieldSchema } from '../../src/config/field-schema.ts';
import { EscalationEntry } from '../../src/config/file-escalation.ts';
import { wordsOf } from '../../src/config/file-problems.ts';
import { toPolicy } from '../../src/config/to-policy.ts';
import { HOUR, MINUTE, OFFICE } from './escalation-given.ts';
import { rule } from './given.ts';

const SCHEMA = z.toJSONSchema(EscalationEntry, { io: 'input', unrepresentable: 'any' }) as FieldSchema;

const RULES = [rule('psi', { id: 'psi', paging: 'always' }), rule('f1', { id: 'f1' })];
const read = (yaml: string) => toPolicy(EscalationEntry.parse(parse(yaml)), { calendar: OFFICE, rules: RULES });

function problems(yaml: string): string[] {
  const result = EscalationEntry.safeParse(parse(yaml), { reportInput: true });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) =>
    wordsOf(issue, SCHEMA).map(({ path, words }) => `${path.join('.')}: ${words}`),
  );
}

const oneStep = (fields: string) => `{ paths: [{ steps: [{ level: L1, notify: on-call, ${fields} }] }] }`;

describe('a policy in a service file', () => {
  it('needs no more than a level and whom to tell', () => {
    expect(read('paths: [{ steps: [{ level: L1, notify: on-call }] }]')).toEqual({
      paths: [
        {
          name: 'paths[0]',
          scope: { severities: [], classes: [], rules: [], environments: [] },
          steps: [
            {
              id: 'paths[0]/L1.1',
              level: 'L1',
              afterMs: 0,
              notify: [{ kind: 'role', role: 'on-call' }],
              via: [{ kind: 'dm' }, { kind: 'mention' }],
              repeat: null,
              until: 'acknowledged',
              when: { severities: [], hours: 'any', isFiring: false, value: null },
            },
          ],
          end: { everyMs: 30 * MINUTE, times: 3 },
        },
      ],
      progress: null,
      calendar: OFFICE,
      rulePaging: { psi: 'always' },
    });
  });

  it('says everything that it can say', () => {
    const full = read(`
      paths:
        - name: page
          for: { severity: [P0, P1], class: drift, rule: [psi], environment: prod }
          steps:
            - level: L1
              notify: [on-call, channel, all stakeholders, { person: U0ANA }, { rotation: first-line }, { group: S0ONCALL, alias: oncall }, { channel: C0OPS }]
              via: [dm, sms, call, mail, mention, { sns: "\${ONCALL_TOPIC}" }, { pagerduty: "\${PD_KEY}" }, { webhook: "\${HOOK}" }]
            - level: L1
              after: 2h
              notify: on-call
              repeat: { every: 15m, times: 2 }
              until: { query: latency, at_most: 500, for: 5m }
              when: { severity: P0, hours: working, still_firing: true, value: { query: latency, above: 500 } }
          end: nothing
      progress: { ask_after: { P0: 30m }, answer_within: 5m, times: 6 }`);

    expect(full.progress).toEqual({ askAfterMs: { P0: 30 * MINUTE }, answerWithinMs: 5 * MINUTE, times: 6 });
    expect(full.paths[0]).toMatchObject({
      scope: { severities: ['P0', 'P1'], classes: ['drift'], rules: ['psi'], environments: ['prod'] },
      end: null,
    });
    expect(full.paths[0]?.steps[0]).toMatchObject({
      notify: [
        { kind: 'role', role: 'on-call' },
        { kind: 'channel', channel: null },
        { kind: 'stakeholders' },
        { kind: 'person', user: 'U0ANA' },
        { kind: 'rotation', rotation: 'first-line' },
        { kind: 'group', group: 'S0ONCALL', alias: 'oncall' },
        { kind: 'channel', channel: 'C0OPS' },
      ],
      via: [
        { kind: 'dm' },
        { kind: 'sms' },
        { kind: 'call' },
        { kind: 'mail' },
        { kind: 'mention' },
        { kind: 'sns', to: '${ONCALL_TOPIC}' },
        { kind: 'pagerduty', to: '${PD_KEY}' },
        { kind: 'webhook', to: '${HOOK}' },
      ],
    });
    expect(full.paths[0]?.steps[1]).toEqual({
      id: 'page/L1.2',
      level: 'L1',
      afterMs: 2 * HOUR,
      notify: [{ kind: 'role', role: 'on-call' }],
      via: [{ kind: 'dm' }, { kind: 'mention' }],
      repeat: { everyMs: 15 * MINUTE, times: 2 },
      until: {
        query: 'latency',
        expect: { kind: 'number', direction: 'below', limit: 500, inclusive: true },
        forMs: 5 * MINUTE,
      },
      when: {
        severities: ['P0'],
        hours: 'working',
        isFiring: true,
        value: {
          query: 'latency',
          expect: { kind: 'number', direction: 'above', limit: 500, inclusive: false },
          forMs: MINUTE,
        },
      },
    });
  });

  it('tells nobody twice in one step', () => {
    const twice = read('paths: [{ steps: [{ level: L1, notify: [on-call, on-call] }] }]');
    expect(twice.paths[0]?.steps[0]?.notify).toHaveLength(1);
  });
});

describe('what is wrong in it', () => {
  it.each([
    ['{ paths: [] }', 'paths: Write at least one entry'],
    ['{ paths: [{ steps: [] }] }', 'paths.0.steps: Write at least one entry'],
    [oneStep('after: soon'), 'paths.0.steps.0.after: Write a duration (15m, 2h), or: at once'],
    [oneStep('repeat: { every: 10s, times: 2 }'), 'paths.0.steps.0.repeat.every: Write a minute (1m) or more'],
    [
      oneStep('repeat: { every: 10m }'),
      'paths.0.steps.0.repeat.times: This is missing. How often at most. It must end somewhere.',
    ],
    [
      oneStep('until: solved'),
      'paths.0.steps.0.until: Write acknowledged, mitigated, resolved or { query: name, at_most: 500, for: 5m }',
    ],
    [
      oneStep('until: { query: latency }'),
      'paths.0.steps.0.until: Write exactly one of above, at_least, below, at_most, equals (there is none)',
    ],
  ])('%s', (yaml, words) => {
    expect(problems(yaml)).toEqual([words]);
  });

  it('a key of PagerDuty or an address of a webhook is a secret and does not stand in the file', () => {
    const [first, ...more] = problems(oneStep('via: { webhook: "https://example.com/hook/s3cret" }'));
    expect(more).toEqual([]);
    expect(first).toContain('secret');
    expect(first).not.toContain('s3cret');
  });

  it('a field that does not exist is told with the one that was probably meant', () => {
    expect(problems(oneStep('aftr: 5m'))[0]).toContain('Did you mean after?');
  });
});

describe('its documentation', () => {
  it('shows a policy that can be read', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/escalation.md'), 'utf8');
    const shown = /```yaml\n(?<yaml>[\s\S]*?)```/.exec(page)?.groups?.yaml ?? '';
    const { escalation } = parse(shown);
    const { paths } = toPolicy(EscalationEntry.parse(escalation), { calendar: OFFICE, rules: RULES });

    expect(paths.map(({ name, steps }) => `${name} ${steps.length}`)).toEqual(['page 4', 'slow 1']);
  });

  it('describes every field, and gives an example of every text and number', () => {
    expect(
      fieldsOf(SCHEMA, 'escalation')
        .filter(({ field }) => !field.description)
        .map(({ at }) => at),
    ).toEqual([]);
    const bare = fieldsOf(SCHEMA, 'escalation').filter(({ field }) => isLeaf(field) && !hasExample(field));
    expect(bare.map(({ at }) => at)).toEqual([]);
  });
});

function fieldsOf(schema: FieldSchema, at: string): { readonly at: string; readonly field: FieldSchema }[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    { at: `${at}.${name}`, field },
    ...fieldsOf(field, `${at}.${name}`),
  ]);
  const forms = (schema.anyOf ?? []).flatMap((one) => fieldsOf(one, at));
  return [...own, ...forms, ...(schema.items ? fieldsOf(schema.items, `${at}[]`) : [])];
}

const isLeaf = (field: FieldSchema) => field.properties === undefined && field.items?.properties === undefined;

/** The example stands on the field, on a form of it, or on what stands under the names in it. */
function hasExample({ examples, anyOf, additionalProperties: entry }: FieldSchema): boolean {
  const parts = [...(anyOf ?? []), ...(typeof entry === 'object' ? [entry] : [])];
  return examples !== undefined || parts.some((one) => one.examples !== undefined || one.properties !== undefined);
}
