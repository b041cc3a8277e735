import { describe, expect, it } from 'vitest';
import {
  encodeChoice,
  encodeTarget,
  type LetterButtonName,
  letters,
  overflow,
  sides,
} from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { NOW, type Office, openOffice, told } from './office.ts';

const MINUTE = 60_000;
const value = (id: string) => encodeTarget({ incident: id, seen: 1 });

describe('somebody who has an incident', () => {
  const server = useRedis();

  /** An incident that U1 has, and was asked about. */
  async function asked(): Promise<{ office: Office; id: string }> {
    const office = openOffice(server.client());
    const { id } = await office.declare('rides');
    await office.change(id, { type: 'acknowledge', by: 'U1' });
    office.clock.now = NOW + 31 * MINUTE;
    await office.deps.dispatch(id, { type: 'wake' });
    return { office, id };
  }
  const typesOf = async (office: Office, id: string) => (await office.store.events(id)).map(({ type }) => type);
  const press = (office: Office, name: LetterButtonName, id: string, user = 'U1') =>
    office.click(letters[name].actionId, value(id), { user, channel: 'D1', text: `${id}: how is it going?` });

  it('is asked after half an hour without work', async () => {
    const { office, id } = await asked();

    expect((await typesOf(office, id)).at(-1)).toBe('asked_owner');
  });

  it.each([
    ['confirm', ['confirmed'], 'You are on INC-1'],
    ['snooze', ['snoozed'], 'is snoozed until'],
    ['giveBack', ['unacknowledged', 'page_due'], 'Nobody has it'],
  ] as const)('answers with %s: it is written down, and the question becomes the answer', async (name, events, words) => {
    const { office, id } = await asked();
    const before = (await typesOf(office, id)).length;
    office.journal.length = 0;

    await press(office, name, id);

    expect((await typesOf(office, id)).slice(before)).toEqual(events);
    expect(office.journal.map(({ what }) => what)).toEqual(['commit', 'ack', 'chat.update']);
    expect(office.done('chat.update')[0]?.body).toMatchObject({ channel: 'D1', ts: '100.1' });
    expect(String(office.done('chat.update')[0]?.body.text)).toContain(words);
    expect(office.counts.at(-1)).toBe(`letter.${name} ok`);
  });

  it.each(Object.keys(letters) as LetterButtonName[])('may press %s twice and harms nothing', async (name) => {
    const { office, id } = await asked();

    await press(office, name, id);
    const { status, owner } = await office.load(id);
    await press(office, name, id);

    expect(await office.load(id)).toMatchObject({ status, owner });
    if (name === 'giveBack') expect(told(office)).toContain(`Nobody has ${id}`);
    else expect(told(office)).toBe('');
  });

  it.each(['confirm', 'giveBack'] as const)('is the only one who may answer with %s', async (name) => {
    const { office, id } = await asked();
    const { version } = await office.load(id);

    await press(office, name, id, 'U2');

    expect((await office.load(id)).version).toBe(version);
    expect(told(office)).toContain('Only <@U1>');
    expect(told(office)).toContain(`/incident assign ${id} me`);
    expect(office.done('chat.update')).toHaveLength(0);
  });

  it.each(Object.keys(letters) as LetterButtonName[])('is told by an old %s that it is over', async (name) => {
    const { office, id } = await asked();
    await office.change(id, { type: 'resolve', by: 'U1', seen: null, text: 'done', note: null });
    const { version } = await office.load(id);

    await press(office, name, id);

    expect((await office.load(id)).version).toBe(version);
    expect(told(office)).toContain(`${id} is over`);
  });

  it.each([
    undefined,
    '{"incident":',
    '{"incident":"INC-1"}',
  ])('is answered politely by a button with %j', async (wrong) => {
    const { office, id } = await asked();
    const { version } = await office.load(id);

    for (const { actionId } of Object.values(letters)) {
      await office.click(actionId, wrong, { text: `${id}: how is it going?` });
    }

    expect((await office.load(id)).version).toBe(version);
    expect(told(office)).toContain(`Use /incident show ${id}`);
  });

  it('is refused where Slack lets strangers press', async () => {
    const { office, id } = await asked();
    const { version } = await office.load(id);

    await office.click(letters.confirm.actionId, value(id), { user: 'U1', home: 'T9' });

    expect((await office.load(id)).version).toBe(version);
    expect(told(office)).toContain('Only people of the workspace');
  });
});

