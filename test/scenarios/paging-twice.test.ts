import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it } from '../support/scenario.ts';

const SERVICE = `
owner: Checkout team
channel: C0INCIDENTS
fallback: true
roles:
  on-call: { title: On-call engineer, people: [U0ANA] }
  lead: { title: Team lead, people: [U0BEN] }
escalation:
  paths:
    - name: page
      steps:
        - { level: L1, notify: on-call, via: dm }
        - { level: L1, notify: lead, via: mention }
        - { level: L2, after: 30m, notify: lead, via: dm }
alarms:
  - { match: "*", severity: P1, title: Checkout fails }
`;

it.concurrent('pages once with two processes that hear everything, in HTTP mode, also when somebody escalates by hand', async ({
  start,
}) => {
  const { slack, alarms, ana, ben, settles, events, ...world } = await start({
    services: { checkout: SERVICE },
    http: true,
  });
  await world.botProcess();
  await world.secondBotProcess();

  alarms.publishes({ name: 'checkout-errors' });
  await slack.card('INC-1');
  await eventually('a page', () => slack.dms(ana)[0]);
  await settles();
  await Promise.all([ben.types('/incident escalate INC-1 why'), ana.types('/incident escalate INC-1 why')]);
  await eventually('a page to the next level', () => slack.dms(ben)[0]);
  await settles();

  expect(slack.dms(ana)).toHaveLength(1);
  expect(slack.dms(ben)).toHaveLength(1);
  const told = await events('INC-1');
  expect(told.filter(({ type }) => type === 'page_due')).toHaveLength(3);
  expect(told.filter(({ type }) => type === 'page_sent')).toHaveLength(3);
  expect(told.filter(({ type }) => type === 'escalated')).toHaveLength(1);
  const [page] = slack.dms(ana);
  if (!page) throw new Error('ana was not paged');
  await ana.clicks(page, 'Acknowledge');
  await eventually('a message without its button', () => !page.buttons().includes('Acknowledge'));
});
