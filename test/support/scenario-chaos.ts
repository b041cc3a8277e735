import { expect } from 'vitest';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { eventually, pause } from './eventually.ts';
import type { Scenario } from './scenario.ts';
import type { Person } from './scenario-slack.ts';

/** Numbers of a chaos run. */
export interface Chaos {
  readonly services: number;
  readonly alarms: number;
  readonly clicks: number;
  /** Over how many milliseconds the alarms are spread. */
  readonly lastsMs: number;
}

/** What people did and Slack said had worked. */
export interface Click {
  readonly incident: string;
  readonly person: string;
  readonly event: 'acknowledged' | 'mitigated';
}

/** A card that a killed bot was about to draw is drawn when its lease has run out. */
const PATIENCE_MS = 60_000;
const STEPS = [
  ['Acknowledge', 'acknowledged'],
  ['Mark Mitigated', 'mitigated'],
] as const;
const CHANNELS = ['C0BIKESHARE', 'C0RECOMMEND', 'C0INCIDENTS', 'C0OPERATORS'];

/** As many services as there are to be incidents, so that cards are many and alarms join them. */
export function manyServices(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, i) => nameOf(i));
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      [
        `owner: Team ${i}`,
        `channel: ${CHANNELS[i % CHANNELS.length]}`,
        'grouping: 1d',
        'recovery: { end: ask, watch: 1d }',
        `alarms: [{ match: "${name}-*", severity: P2 }]`,
      ].join('\n'),
    ]),
  );
}

function nameOf(service: number): string {
  return `svc-${String(service).padStart(3, '0')}`;
}

/** Publishes every alarm once, evenly over the time. Answers their names. */
export async function fireAll({ alarms }: Scenario, chaos: Chaos): Promise<string[]> {
  const names = Array.from({ length: chaos.alarms }, (_, i) => `${nameOf(i % chaos.services)}-alarm-${i}`);
  for (const name of names) {
    alarms.publishes({ name });
    await pause(chaos.lastsMs / chaos.alarms);
  }
  return names;
}

/**
 * Three people acknowledge and mitigate, each their own incidents, and press again when Slack shows that it did not work.
 * Answers what Slack acknowledged.
 */
export async function clickAll(scenario: Scenario, clicks: number): Promise<Click[]> {
  const people = [scenario.ana, scenario.ben, scenario.chloe];
  const done = await Promise.all(
    people.map((person, i) => {
      const isOwn = (id: string) => Number(id.slice('INC-'.length)) % people.length === i;
      return clickOwn(scenario, person, isOwn, Math.ceil(clicks / people.length));
    }),
  );
  return done.flat();
}

async function clickOwn(
  scenario: Scenario,
  person: Person,
  isOwn: (incident: string) => boolean,
  wanted: number,
): Promise<Click[]> {
  const { slack } = scenario;
  const clicks: Click[] = [];
  const done = new Set<string>();
  while (clicks.length < wanted) {
    const incident = await eventually(
      `an incident for ${person.id}, who has clicked ${clicks.length} times`,
      () => slack.incidentsWithCard().find((id) => isOwn(id) && !done.has(id)),
      PATIENCE_MS,
    );
    done.add(incident);
    for (const [label, event] of STEPS) {
      const step = { incident, person, label, event };
      await eventually(
        () => `${label}: ${slack.cards(incident)[0]?.text()}`,
        () => hasWorked(scenario, step),
        PATIENCE_MS,
      );
      clicks.push({ incident, person: person.id, event });
    }
  }
  return clicks;
}

interface Step {
  readonly incident: string;
  readonly person: Person;
  readonly label: string;
  readonly event: Click['event'];
}

/** Presses once. False when Slack showed, or the bot said, that it did not work; a click that is neither is lost. */
async function hasWorked(scenario: Scenario, { incident, person, label, event }: Step): Promise<boolean> {
  const card = scenario.slack.cards(incident)[0];
  const isDone = async () =>
    (await scenario.events(incident)).some((one) => one.type === event && one.by === person.id);
  // Whose answer a kill swallowed sees on the card that it has worked.
  if (!card?.buttons().includes(label)) return await isDone();
  const heard = person.heard().length;
  if (!(await person.tries(card, label)).ok) return false;
  const end = await eventually(
    `${person.id} pressed ${label} on ${incident}; Slack was told so, but nothing happened`,
    async () => ((await isDone()) ? 'done' : person.heard().length > heard && 'told'),
  );
  return end === 'done';
}

/** Waits until all is told, then looks at what the store and Slack say. */
export async function expectNothingLost(scenario: Scenario, names: readonly string[], clicks: readonly Click[]) {
  const { slack, redis } = scenario;
  const membersOf = async () => {
    const incidents = await scenario.incidents();
    const members = await Promise.all(incidents.map(({ id }) => redis.smembers(`{tocsin}:members:${id}`)));
    return members.flat().map((key) => key.split('/').at(-1) ?? '');
  };
  await eventually(
    () => 'every alarm in an incident',
    async () => (await membersOf()).length >= names.length,
    PATIENCE_MS,
  );
  await scenario.settles(PATIENCE_MS);

  expect((await membersOf()).toSorted()).toEqual([...names].toSorted());
  const incidents = await scenario.incidents();
  const cards = incidents.map(({ id }) => [id, slack.cards(id).length]);
  expect(cards.filter(([, count]) => count !== 1)).toEqual([]);
  expect(slack.cards()).toHaveLength(incidents.length);

  for (const { incident, person, event } of clicks) {
    const events = await scenario.events(incident);
    expect([incident, event, timesDone(events, event, person)]).toEqual([incident, event, 1]);
  }
  const told = await Promise.all(incidents.map(({ id }) => expectToldOnce(scenario, id)));
  expect(told.flat()).toEqual([]);
}

/**
 * How often a person did something, as they see it: a click whose answer a kill swallowed is pressed again, and when an alarm has
 * fired in between there is something to mitigate again.
 */
function timesDone(events: readonly IncidentEvent[], event: Click['event'], person: string): number {
  const story = events.filter((one) => one.type === 'relapsed' || (one.type === event && one.by === person));
  const again = story.filter((one, i) => one.type === event && story[i - 1]?.type === 'relapsed' && i > 1);
  return story.filter(({ type }) => type === event).length - again.length;
}

/** Every change that a thread is told of is there, once. Answers what is not. */
async function expectToldOnce(scenario: Scenario, id: string): Promise<string[]> {
  const thread = scenario.slack.cards(id)[0]?.thread().join('\n') ?? '';
  const events = await scenario.events(id);
  const words = { acknowledged: 'acknowledged and has it', mitigated: 'marked it mitigated' } as const;
  return Object.entries(words).flatMap(([type, sentence]) => {
    const wanted = events.filter((event) => event.type === type).length;
    const found = thread.split(sentence).length - 1;
    return found === wanted ? [] : [`${id}: ${wanted} × ${type}, told ${found} times: ${thread}`];
  });
}

/** Random whole milliseconds in a range. */
export function between(from: number, to: number): number {
  return Math.round(from + Math.random() * (to - from));
}
