import { expect } from 'vitest';
import { it } from '../support/scenario.ts';
import { minutes, seconds } from '../support/scenario-clock.ts';

it('goes from a signed alarm to a closed incident whose times are counted', async ({ start }) => {
  const { slack, alarms, clock, ana, ...world } = await start();
  await world.bot();

  await alarms.fires('sm-prod-5XX');
  const card = await slack.card('INC-1');
  await card.says('Nobody has it yet', 'The prod endpoint answers with server errors');
  expect([card.channel, card.buttons()]).toEqual(['C0BIKESHARE', ['Acknowledge', 'Propose Rollback', 'Resolve']]);

  clock.advance(minutes(2));
  await ana.clicks(card, 'Acknowledge');
  await card.says('@ana has it');
  await card.isTold('@ana acknowledged and has it');

  await alarms.recovers('sm-prod-5XX');
  await card.says('Recovered', 'Watching until');
  clock.advance(minutes(5) + seconds(1));
  await card.isTold(/@ana: .*closing note/s);

  await ana.clicks(card, 'Resolve');
  expect(await ana.submits({ symptoms: '5xx', cause: 'a bad deploy', fix: 'rolled back', followUps: '' })).toEqual({
    ok: true,
  });
  await card.says('a bad deploy', 'rolled back');
  const incident = await world.incident('INC-1');
  expect(incident).toMatchObject({ status: 'closed', owner: ana.id, resolvedBy: ana.id });

  await ana.types('/incident stats bikeshare');
  await ana.hears('MTTA');
  expect(slack.cards()).toHaveLength(1);
});
