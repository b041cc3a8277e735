import { describe, expect, it } from 'vitest';
import {
  type ButtonName,
  buttons,
  encodeChoice,
  encodeTarget,
  links,
  type OverflowName,
  overflow,
} from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { type Office, openOffice, told } from './office.ts';

describe('a click', () => {
  const server = useRedis();
  const start = () => openOffice(server.client());

  /** Every control of a card, by the path of its name. */
  const controls: Record<string, (office: Office, id: string, user: string) => Promise<void>> = {
    ...Object.fromEntries(
      (Object.keys(buttons) as ButtonName[]).map((name) => [
        `button ${name}`,
        ({ click }: Office, id: string, user: string) =>
          click(buttons[name].actionId, encodeTarget({ incident: id, seen: 1 }), { user }),
      ]),
    ),
    ...Object.fromEntries(
      (Object.keys(overflow.options) as OverflowName[]).map((name) => [
        `menu ${name}`,
        ({ choose }: Office, id: string, user: string) =>
          choose(overflow.actionId, encodeChoice(name, { incident: id, seen: 1 }), { user }),
      ]),
    ),
  };

  const MOVED_ON = /is resolved already|is not resolved yet|is open already/;
  const ACKNOWLEDGED = ['opened', 'acknowledged'];
  const LOOKED = ['opened', 'seen'];

  /** What each control does to a new incident and to one that is resolved, for somebody who may. */
  const expected: Record<
    string,
    { readonly open: readonly string[] | RegExp; readonly over: readonly string[] | RegExp }
  > = {
    'button acknowledge': { open: ACKNOWLEDGED, over: MOVED_ON },
    'button mitigate': { open: [...ACKNOWLEDGED, 'mitigated'], over: MOVED_ON },
    'button resolve': { open: LOOKED, over: MOVED_ON },
    'button close': { open: MOVED_ON, over: [] },
    'button reopen': { open: MOVED_ON, over: [] },
    'button timeline': { open: LOOKED, over: [] },
    'button runbook': { open: LOOKED, over: [] },
    'menu assign': { open: ['opened', 'assigned'], over: MOVED_ON },
    'menu severity': { open: LOOKED, over: MOVED_ON },
    'menu note': { open: LOOKED, over: [] },
    'menu silence': { open: LOOKED, over: MOVED_ON },
    'menu escalate': { open: /has no escalation policy/, over: /is over/ },
    'menu snooze': { open: /pages nobody/, over: /is over/ },
    'menu timeline': { open: LOOKED, over: [] },
  };
  const viewing = ['button timeline', 'button runbook', 'menu timeline'];

  it('is expected of every control', () => {
    expect(Object.keys(expected).toSorted()).toEqual(Object.keys(controls).toSorted());
  });

  for (const [name, press] of Object.entries(controls)) {
    const { open, over } = expected[name] ?? { open: [], over: [] };

    it.each(['U1', 'U2'])(`on ${name} of an open incident works for %s, who may`, async (user) => {
      const office = start();
      const { id } = await office.declare('bikeshare', { by: 'tocsin' });

      await press(office, id, user);

      const events = (await office.store.events(id)).map(({ type }) => type);
      expect(events).toEqual(open instanceof RegExp ? ['opened'] : open);
      if (open instanceof RegExp) expect(told(office)).toMatch(open);
      expect(office.done('ack')).toHaveLength(1);
    });

    it(`on ${name} of an incident that is over works or says why not`, async () => {
      const office = start();
      const { id } = await office.declare('bikeshare');
      await office.change(id, { type: 'resolve', by: 'U1', seen: null, text: 'done', note: null });
      const before = await office.load(id);

      await press(office, id, 'U1');

      expect((await office.load(id)).version).toBe(before.version);
      if (over instanceof RegExp) expect(told(office)).toMatch(over);
      expect(office.done('ack')).toHaveLength(1);
    });

    it(`on ${name} of an incident that is not there says so`, async () => {
      const office = start();

      await press(office, 'INC-999', 'U1');

      expect(told(office)).toContain('There is no incident INC-999');
      expect(office.done('ack')).toHaveLength(1);
    });

    it(`on ${name} by somebody who may not ${viewing.includes(name) ? 'shows it' : 'changes nothing and says who may'}`, async () => {
      const office = start();
      const { id, version } = await office.declare('bikeshare');

      await press(office, id, 'U9');

      expect((await office.load(id)).version).toBe(version);
      if (viewing.includes(name)) expect(told(office)).toContain('F1 dropped');
      else expect(told(office)).toContain('Only <@U1> and the group S1 may act on bikeshare');
      expect(office.done('ack')).toHaveLength(1);
    });
  }

  it.each(Object.keys(controls))('on %s by somebody of another organisation is refused', async (name) => {
    const office = openOffice(server.client());
    const { id, version } = await office.declare('movies');
    const value = name.startsWith('button')
      ? encodeTarget({ incident: id, seen: 1 })
      : encodeChoice(name.slice(5) as OverflowName, { incident: id, seen: 1 });
    const at = { user: 'U5', home: 'T9' };

    if (name.startsWith('button')) await office.click(buttons[name.slice(7) as ButtonName].actionId, value, at);
    else await office.choose(overflow.actionId, value, at);

    expect((await office.load(id)).version).toBe(version);
    expect(told(office)).toContain('Only people of the workspace');
  });

  it('is answered after it is durable, and says nothing more', async () => {
    const office = start();
    const { id } = await office.declare('bikeshare');
    office.journal.length = 0;

    await controls['button acknowledge']?.(office, id, 'U1');

    expect(office.journal.map(({ what }) => what)).toEqual(['commit', 'ack']);
    expect(office.counts).toEqual(['button.acknowledge ok']);
  });

  it('that opens a form is answered at once, then the form is opened, then it is filled', async () => {
    const office = start();
    const { id } = await office.declare('bikeshare', { by: 'U1' });
    office.journal.length = 0;

    await controls['menu note']?.(office, id, 'U1');

    expect(office.journal.map(({ what }) => what)).toEqual(['ack', 'views.open', 'views.update']);
    expect(office.journal[2]?.body).toMatchObject({ view_id: 'V1', view: { callback_id: 'modal.note' } });
  });

  it('that comes twice changes once and is kind twice', async () => {
    const office = start();
    const { id } = await office.declare('bikeshare');

    await Promise.all([1, 2].map(() => controls['button acknowledge']?.(office, id, 'U1')));

    expect((await office.store.events(id)).map(({ type }) => type)).toEqual(ACKNOWLEDGED);
    expect(told(office)).toBe('');
    expect(office.done('ack')).toHaveLength(2);
  });

  it('by the second of two people hears who was first', async () => {
    const office = start();
    const { id } = await office.declare('movies');

    await controls['button acknowledge']?.(office, id, 'U1');
    await controls['button acknowledge']?.(office, id, 'U2');

    expect(told(office)).toContain(`<@U1> has ${id} already`);
  });

  it.each([
    ['no value', undefined],
    ['no JSON', '{"incident":'],
    ['another incident id', '{"incident":"INC-1; DROP","seen":1}'],
    ['more than belongs there', '{"incident":"INC-1","seen":1,"as":"U2"}'],
    ['a version that is none', '{"incident":"INC-1","seen":"1"}'],
    ['a prototype', '{"__proto__":{"incident":"INC-1","seen":1}}'],
  ])('with %s is refused politely', async (_, value) => {
    const office = start();
    const { version } = await office.declare('movies');

    for (const { actionId } of Object.values(buttons))
      await office.click(actionId, value, { text: 'P1 INC-1: F1 dropped' });

    expect((await office.load('INC-1')).version).toBe(version);
    expect(told(office)).toContain('Use /incident show INC-1');
    expect(office.done('ack')).toHaveLength(Object.keys(buttons).length);
    expect(office.done('respond')).toHaveLength(Object.keys(buttons).length);
  });

  it.each([
    '',
    'note',
    'note:INC-1',
    'note:INC-1:1:1',
    'explode:INC-1:1',
    'constructor:INC-1:1',
  ])('on the menu with the value “%s” is refused politely', async (value) => {
    const office = start();

    await office.choose(overflow.actionId, value);

    expect(told(office)).toContain('an older version of Tocsin');
    expect(office.done('ack')).toHaveLength(1);
  });

  it.each([
    'incident.ack',
    'incident.acknowledge.v1',
    'x',
  ])('on what nobody draws (%s) is answered politely', async (actionId) => {
    const office = start();

    await office.click(actionId, 'INC-1', { text: 'an old card of INC-12' });

    expect(told(office)).toContain('Use /incident show INC-12');
    expect(office.done('ack')).toHaveLength(1);
  });

  it('on Show in a list gives the card to this person alone', async () => {
    const office = start();
    const { id } = await office.declare('bikeshare', { by: 'tocsin' });

    await office.click(links.show.actionId, id, { user: 'U9' });

    expect(office.done('respond')[0]?.body).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(told(office)).toContain('F1 dropped');
    expect((await office.load(id)).milestones.seenAt).not.toBeNull();
  });

  it('whose answer cannot be written beside it is answered another way', async () => {
    const office = openOffice(server.client(), {
      methods: {
        respond: () => {
          throw new Error('expired_url');
        },
      },
    });

    await office.click(buttons.acknowledge.actionId, encodeTarget({ incident: 'INC-9', seen: 1 }));

    expect(office.done('chat.postEphemeral')[0]?.body).toMatchObject({ channel: 'C1', user: 'U1' });
  });

  it('of somebody who cannot be told in the channel is answered in a direct message', async () => {
    const no = () => ({ ok: false, error: 'user_not_in_channel' });
    const failing = () => {
      throw new Error('expired_url');
    };
    const office = openOffice(server.client(), { methods: { respond: failing, 'chat.postEphemeral': no } });

    await office.click(buttons.acknowledge.actionId, encodeTarget({ incident: 'INC-9', seen: 1 }));

    expect(office.done('chat.postMessage')[0]?.body).toMatchObject({ channel: 'U1' });
  });
});
