import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { minutes, nextSunday } from '../support/scenario-clock.ts';
import type { Seen } from '../support/scenario-slack.ts';

const HOUR = minutes(60);
/** The next Sunday, 14:00 in UTC: turns end on Monday at nine. */
const SUNDAY = nextSunday() + 14 * HOUR;

const SERVICE = `
owner: Checkout team
channel: C0INCIDENTS
fallback: true
responders: [U0ANA, U0BEN]
roles:
  on-call: { title: On-call engineer, rotation: week }
  lead: { title: Team lead, people: [U0CHLOE] }
rotations:
  week: { layers: [{ members: [U0ANA, U0BEN], start: 2026-01-05, at: "09:00" }], zone: UTC }
escalation:
  paths:
    - name: page
      steps:
        - { level: L1, notify: on-call, via: dm }
        - { level: L2, after: 15m, notify: lead, via: dm }
  progress: { ask_after: { P1: 1h }, answer_within: 10m }
alarms:
  - { match: "*", severity: P1, title: Checkout fails }
`;

/** Puts another value into every button with this label, as somebody who speaks to Tocsin with the secret of Slack could. */
function forged(message: Seen, value: string): void {
  for (const { elements } of message.raw().blocks) {
    if (!Array.isArray(elements)) continue;
    for (const element of elements as { type: string; value?: string }[])
      if (element.type === 'button') element.value = value;
  }
}

const VALUES = [
  '',
  'null',
  '{}',
  '{"incident":"INC-1"}',
  '{"incident":"INC-1","seen":-1}',
  '{"incident":"INC-999999","seen":1}',
  '{"incident":"INC-1","seen":1,"__proto__":{"a":1}}',
  '{"incident":"../../INC-1","seen":1}',
  '{"rotation":"checkout/week","id":"nobody"}',
  '{"rotation":"checkout/../../x","id":"1"}',
  '{"rotation":"__proto__/constructor","id":"1"}',
  'x'.repeat(2_000),
];

async function world(start: (options: object) => Promise<Scenario>, service = SERVICE) {
  const scenario = await start({ services: { checkout: service }, errors: [/Tocsin is not well/] });
  scenario.clock.advance(SUNDAY - scenario.clock.now());
  await scenario.bot();
  await eventually('a connection', () => scenario.slack.slack.sockets.connected());
  return scenario;
}

it.concurrent('takes nothing from a forged button, and nothing from somebody whom it does not ask', async ({
  start,
}) => {
  const { slack, alarms, ana, ben, chloe, clock, settles, incident, events } = await world(start);
  const [onCall, other] = (await whoIsOnCall(slack.dms, alarms, ana, ben, settles)) as [typeof ana, typeof ben];
  const card = await slack.card('INC-1');
  await onCall.clicks(card, 'Acknowledge');
  await settles();
  clock.advance(minutes(61));
  const question = await eventually('the question', () => slack.dms(onCall)[1]);
  const before = (await events('INC-1')).length;

  for (const value of VALUES) {
    forged(question, value);
    await onCall.tries(question, 'Give Back');
    await onCall.tries(question, 'I’m on It');
  }
  expect(await incident('INC-1')).toMatchObject({ status: 'acknowledged', owner: onCall.id });
  expect((await events('INC-1')).slice(before)).toEqual([]);

  for (const words of REFUSED) await chloe.types(`/incident ${words}`);
  expect(chloe.heard()).toHaveLength(REFUSED.length);
  expect(chloe.heard().filter((words) => !words.startsWith('Only @ana and @ben may act on checkout.'))).toEqual([]);
  expect((await events('INC-1')).slice(before)).toEqual([]);
  await other.types('/incident oncall checkout');
  await other.hears(`☎️ @${onCall === ana ? 'ana' : 'ben'}`);
});

/** What somebody types who is not among those who may. */
const REFUSED = [
  ...['ack INC-1', 'take INC-1', 'back INC-1', 'confirm INC-1', 'assign INC-1 me', 'mitigate INC-1', 'done INC-1 1'],
  ...['snooze INC-1 30m', 'silence INC-1 1h', 'severity INC-1 P3', 'resolve INC-1 done', 'reopen INC-1 again'],
  ...['escalate INC-1 why', 'note INC-1 words', 'followup INC-1 words'],
  ...['override checkout <@U0CHLOE> 2h', 'override checkout me 2h', 'handoff checkout <@U0CHLOE>'],
];

/** Fires, and answers who was told and who was not. */
async function whoIsOnCall(
  dms: Scenario['slack']['dms'],
  alarms: Scenario['alarms'],
  ana: Scenario['ana'],
  ben: Scenario['ben'],
  settles: Scenario['settles'],
) {
  alarms.publishes({ name: 'checkout-errors' });
  await eventually('a page', () => dms(ana)[0] ?? dms(ben)[0]);
  await settles();
  return dms(ana).length > 0 ? [ana, ben] : [ben, ana];
}

