import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import {
  DECIDED_REMEDIES,
  DEEDS,
  FALLBACKS,
  FIRST_REMEDIES,
  LOCAL_REMEDIES,
  MORE_REMEDIES,
  OTHER_REMEDIES,
} from '../support/remedies.ts';
import { SERVICES } from './shipped.ts';

it('every action of every pack is run in the demo company by a scenario', () => {
  const shipped = SERVICES.flatMap(({ name, actions }) => Object.keys(actions).map((action) => `${name}: ${action}`));
  const run = [
    ...[FIRST_REMEDIES, MORE_REMEDIES, OTHER_REMEDIES, DEEDS, LOCAL_REMEDIES, DECIDED_REMEDIES].flat(2),
    ...FALLBACKS.flatMap(({ back, ...remedy }) => [remedy, { ...remedy, action: back.action }]),
  ].map(({ system, action }) => `${system}: ${action}`);

  expect([...new Set(run)].toSorted()).toEqual(shipped.toSorted());
});

/** A gate is asked for ten minutes after the run, and CloudWatch gives a value the time at which its period began. */
describe('the gate of a retraining', () => {
  const gated = SERVICES.flatMap(({ name, actions, queries }) =>
    Object.values(actions).flatMap((action) => {
      const gate = gateOf(action);
      return gate === null ? [] : [{ pack: name, action: action.name, gate, ask: queries[gate]?.ask }];
    }),
  );

  it.each(gated)('$pack, $action: $gate can be newer than the run that is judged', ({ ask }) => {
    const periods = ask?.kind === 'cloudwatch' ? Object.values(ask.metrics).map((one) => one.periodSeconds) : [];

    expect(Math.max(...periods)).toBeLessThanOrEqual(60);
  });
});

function gateOf({ target }: Action): string | null {
  return 'gate' in target.settings && typeof target.settings.gate === 'string' ? target.settings.gate : null;
}
