import { describe, expect, it } from 'vitest';
import { groupMembers } from '../../src/oncall/user-group.ts';
import { ANA, BEN, CAT } from './given.ts';

describe('a Slack user group in step with rotations', () => {
  it.each([
    ['gets whoever is on call', [ANA], [BEN], [ANA]],
    ['gets everybody who is, each once, where it stands for several rotations', [BEN, ANA, BEN], [BEN], [ANA, BEN]],
    ['loses whoever is not any more', [ANA], [ANA, CAT], [ANA]],
    ['gets those whom the other rotations have, where one has nobody', [null, ANA], [BEN], [ANA]],
    ['is filled when it was empty', [ANA], [], [ANA]],
    ['is left alone when it is right, in whatever order', [ANA, BEN], [BEN, ANA], null],
    ['is never emptied', [null], [ANA], null],
    ['is left alone when it stands for nothing', [], [ANA], null],
  ])('%s', (_, onCall, present, expected) => {
    expect(groupMembers(onCall, present)).toEqual(expected);
  });
});
