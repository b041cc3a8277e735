import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { SANDBOX_APP } from '../../sandbox/options.ts';
import { it } from '../support/scenario.ts';

it.concurrent('does the main job over signed HTTP', async ({ start }) => {
  const { slack, alarms, ana, ...world } = await start({ http: true });
  await world.bot();
  expect(await slack.slack.http?.verifyUrl()).toBe(true);

  await alarms.fires('sm-prod-5XX');
  const card = await slack.card('INC-1');
  await ana.clicks(card, 'Acknowledge');
  await card.says('@ana has it');
  await card.isTold('@ana acknowledged');
  await ana.clicks(card, 'Resolve');
  expect(await ana.submits({ symptoms: '5xx', cause: 'a bad deploy', fix: 'rolled back' })).toEqual({ ok: true });
  await card.says('a bad deploy');
  await ana.types('/incident stats');

  await ana.hears('MTTA');
  expect(await world.incident('INC-1')).toMatchObject({ status: 'closed', owner: ana.id });
});

it.concurrent('refuses what Slack did not sign, or did not sign now', async ({ start }) => {
  const { botUrl, clock, slack, alarms, ...world } = await start({ http: true });
  await world.bot();
  await alarms.fires('sm-prod-5XX');
  await slack.card('INC-1');
  const body = new URLSearchParams({ command: '/incident', text: 'ack INC-1', user_id: 'U0ANA' }).toString();
  const now = Math.floor(clock.now() / 1_000);

  const post = async (at: number | string, secret: string = SANDBOX_APP.signingSecret, signed = body) => {
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${signed}`).digest('hex')}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signature,
    };
    return (await fetch(`${botUrl}/slack/events`, { method: 'POST', body, headers })).status;
  };

  expect([
    await post(now, 'another-secret'),
    await post(now, SANDBOX_APP.signingSecret, `${body}&more`),
    await post(now - 400),
    await post(now + 400),
    await post('NaN'),
    (await fetch(`${botUrl}/slack/events`, { method: 'POST', body })).status,
  ]).toEqual([401, 401, 401, 401, 401, 401]);
  expect((await world.incident('INC-1')).owner).toBeNull();
});
