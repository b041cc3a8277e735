import { describe, expect, it } from 'vitest';
import { checklistOf, commandsFor, progressOf, runbookOf } from '../../src/domain/checklist.ts';
import { fixOf, followUpsOf } from '../../src/domain/closing.ts';
import type { Environment } from '../../src/domain/service.ts';
import { incident, member } from '../blocks/incidents.ts';
import { graded, runbook, ticked } from '../blocks/triage.ts';

const NOWHERE = { links: [], region: null, prometheus: null, alertmanager: null, mlflow: null };
const prod: Environment = {
  ...NOWHERE,
  name: 'prod',
  values: { wiki: 'https://wiki.example.com', log_group: '/sm/p' },
};
const services = [
  {
    name: 'bikeshare',
    environments: { prod },
    runbooks: {
      'slow-endpoint': runbook,
      drift: { ...runbook, name: 'drift', url: '{wiki}/drift', steps: [] },
    },
  },
];
const shown = (...runbooks: (string | null)[]) => ({
  total: runbooks.length,
  firing: runbooks.length,
  unknown: 0,
  shown: runbooks.map((one, i) => member({ key: String(i), runbook: one })),
});

describe('the runbook of an incident', () => {
  it.each<[string, (string | null)[], string | null, string | null]>([
    ['is that of its most telling alarm', ['drift', 'slow-endpoint'], null, 'drift'],
    ['is that of the first alarm that has one', [null, 'slow-endpoint'], null, 'slow-endpoint'],
    ['is not a page somewhere', ['https://wiki.example.com/x', 'drift'], null, 'drift'],
    ['is the declared one where no alarm has one', [null], 'drift', 'drift'],
    ['is an alarm’s rather than the declared one', ['drift'], 'slow-endpoint', 'drift'],
    ['is none that the file does not have', ['gone'], 'toString', null],
  ])('%s', (_, runbooks, declared, expected) => {
    const found = runbookOf(incident('triggered', { members: shown(...runbooks), runbook: declared }), services);

    expect(found?.name ?? null).toBe(expected);
  });

  it('is none once its service has no file', () => {
    expect(runbookOf(incident('triggered', { members: shown('drift') }), [])).toBeNull();
  });

  it('has the values of the incident’s environment filled in, and no address with a gap', () => {
    const at = (environment: string) =>
      runbookOf(incident('triggered', { environment, members: shown('drift') }), services);

    expect(at('prod')?.url).toBe('https://wiki.example.com/drift');
    expect(at('staging')?.url).toBeNull();
  });

  it('keeps a command with a gap: it is still worth reading', () => {
    const step = {
      ...runbook.steps[0],
      commands: { any: 'tail {log_group} {since}' },
    } as (typeof runbook.steps)[number];
    const of = [
      { ...services[0], name: 'bikeshare', environments: { prod }, runbooks: { a: { ...runbook, steps: [step] } } },
    ];

    const found = runbookOf(incident('triggered', { members: shown('a') }), of);

    expect(found?.steps[0]?.commands.any).toBe('tail /sm/p {since}');
  });
});

describe('a checklist', () => {
  const worked = incident('acknowledged', { steps: ticked });

  it('numbers the steps and knows what became of each', () => {
    const all = checklistOf(worked, runbook);

    expect(all.map(({ number, step, record }) => [number, step.id, record?.done?.by ?? null])).toEqual([
      [1, 'look', 'U0ANA'],
      [2, 'rate', null],
      [3, 'logs', null],
      [4, 'back', 'U0BEN'],
      [5, 'tell', null],
    ]);
  });

  it('counts a step that only was checked as open', () => {
    expect(progressOf(worked, runbook)).toMatchObject({ done: 2, total: 5, next: { number: 2 } });
  });

  it('leaves ticks of another runbook alone', () => {
    expect(progressOf(worked, { ...runbook, name: 'other' })).toMatchObject({ done: 0, next: { number: 1 } });
  });

  it.each([
    ['the environment’s own', { any: 'a', prod: 'p' }, [{ environment: null, command: 'p' }]],
    ['the one for all', { any: 'a', local: 'l' }, [{ environment: null, command: 'a' }]],
    [
      'each with its place where there is none',
      { local: 'l', staging: 's' },
      [
        { environment: 'local', command: 'l' },
        { environment: 'staging', command: 's' },
      ],
    ],
    ['none', {}, []],
  ])('offers as command %s', (_, commands, expected) => {
    expect(commandsFor({ commands }, 'prod')).toEqual(expected);
  });
});

describe('the closing note', () => {
  it('begins its fix with what was done, and not with what was looked at', () => {
    const worked = incident('resolved', { steps: ticked, resolution: 'errors are gone' });

    expect(fixOf(worked, runbook)).toBe('errors are gone\nDone: Roll back to the last known good configuration');
  });

  it('takes over what the values want done by a day, once each, and not what was wanted at once', () => {
    const ruling = graded({ advice: 'Plan a retrain.', dueAt: Date.UTC(2026, 10, 29, 3) });
    const other = graded({ advice: 'Tell the data team', dueAt: null });
    const members = { ...shown(), shown: [ruling, ruling, other, graded()].map((one) => member({ ruling: one })) };

    expect(followUpsOf({ members, deadlines: [] })).toBe('Plan a retrain, by 2026-11-29');
  });
});
