import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { minutes } from '../support/scenario-clock.ts';

const SERVICE = `
owner: Checkout team
channel: C0INCIDENTS
fallback: true
roles:
  on-call: { title: On-call engineer, people: [U0ANA] }
  lead: { title: Team lead, people: [U0BEN] }
  manager: { title: Manager }
escalation:
  paths:
    - name: page
      for: { severity: [P0, P1] }
      steps:
        - { level: L1, notify: on-call }
        - { level: L2, after: 15m, notify: lead, via: [dm, mention] }
        - { level: L3, after: 30m, notify: [manager, channel] }
      end: { every: 30m, times: 2 }
  progress: { ask_after: { P1: 1h }, answer_within: 10m }
alarms:
  - { match: "checkout-*", severity: P1, title: Checkout fails }
`;

/** An incident that pages, and nothing left to do for the moment. */
async function paged(start: (options: object) => Promise<Scenario>) {
  const scenario = await start({ services: { checkout: SERVICE } });
  await scenario.bot();
  await eventually('a connection', () => scenario.slack.slack.sockets.connected());
  scenario.alarms.publishes({ name: 'checkout-errors' });
  await scenario.slack.card('INC-1');
  await scenario.settles();
  return scenario;
}

it.concurrent('tells whoever is on call at once, and the next one when nobody has answered in time', async ({
  start,
}) => {
  const { slack, ana, ben, clock, settles } = await paged(start);
  expect(slack.dms(ana).map((one) => one.text())).toEqual([expect.stringContaining('Checkout fails')]);
  expect(slack.dms(ben)).toEqual([]);

  clock.advance(minutes(15));
  await eventually('a message to ben', () => slack.dms(ben)[0]);
  await settles();

  expect(slack.dms(ana)).toHaveLength(1);
  expect(slack.dms(ben)).toHaveLength(1);
  expect(slack.dms(ben)[0]?.text()).toContain('L2');
});

it.concurrent('wakes nobody else once somebody has acknowledged in a direct message', async ({ start }) => {
  const { slack, ana, ben, clock, settles, incident } = await paged(start);
  const [page] = slack.dms(ana);
  if (!page) throw new Error('ana was not paged');

  await ana.clicks(page, 'Acknowledge');
  await eventually('the message without its button', () => !page.buttons().includes('Acknowledge'));
  expect((await incident('INC-1')).owner).toBe(ana.id);

  clock.advance(minutes(45));
  await settles();

  expect(slack.dms(ben)).toEqual([]);
  expect(slack.dms(ana)).toHaveLength(1);
});

it.concurrent('leaves a page as it is for whoever is called to help the owner, until something changes', async ({
  start,
}) => {
  const { slack, ana, ben, clock, settles, incident } = await paged(start);
  await ana.clicks(await slack.card('INC-1'), 'Acknowledge');
  await settles();
  await ana.types('/incident escalate INC-1 the restart did not help');
  const page = await eventually('a message to ben', () => slack.dms(ben)[0]);

  clock.advance(minutes(1));
  await settles();
  expect(page.text()).toContain('L2: somebody asked for more people');
  expect(page.text()).toContain('the restart did not help');

  await ben.types('/incident take INC-1');
  await eventually('the owner', async () => (await incident('INC-1')).owner === ben.id);
  await eventually('the news', () => page.text().includes('has it.') && !page.text().includes('L2'));
});

it.concurrent('says in the thread whom it could not tell, and goes on with the others', async ({ start }) => {
  const { slack, clock, settles } = await paged(start);
  const card = await slack.card('INC-1');

  clock.advance(minutes(31));
  await card.isTold('L3');
  await settles();

  expect(card.thread().join('\n')).toContain('could not be told');
});

it.concurrent('asks an owner who does nothing, and wakes the others when no answer comes', async ({ start }) => {
  const { slack, ana, ben, clock, settles, incident } = await paged(start);
  await ana.clicks(await slack.card('INC-1'), 'Acknowledge');
  await settles();

  clock.advance(minutes(61));
  const question = await eventually('the question', () => slack.dms(ana)[1]);
  expect(question.text()).toContain('INC-1');
  expect(slack.dms(ben)).toEqual([]);

  clock.advance(minutes(11));
  await eventually('the incident to be nobody’s', async () => (await incident('INC-1')).status === 'triggered');
  clock.advance(minutes(16));
  await eventually('a message to ben', () => slack.dms(ben)[0]);
});

it.concurrent('asks an owner no more who says that they are on it', async ({ start }) => {
  const { slack, ana, ben, clock, settles, incident } = await paged(start);
  await ana.clicks(await slack.card('INC-1'), 'Acknowledge');
  await settles();
  clock.advance(minutes(61));
  const question = await eventually('the question', () => slack.dms(ana)[1]);

  await ben.types('/incident confirm INC-1');
  await ben.hears('Only');
  await ana.clicks(question, 'I’m on It');
  clock.advance(minutes(11));
  await settles();

  expect(await incident('INC-1')).toMatchObject({ status: 'acknowledged', owner: ana.id });
  expect(slack.dms(ben)).toEqual([]);
});

it.concurrent('takes the next way when Slack delivers no direct message to somebody', async ({ start }) => {
  const { slack, ben, clock, events, settles } = await paged(start);
  const card = await slack.card('INC-1');
  slack.slack.faults.add({ method: 'chat.postMessage', kind: 'error', error: 'user_disabled', channel: ben.id });

  clock.advance(minutes(16));
  await card.isTold('L2');
  await settles();

  expect(slack.dms(ben)).toEqual([]);
  const [failed] = (await events('INC-1')).filter((event) => event.type === 'page_failed');
  expect(failed).toMatchObject({ isUsable: false, isLast: false, why: 'the account in Slack is deactivated' });
});
