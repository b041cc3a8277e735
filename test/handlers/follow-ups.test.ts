import { describe, expect, it } from 'vitest';
import { encodeFollowUp, type FollowUpTarget, followUps } from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { NOW, type Office, openOffice, told } from './office.ts';

const DAY = 86_400_000;
const text = (value: string) => ({ type: 'plain_text_input', value });
const person = (id: string) => ({ type: 'users_select', selected_user: id });
const moment = (at: number) => ({ type: 'datetimepicker', selected_date_time: Math.floor(at / 1000) });
const on = (where: FollowUpTarget['on'], followUp = '1') => encodeFollowUp({ incident: 'INC-1', followUp, on: where });
const server = useRedis();

/** An incident of bikeshare, which `U1` may act on, with one follow-up of `U9`, who may not. */
async function withOne(): Promise<Office> {
  const office = openOffice(server.client());
  await office.declare('bikeshare');
  await office.change('INC-1', { type: 'add_follow_up', by: 'U1', line: 'Load test <@U9> in 3d' });
  office.journal.length = 0;
  return office;
}

const first = async (office: Office) => (await office.load('INC-1')).deadlines[0];
const drawnAnew = (office: Office) => office.done('respond').filter(({ body }) => body.replace_original === true);

describe('/incident followup', () => {
  it('adds one, for whoever asks and in a week where it is not said otherwise', async () => {
    const office = await withOne();

    await office.type('followup INC-1 add an alarm on memory');
    await office.type('follow-up INC-1 ask ben <@U2|ben> in 2d');

    expect((await office.load('INC-1')).deadlines.slice(1)).toMatchObject([
      { id: '2', text: 'add an alarm on memory', owner: 'U1', due: NOW + 7 * DAY },
      { id: '3', text: 'ask ben', owner: 'U2', due: NOW + 2 * DAY },
    ]);
    expect(told(office)).toContain(
      'Follow-up 2 of INC-1: “add an alarm on memory”. It is due 2026-11-29 03:14 UTC, and <@U1> has it.',
    );
  });

  it('without words says what is missing, and is for those who may act', async () => {
    const office = await withOne();

    await office.type('followup INC-1');
    await office.type('followup INC-1 mischief', { user: 'U9' });

    expect(told(office)).toContain('Say what must be done.');
    expect((await office.load('INC-1')).deadlines).toHaveLength(1);
  });
});

describe('/incident followups', () => {
  it('lists one’s own across incidents, and what nobody has', async () => {
    const office = await withOne();
    await office.declare('movies');
    await office.change('INC-2', { type: 'add_follow_up', by: 'U9', line: 'Retrain in 1d' });
    await office.change('INC-2', { type: 'add_follow_up', by: 'U9', line: 'Look for an owner @nobody' });

    await office.type('followups', { user: 'U9' });

    const said = told(office);
    expect(said).toContain('You have 2 open follow-ups.');
    expect(said.match(/Retrain|Load test|Look for an owner/g)).toEqual(['Retrain', 'Load test', 'Look for an owner']);
  });

  it('lists those of an incident, and says when there are none', async () => {
    const office = await withOne();
    await office.declare('movies');

    await office.type('followups INC-1');
    await office.type('followups 2');
    await office.type('followups 7');

    expect(told(office)).toContain('INC-1 has 1 open follow-up.');
    expect(told(office)).toContain('INC-2 has no follow-ups.');
    expect(told(office)).toContain('There is no incident INC-7');
  });
});

