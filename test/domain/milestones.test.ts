import { expect, it } from 'vitest';
import { durationsOf } from '../../src/domain/milestones.ts';
import { openDeclared } from '../../src/domain/open.ts';
import { ANA, MINUTE, opened, replay, service, T0 } from './given.ts';

it('counts from the alarm, by the source’s own time', () => {
  const { milestones } = opened().incident;
  const reached = { ...milestones, postedAt: T0 + 500, acknowledgedAt: T0 + MINUTE };

  // Fired a second before T0; received at T0.
  expect(durationsOf(reached)).toMatchObject({
    detect: 1_000,
    notify: 1_500,
    acknowledge: MINUTE + 1_000,
    resolve: null,
  });
});

it('does not call what a person declared detected in no time: nobody knows when it began', () => {
  const words = { environment: 'prod', title: 'x', summary: '' } as const;
  const declaration = { ...words, by: ANA, severity: 'P2', incidentClass: 'system', drill: false } as const;
  const { events } = openDeclared('INC-1', service('bikes'), declaration, T0);
  const milestones = { ...replay(events).milestones, postedAt: T0 + 500 };

  expect(durationsOf(milestones)).toMatchObject({ detect: null, notify: 500, seen: 0 });
});
