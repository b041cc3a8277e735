import { expect, it } from 'vitest';
import { createParts } from '../../src/reconcile/parts.ts';

it('a mistake of ours costs its own part alone, and is said', async () => {
  const logged: string[] = [];
  const note = (level: string) => (fields: object, text?: string) =>
    void logged.push(`${level} ${text} ${Object.keys(fields)}`);
  const log = { info: note('info'), warn: note('warn'), error: note('error') } as never;
  const parts = createParts({ now: () => 0, log, isEnding: () => false });

  const broken = await parts.attempt('alarms in eu-west-1', () => Promise.reject(new TypeError('x is undefined')));
  const other = await parts.attempt('alertmanager', async () => 'compared');

  expect([broken, other]).toEqual([null, 'compared']);
  expect(logged).toEqual([expect.stringMatching(/^error .*mistake.* err,part$/)]);
  expect(parts.trouble()).toEqual([expect.stringContaining('alarms in eu-west-1')]);
});