describe('what is typed about escalation', () => {
  const server = useRedis();
  async function start() {
    const office = openOffice(server.client());
    const { id } = await office.declare('rides');
    office.journal.length = 0;
    return { office, id };
  }
  const newest = async (office: Office, id: string) => (await office.store.events(id)).at(-1);

  it('escalates with a reason, at once', async () => {
    const { office, id } = await start();

    await office.type(`escalate ${id} the rollback did not help`);

    const [escalated, page] = (await office.store.events(id)).slice(-2);
    expect(escalated).toMatchObject({ type: 'escalated', by: 'U1', level: 'L2', reason: 'the rollback did not help' });
    expect(page).toMatchObject({ type: 'page_due', level: 'L2', isByHand: true });
    expect(told(office)).toContain(`${id} is escalated`);
  });

  it('without a reason shows who will be told, and asks', async () => {
    const { office, id } = await start();

    await office.type(`escalate ${id}`);

    expect(told(office)).toContain('L2: @senior by direct message, else by SMS');
    expect(office.done('views.update').at(-1)?.body.view.callback_id).toBe('modal.escalate');

    await office.submit(office.done('views.update').at(-1)?.body.view, {
      reason: { type: 'plain_text_input', value: 'it is memory' },
    });
    expect((await office.store.events(id)).at(-2)).toMatchObject({ type: 'escalated', reason: 'it is memory' });
  });

  it('asks at the click whether they may, also when the form was opened long ago', async () => {
    const { office, id } = await start();
    await office.type(`escalate ${id}`);
    const view = office.done('views.update').at(-1)?.body.view;
    const { version } = await office.load(id);

    await office.submit(view, { reason: { type: 'plain_text_input', value: 'let me' } }, { user: 'U9' });

    expect((await office.load(id)).version).toBe(version);
    expect(told(office)).toContain('may act on rides');
  });

  it('says that nobody is left when every level was told', async () => {
    const { office, id } = await start();
    for (const reason of ['one', 'two', 'three']) await office.change(id, { type: 'escalate', by: 'U1', reason });

    await office.type(`escalate ${id} more`);

    expect(told(office)).toContain('Every level of the policy has been told');
  });

  it('snoozes, which takes what nobody has, and ends it', async () => {
    const { office, id } = await start();

    await office.type(`snooze ${id} 30m`);
    expect(await newest(office, id)).toMatchObject({ type: 'snoozed', until: NOW + 30 * MINUTE });
    expect((await office.load(id)).owner).toBe('U1');

    await office.type(`snooze ${id} off`);
    expect(await newest(office, id)).toMatchObject({ type: 'snooze_ended' });

    await office.type(`snooze ${id} off`);
    expect(told(office)).toContain(`${id} is not snoozed`);
  });

  it('snoozes or silences by the form, as one chooses', async () => {
    const { office, id } = await start();
    const choice = (of: string) => ({
      type: 'static_select',
      selected_option: { text: { type: 'plain_text', text: of }, value: of },
    });
    const form = async () => {
      await office.choose(overflow.actionId, encodeChoice('snooze', { incident: id, seen: 1 }));
      return office.done('views.update').at(-1)?.body.view;
    };

    await office.submit(await form(), { duration: choice('30m'), what: choice('snooze') });
    expect(await newest(office, id)).toMatchObject({ type: 'snoozed', until: NOW + 30 * MINUTE });

    await office.submit(await form(), { duration: choice('1h'), what: choice('silence') });
    expect(await newest(office, id)).toMatchObject({ type: 'silenced', until: NOW + 60 * MINUTE });
  });

  it('confirms and gives back for the owner alone', async () => {
    const { office, id } = await start();
    await office.change(id, { type: 'acknowledge', by: 'U2' });

    await office.type(`confirm ${id}`);
    await office.type(`back ${id}`);
    expect(told(office)).toContain('Only <@U2>, who has INC-1, can say that.');

    await office.type(`confirm ${id}`, { user: 'U2' });
    expect(await newest(office, id)).toMatchObject({ type: 'confirmed', by: 'U2' });
    await office.type(`back ${id}`, { user: 'U2' });
    expect((await office.load(id)).status).toBe('triggered');
  });

  it('takes it from whoever has it', async () => {
    const { office, id } = await start();
    await office.change(id, { type: 'acknowledge', by: 'U2' });

    await office.type(`take ${id}`);

    expect(await newest(office, id)).toMatchObject({ type: 'assigned', by: 'U1', to: 'U1' });
  });

  it('hands it over with what to know', async () => {
    const { office, id } = await start();

    await office.type(`assign ${id} <@U2> the queue is the cause`);

    expect(await newest(office, id)).toMatchObject({ type: 'assigned', to: 'U2', note: 'the queue is the cause' });
    expect(told(office)).toContain('<@U2> has INC-1 now.');
  });

  it('shows what whoever is called must know, in the fields of the runbooks', async () => {
    const { office, id } = await start();
    await office.change(id, { type: 'note', by: 'U2', text: 'traffic is shifted' });

    await office.type(`brief ${id}`);

    for (const field of ['ALERT', 'SEVERITY', 'DURATION', 'IMPACT', 'ACTIONS TAKEN', 'CURRENT STATUS', 'NEXT STEPS']) {
      expect(told(office)).toContain(`*${field}:*`);
    }
    expect(told(office)).toContain('traffic is shifted');
  });

  it('shows past and coming steps from the timeline', async () => {
    const { office, id } = await start();
    await office.type(`runbook ${id}`);
    office.journal.length = 0;

    await office.clickInView('V1', sides.escalation.actionId, value(id), { user: 'U9' });

    const view = office.done('views.update').at(-1)?.body.view;
    expect(view.callback_id).toBe('modal.escalation');
    expect(JSON.stringify(view)).toContain('What happened');
    expect(JSON.stringify(view)).toContain('L1');
  });

  it.each([
    'escalate INC-1 why',
    'snooze INC-1 30m',
    'confirm INC-1',
    'back INC-1',
    'take INC-1',
  ])('“%s” by somebody who may not changes nothing and says who may', async (typed) => {
    const { office, id } = await start();
    const { version } = await office.load(id);

    await office.type(typed, { user: 'U9' });

    expect((await office.load(id)).version).toBe(version);
    expect(told(office)).toContain('may act on rides');
  });
});
