import { expect } from 'vitest';
import type { DemoCompany } from './demo-company.ts';
import { eventually } from './eventually.ts';
import type { Deed, Remedy } from './remedies.ts';

/** Somebody has to look at it: nobody has taken it yet, or it has come again. */
const WAITS = /\*(?:Triggered|Reopened)|Triggered\.|Reopened/;
const ENDED = 'is done|helped|did not help|made it worse|ended, and nobody|failed|expired|was cancelled';

/** What was changed less than half an hour ago takes a second person. */
const LATER_MINUTES = 31;

/** What is asked for about an incident, and by how many. */
interface Asked extends Pick<Deed, 'channel' | 'second'> {
  /** All that is typed but the incident. */
  readonly command: string;
  readonly said?: string;
}

/** Breaks systems at once, and ends the faults as their remedies say. A fault is over when its remedy has helped. */
export async function heals(company: DemoCompany, remedies: readonly Remedy[]): Promise<void> {
  await company.passes(LATER_MINUTES);
  for (const { system, fault } of remedies) await company.breaks(system, fault);
  const runs: { readonly remedy: Remedy; readonly run: string }[] = [];
  for (const remedy of remedies) {
    const { text } = await company.card(remedy.channel, remedy.card ?? WAITS);
    const run = await asks(company, text, { ...remedy, command: `${remedy.verb} ${remedy.action}` });
    runs.push({ remedy, run });
  }
  for (const { remedy, run } of runs) await begins(company, remedy, run);
  const minutes = Math.min(...remedies.map((one) => one.minutes));
  for (const { remedy, run } of runs) {
    const { text: after } = await company.card(remedy.channel, new RegExp(`${run} (?:${ENDED})`), minutes);
    expect(after).toMatch(new RegExp(`${run} helped`));
    expect(after).not.toContain('could not be told');
  }
  for (const { system } of remedies) await becomesWell(company, system);
}

/** What waits too long expires, so that the clock stands still until it has begun. */
async function begins(company: DemoCompany, { channel }: Remedy, run: string): Promise<void> {
  const { text } = await company.card(channel, new RegExp(`${run} (?:waits|is under way|is through|${ENDED})`));
  expect(text).not.toMatch(new RegExp(`${run} (?:waits|expired)`));
}

/** Does what is not measured, about what has just broken or else about the newest incident. */
export async function does(company: DemoCompany, deed: Deed): Promise<void> {
  const { system, channel, action, fault, shows } = deed;
  if (fault !== undefined) await company.breaks(system, fault);
  const { text } = await company.card(channel, fault === undefined ? /INC-\d+/ : WAITS);
  const run = await asks(company, text, { ...deed, command: `run ${action}` });

  const { text: after } = await company.card(channel, new RegExp(`${run} (?:${ENDED})`));
  expect(after).toMatch(new RegExp(`${run} is done`));
  if (fault !== undefined) await becomesWell(company, system);
  const { running } = await company.system(system);
  if (shows) {
    const part = { what: expect.stringMatching(shows.what), now: expect.stringMatching(shows.now) };
    expect(running).toContainEqual(expect.objectContaining(part));
  }
}

/** Types the command, decides on the plan, and has a second person agree where it takes two. Answers the run, as a pattern. */
export async function asks(company: DemoCompany, card: string, asked: Asked): Promise<string> {
  const { channel, command, said = '', second } = asked;
  const incident = /INC-\d+/.exec(card)?.[0] ?? '';
  const before = [...card.matchAll(new RegExp(`${incident}\\.(\\d+) `, 'g'))].map(([, run]) => Number(run));
  const run = `${incident}\\.${Math.max(0, ...before) + 1}`;

  await company.types('U0ANA', channel, `/incident ${command} ${incident}${said}`);
  await company.decides('U0ANA');
  if (second === undefined) return run;
  await company.card(channel, new RegExp(`${run} waits for approval`));
  await company.presses(second, channel, 'Approve');
  return run;
}

/** A system is looked at every other second. */
async function becomesWell(company: DemoCompany, system: string): Promise<void> {
  await eventually(`${system} without a fault`, async () => {
    const { faults } = await company.system(system);
    return faults.every(({ on }) => !on);
  });
}
