import { describe, expect, it } from 'vitest';
import { parseService } from '../../src/config/services.ts';
import { variablesIn } from '../../src/config/variables.ts';
import { whoIsOnCall } from '../../src/oncall/shifts.ts';
import { PACKS, packFile, read } from './shipped.ts';

const NOW = Date.UTC(2026, 10, 25, 3);

/** What whoever installs a pack sets: people where people are named, addresses elsewhere. */
function everythingSet(pack: string): Record<string, string> {
  const { roles, rotations } = packFile(pack);
  const people = variablesIn(JSON.stringify({ roles, rotations })).map((name) => [name, 'U0ANA, U0BEN'] as const);
  const others = variablesIn(read(`services/${pack}.yml`)).map((name) => [name, 'https://a.example'] as const);
  const topic = 'arn:aws:sns:eu-central-1:000000000000:mail';
  return { ...Object.fromEntries([...others, ...people]), MAIL_TOPIC_ARN: topic, CALL_TOPIC_ARN: topic };
}

const checked = (pack: string, variables: Record<string, string>) =>
  parseService(read(`services/${pack}.yml`), `${pack}.yml`, variables, NOW);

describe.each(PACKS)('the pack %s', (pack) => {
  it('with everything set has nothing odd in it: everybody is reached, and somebody is always on call', () => {
    expect(checked(pack, everythingSet(pack))).toMatchObject({ ok: true, warnings: [] });
  });

  it('without people says so in one line, with the levels that reach nobody', () => {
    const { roles, rotations } = packFile(pack);
    const people = [...new Set(variablesIn(JSON.stringify({ roles, rotations })))];
    const others = Object.entries(everythingSet(pack)).filter(([name]) => !people.includes(name));
    const result = checked(pack, Object.fromEntries(others));

    expect(result).toMatchObject({ ok: true, warnings: [expect.stringMatching(/not set: .*; nobody is told by L1/)] });
    for (const name of people) expect(result).toMatchObject({ warnings: [expect.stringContaining(`\`${name}\``)] });
  });

  it('puts people on call whom a variable names, a week each', () => {
    const result = checked(pack, everythingSet(pack));
    const [rotation] = Object.values(result.ok ? result.service.rotations : {});
    const weeks = [0, 1, 2, 3].map(
      (week) => rotation && whoIsOnCall(rotation, [], NOW + week * 7 * 86_400_000)?.person,
    );

    expect(weeks.toSorted()).toEqual(['U0ANA', 'U0ANA', 'U0BEN', 'U0BEN']);
    expect(weeks[0]).not.toBe(weeks[1]);
  });

  it('pages for P0 and P1, and asks whoever has it how it goes', () => {
    const result = checked(pack, everythingSet(pack));
    const policy = result.ok ? result.service.escalation : null;

    expect(policy?.paths.length).toBeGreaterThan(0);
    expect(policy?.progress).toMatchObject({ askAfterMs: { P0: 30 * 60_000 }, answerWithinMs: 10 * 60_000 });
  });
});