it.concurrent('tells whoever is on call by an override that was made meanwhile, and lets a person ask for more though it is snoozed', async ({
  start,
}) => {
  const { slack, alarms, ana, ben, chloe, settles, incident } = await world(start);
  const [onCall, other] = (await whoIsOnCall(slack.dms, alarms, ana, ben, settles)) as [typeof ana, typeof ben];
  const card = await slack.card('INC-1');
  await other.types('/incident override checkout me 2h');
  await other.hears('is on call for');
  await onCall.types('/incident ack INC-1');
  await onCall.types('/incident back INC-1');
  const page = await eventually('a page to whoever overrides', () => slack.dms(other)[0]);
  await settles();

  await other.types('/incident snooze INC-1 30m');
  await card.says('Snoozed until');
  await eventually('a page without its button', () => !page.buttons().includes('Acknowledge'));
  await other.types('/incident escalate INC-1 the queue <!channel> is *full*');
  const called = await eventually('a page to chloe', () => slack.dms(chloe)[0]);
  expect(called.text()).toContain('somebody asked for more people');
  await other.types('/incident escalate INC-1 again');
  await other.hears('Every level of the policy has been told');
  await other.types('/incident snooze INC-1 off');
  await other.types('/incident snooze INC-1 off');
  await other.hears('INC-1 is not snoozed.');

  await other.types(`/incident assign INC-1 <@${onCall.id}> your turn <!here>`);
  const letter = await eventually('a letter', () =>
    slack.dms(onCall).find((one) => one.text().includes('gave you INC-1')),
  );
  expect(letter.text()).toContain('“your turn <!here>”');
  expect(JSON.stringify(letter.raw())).not.toMatch(/<!(?!date)/);
  await other.types('/incident confirm INC-1');
  await other.hears(/^Only @/);
  await other.types('/incident take INC-1');
  await eventually('another owner', async () => (await incident('INC-1')).owner === other.id);
});

it.concurrent('says in the thread that nobody is on call, and goes on with the next level', async ({ start }) => {
  const nobody = SERVICE.replace('members: [U0ANA, U0BEN], start: 2026-01-05', 'members: [U0ANA], start: 2030-01-05');
  const { slack, alarms, chloe, clock } = await world(start, nobody);
  alarms.publishes({ name: 'checkout-errors' });
  const card = await slack.card('INC-1');
  await card.isTold(/L1: @on-call could not be told: nobody is behind .* now\. Nothing is left to try\./);
  await card.says('nobody is behind');

  clock.advance(minutes(16));
  await eventually('a page to chloe', () => slack.dms(chloe)[0]);
});

it.concurrent('says before everything else that it is a drill, and pages all the same', async ({ start }) => {
  const { slack, ana, ben } = await world(start);
  await ana.types('/incident declare Practice <!channel>');
  const form = await eventually('a form', () => {
    const open = slack.slack.world.modals.get(ana.id)?.at(-1);
    return JSON.stringify(open?.content ?? '').includes('"block_id":"drill"') && open;
  });
  const drill = { drill: { type: 'checkboxes', selected_options: [{ value: 'drill' }] } };
  const severity = { severity: { type: 'static_select', selected_option: { value: 'P1' } } };
  const declared = await slack.slack.act(ana.id, { type: 'submit', viewId: form.id, values: { drill, severity } });
  expect(declared).toEqual({ ok: true });

  const page = await eventually('a page', () => slack.dms(ana)[0] ?? slack.dms(ben)[0]);
  expect(page.raw().text).toMatch(/^🎓 DRILL P1 /);
  await (await slack.card('INC-1')).says('*Drill:* this is practice');
  expect(page.raw().text).not.toMatch(/<!(?!date)/);
});

it.concurrent('hands over at nine, asks the receiver alone, and gives a cover to one of two who press', async ({
  start,
}) => {
  const { slack, alarms, ana, ben, clock, settles } = await world(start);
  const [giver, receiver] = (await whoIsOnCall(slack.dms, alarms, ana, ben, settles)) as [typeof ana, typeof ben];
  await giver.types('/incident cover me checkout until 23:30');
  const request = await eventually('a request', () => inChannel(slack, 'I Take It')[0]);
  await Promise.all([receiver.tries(request, 'I Take It'), receiver.tries(request, 'I Take It')]);
  await request.says(receiver === ana ? '@ana' : '@ben');
  await receiver.hears('You cover for');
  await receiver.hears('You have taken it already.');

  clock.advance(SUNDAY + 19 * HOUR + 1_000 - clock.now());
  const message = await eventually('a hand-off', () => inChannel(slack, 'I Have It')[0]);
  await message.says('is on call now', '1 open incident', 'INC-1');
  await giver.tries(message, 'I Have It');
  await giver.hears('only they say so');
  expect(message.buttons()).toContain('I Have It');
  await receiver.tries(message, 'I Have It');
  await eventually('a message without its button', () => !message.buttons().includes('I Have It'));
});

function inChannel({ onCall }: Scenario['slack'], label: string): Seen[] {
  return onCall().filter((message) => message.buttons().includes(label));
}
