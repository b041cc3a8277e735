import { expect, it } from 'vitest';
import { lockOf } from '../../../src/actions/targets/lambda-calls.ts';

it.each([
  'recommend',
  'recommend:live',
  '111122223333:function:recommend',
  'arn:aws:lambda:eu-central-1:111122223333:function:recommend',
  'arn:aws:lambda:eu-central-1:111122223333:function:recommend:live',
])('a function has one lock, also when it is written as %s', (name) => {
  const place = { region: 'eu-central-1', name };

  expect(lockOf(place, 'alias', 'live')).toBe('lambda:eu-central-1:alias/recommend:live');
  expect(lockOf(place, 'function')).toBe('lambda:eu-central-1:function/recommend');
});
