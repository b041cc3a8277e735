import fc from 'fast-check';
import { expect, it } from 'vitest';
import { share } from '../../../sandbox/page/sharing.ts';

it('says what the new state says, whatever the old one said', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (previous, next) => {
      expect(JSON.stringify(share(previous, next))).toBe(JSON.stringify(next));
    }),
  );
});

it('hands back the old object when nothing has changed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (state) => {
      expect(share(state, structuredClone(state))).toBe(state);
    }),
  );
});

it('keeps every unchanged message the same object when one is edited and the oldest has left', () => {
  const previous = [
    { ts: '1', text: 'a' },
    { ts: '2', text: 'b' },
    { ts: '3', text: 'c' },
  ];

  const shared = share(previous, [
    { ts: '2', text: 'edited' },
    { ts: '3', text: 'c' },
  ]);

  expect(shared).toEqual([
    { ts: '2', text: 'edited' },
    { ts: '3', text: 'c' },
  ]);
  expect(shared[1]).toBe(previous[2]);
});