describe('the button of a follow-up', () => {
  it('marks it as done for its owner, who needs no other right, and draws the letter anew', async () => {
    const office = await withOne();

    await office.click(followUps.done.actionId, on('letter'), { user: 'U9' });

    expect((await first(office))?.done).toEqual({ by: 'U9', at: NOW });
    expect(office.journal.map(({ what }) => what)).toEqual(['commit', 'ack', 'respond']);
    expect(JSON.stringify(drawnAnew(office)[0]?.body)).toContain('done by <@U9>');

    await office.click(followUps.undone.actionId, on('letter'), { user: 'U9' });
    expect((await first(office))?.done).toBeNull();
    expect(JSON.stringify(drawnAnew(office)[1]?.body)).toContain('Mark Done');
  });

  it('draws anew the list that it stands in', async () => {
    const office = await withOne();

    await office.click(followUps.done.actionId, on('mine'), { user: 'U9' });
    await office.click(followUps.undone.actionId, on('list'), { user: 'U9' });

    expect(drawnAnew(office).map(({ body }) => body.text)).toEqual([
      expect.stringContaining('You have no open follow-ups.'),
      expect.stringContaining('INC-1 has 1 open follow-up.'),
    ]);
  });

  it('draws App Home anew', async () => {
    const office = await withOne();
    await office.openHome('U9');
    expect(JSON.stringify(office.done('views.publish')[0]?.body.view)).toContain('Your follow-ups: 1');

    await office.clickAtHome(followUps.done.actionId, on('home'), { user: 'U9' });

    expect(JSON.stringify(office.done('views.publish')[1]?.body.view)).not.toContain('Your follow-ups');
  });

  it('refuses a stranger to the service, a second click and what is not there, in words', async () => {
    const office = await withOne();
    await office.click(followUps.done.actionId, on('list'), { user: 'U8' });
    expect((await first(office))?.done).toBeNull();

    await office.click(followUps.done.actionId, on('list'), { user: 'U1' });
    await office.click(followUps.done.actionId, on('list'), { user: 'U1' });
    await office.click(followUps.done.actionId, on('list', '9'), { user: 'U1' });
    await office.click(followUps.done.actionId, '{"incident":1}');

    expect(told(office)).toContain('<@U1> did follow-up 1 of INC-1 already.');
    expect(told(office)).toContain('INC-1 has no follow-up 9.');
    expect(told(office)).toContain('older version of Tocsin');
    expect(drawnAnew(office)).toHaveLength(1);
  });

  it('does its work also when the message cannot be drawn anew', async () => {
    const office = openOffice(server.client(), {
      deps: ({ store }) => ({ store: { ...store, followUps: () => Promise.reject(new Error('away')) } }),
    });
    await office.declare('bikeshare');
    await office.change('INC-1', { type: 'add_follow_up', by: 'U1', line: 'Load test' });

    await office.click(followUps.done.actionId, on('mine'));

    expect((await first(office))?.done).not.toBeNull();
    expect(office.logged).toContain('warn: a follow-up could not be drawn anew');
  });
});

describe('the form of a follow-up', () => {
  async function opened(office: Office, user = 'U9') {
    await office.click(followUps.change.actionId, on('letter'), { user });
    return office.done('views.update').at(-1)?.body.view;
  }

  it('gives it to somebody else and another time, and says so in its place', async () => {
    const office = await withOne();
    const view = await opened(office);

    await office.submit(view, { owner: person('U2'), due: moment(NOW + 9 * DAY) }, { user: 'U9' });

    expect(await first(office)).toMatchObject({ owner: 'U2', due: Math.floor((NOW + 9 * DAY) / 1000) * 1000 });
    const [answer] = office.done('ack').slice(-1);
    expect(answer?.body.response_action).toBe('update');
    expect(JSON.stringify(answer?.body.view)).toContain('<@U2>');
  });

  it('gives it to nobody where nobody is chosen, and leaves a time that was not touched', async () => {
    const office = await withOne();
    office.clock.now = NOW + 333;
    await office.change('INC-1', { type: 'change_deadline', by: 'U1', id: '1', due: NOW + 3 * DAY + 333 });
    const view = await opened(office);

    await office.submit(view, { due: moment(NOW + 3 * DAY + 333) }, { user: 'U9' });

    expect(await first(office)).toMatchObject({ owner: null, due: NOW + 3 * DAY + 333 });
  });

  it('keeps what was typed when the time is over already', async () => {
    const office = await withOne();
    const view = await opened(office);

    await office.submit(view, { owner: person('U9'), due: moment(NOW - DAY) }, { user: 'U9' });
    await office.submit(view, { owner: person('U9') }, { user: 'U9' });

    expect(told(office)).toContain('That time is over already.');
    expect(told(office)).toContain('Choose a day and a time.');
    expect((await first(office))?.due).toBe(NOW + 3 * DAY);
  });

  it('does not open for what is done', async () => {
    const office = await withOne();
    await office.change('INC-1', { type: 'finish_deadline', by: 'U1', id: '1', isDone: true });

    expect(JSON.stringify(await opened(office))).toContain('did follow-up 1 of INC-1 already');
  });
});

it('the closing note makes follow-ups for whoever is chosen in the form', async () => {
  const office = openOffice(server.client());
  await office.declare('bikeshare');
  await office.type('resolve INC-1');
  const view = office.done('views.update').at(-1)?.body.view;

  const lines = '- Alarm on memory in 2d\nLoad test';
  await office.submit(view, { cause: text('memory'), followUps: text(lines), followUpsBy: person('U2') });

  expect((await office.load('INC-1')).deadlines).toMatchObject([
    { text: 'Alarm on memory', owner: 'U2', by: 'U1', due: NOW + 2 * DAY },
    { text: 'Load test', owner: 'U2', by: 'U1', due: NOW + 7 * DAY },
  ]);
});
