import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/domain/service.ts';
import { onCallLinks, onRotation } from '../../src/slack/protocol.ts';
import { rotation } from '../oncall/given.ts';
import { useRedis } from '../support/redis.ts';
import { type Office, openOffice, SERVICES, told } from './office.ts';

const HOUR = 3_600_000;
/** Sunday 22 November 2026, 04:14 in Berlin. */
const [ANA, BEN, CAT, STRANGER] = ['U1', 'U2', 'U1CAT', 'U9'];

/** Ana and Ben take turns in bikeshare from Sunday 15 November on; everybody may act on movies, where Cat is alone. */
const services: readonly Service[] = SERVICES.map((one) => {
  const layer = { ...weekly(), seats: (one.name === 'movies' ? [CAT] : [ANA, BEN]).map(seat) };
  const name = one.name === 'movies' ? 'night' : 'main';
  return { ...one, rotations: { [name]: { ...rotation(layer), name, title: `${one.name} on call` } } };
});

function weekly() {
  const [layer] = rotation().layers;
  if (!layer) throw new Error('a rotation has a layer');
  return { ...layer, start: Date.UTC(2026, 10, 15, 9) };
}
function seat(person: string | undefined) {
  return { person: String(person), from: null, until: null };
}

let requests = 0;
const next = () => `request.${++requests}`;
const who = async (office: Office) => (await office.deps.onCall.standing('bikeshare'))[0];
const blocksOf = (office: Office) =>
  JSON.stringify(office.journal.flatMap(({ body }) => body?.blocks ?? body?.view?.blocks ?? []));
interface Pressed {
  readonly action_id?: string;
  readonly value?: string;
}

/** What the newest button of this kind carries. */
function valueIn(office: Office, actionId: string): string {
  const blocks: { elements?: Pressed[]; accessory?: Pressed }[] = office.journal.flatMap(
    ({ body }) => body?.blocks ?? [],
  );
  const buttons = blocks.flatMap(({ elements = [], accessory }) => [...elements, ...(accessory ? [accessory] : [])]);
  return buttons.findLast(({ action_id: id }) => id === actionId)?.value ?? '';
}

describe('who is on call', () => {
  const server = useRedis();
  const open = () => openOffice(server.client(), { services, methods: { 'chat.postMessage': posted } });
  const posted = () => ({ ok: true, channel: 'C1', ts: '500.1' });

  it('is told for every rotation, with the time by its own clock and whoever is next', async () => {
    const office = open();

    await office.type('oncall');

    expect(told(office)).toContain('bikeshare on call: <@U1> until');
    expect(told(office)).toContain('Sun 22 Nov 09:00 Europe/Berlin), then <@U2>');
    expect(told(office)).toContain('movies on call: <@U1CAT> for more than a year.');
  });

  it('is told for one service', async () => {
    const office = open();

    await office.type('oncall movies');
    await office.type('oncall moviez');

    expect(told(office)).not.toContain('bikeshare on call');
    expect(told(office)).toContain('No service is called “moviez”. There are: bikeshare, movies'.split('. ')[0]);
  });

  it('says how to get a rotation where there is none', async () => {
    const office = openOffice(server.client());

    await office.type('oncall');

    expect(told(office)).toContain('No rotation is set up');
    expect(told(office)).toContain('docs/oncall.md');
  });

  it('is changed by an override, which says what it lies over and how to take it back', async () => {
    const office = open();

    await office.type('override <@U2|ben> 2h', { trigger: next() });
    expect((await who(office))?.person).toBe(BEN);
    office.clock.now += 1_000;
    await office.type('override me until 06:00', { trigger: next() });

    expect(told(office)).toContain('It lies over the override of <@U2>');
    expect(told(office)).toContain('Sun 22 Nov 04:14 to 06:00 Europe/Berlin');
    expect((await who(office))?.person).toBe(ANA);
    await office.click(onRotation.takeBack.actionId, valueIn(office, onRotation.takeBack.actionId));
    expect((await who(office))?.person).toBe(BEN);
  });

  it('is changed once by a request that Slack repeats', async () => {
    const office = open();

    await office.type('override @ben 2h'.replace('@ben', '<@U2|ben>'), { trigger: 'same' });
    office.clock.now += 1_000;
    await office.type('override <@U2|ben> 2h', { trigger: 'same' });

    expect((await who(office))?.overrides).toHaveLength(1);
  });

  it('may only be changed by whoever may act on the service', async () => {
    const office = open();

    await office.type('override me 2h', { user: STRANGER, trigger: next() });
    await office.type('handoff', { user: STRANGER, trigger: next() });

    expect(told(office)).toContain('may act on bikeshare');
    expect((await who(office))?.overrides).toEqual([]);
  });

  it.each([
    ['override <@U2|ben> until noon', 'I could not read “noon” as a time. For example: 2h'],
    ['override @nobody 2h', 'I do not know @nobody.'],
    ['override nothing 2h', 'No service or rotation with people on call is called “nothing”.'],
    ['cover <@U2|ben> 2h', 'You can only ask for cover for yourself.'],
    ['handoff <@U2|ben> tomorrow', 'A hand-off is now.'],
    ['override off', 'There is no override in bikeshare on call.'],
    ['override off now please', 'I could not read “now please”.'],
  ])('is left as it is by “%s”, which says why', async (text, why) => {
    const office = open();

    await office.type(text, { trigger: next() });

    expect(told(office).replaceAll('\n', ' ')).toContain(why);
    expect((await who(office))?.overrides).toEqual([]);
  });

  it('is one of several where no channel says which', async () => {
    const office = open();

    await office.type('override <@U2|ben> 2h', { channel: 'C7', trigger: next() });

    expect(told(office)).toContain('Which rotation?');
    expect(told(office)).toContain('bikeshare/main, movies/night');
  });

  it('goes back to the rotation by “override off”', async () => {
    const office = open();
    await office.type('override <@U2|ben> 2h', { trigger: next() });

    await office.type('oncall override off', { trigger: next() });

    expect(told(office)).toContain('is taken back');
    expect((await who(office))?.person).toBe(ANA);
  });

  it('is changed by the form, which is filled in with what was said', async () => {
    const office = open();
    await office.type('override <@U2|ben>', { trigger: next() });
    const view = office.done('views.update')[0]?.body.view;
    expect(view.callback_id).toBe('modal.override');
    expect(JSON.stringify(view.blocks)).toContain('"initial_user":"U2"');

    const seconds = office.clock.now / 1_000;
    const values = {
      rotation: { type: 'static_select', selected_option: { value: 'bikeshare/main' } },
      person: { type: 'users_select', selected_user: BEN },
      from: { type: 'datetimepicker', selected_date_time: seconds },
      to: { type: 'datetimepicker', selected_date_time: seconds + 7_200 },
    };
    await office.submit(view, { ...values, to: values.from });
    expect(told(office)).toContain('Give an end that is later than the beginning.');
    await office.submit(view, values, { user: STRANGER });
    expect(told(office)).toContain('may act on bikeshare');
    await office.submit(view, values);
    await office.submit(view, values);

    expect((await who(office))?.overrides).toHaveLength(1);
    expect((await who(office))?.person).toBe(BEN);
  });

  it('is handed over to the next one now, and the channel is told', async () => {
    const office = open();
    await office.sweep();

    await office.type('handoff', { trigger: next() });
    await office.sweep();
    await office.sweep();

    expect((await who(office))?.person).toBe(BEN);
    const [post] = office.done('chat.postMessage');
    expect(post?.body.channel).toBe('C1');
    expect(post?.body.text).toContain('<@U2> is on call now');
  });

  it('is received by the receiver alone, and the message says so', async () => {
    const office = open();
    await office.sweep();
    await office.type('handoff <@U2|ben>', { trigger: next() });
    await office.sweep();
    await office.sweep();
    const value = valueIn(office, onRotation.haveIt.actionId);

    await office.click(onRotation.haveIt.actionId, value, { user: ANA });
    expect(told(office)).toContain('<@U2> is on call: only they say so.');
    await office.click(onRotation.haveIt.actionId, value, { user: BEN });
    await office.click(onRotation.haveIt.actionId, value, { user: BEN });
    await office.sweep();

    const edited = office.done('chat.update').at(-1)?.body;
    expect(edited?.text).toContain('<@U2> has it since');
    expect(JSON.stringify(edited?.blocks)).not.toContain(onRotation.haveIt.actionId);
  });

  it('hears from a button of a hand-off that is over', async () => {
    const office = open();

    await office.click(onRotation.haveIt.actionId, JSON.stringify({ rotation: 'bikeshare/main', id: '5' }), {
      user: BEN,
    });
    await office.click(onRotation.haveIt.actionId, 'rubbish', { user: BEN });

    expect(told(office)).toContain('Somebody else has been put on call since.');
    expect(told(office)).toContain('older version of Tocsin');
  });
});

describe('a request for cover', () => {
  const server = useRedis();
  const methods = { 'chat.postMessage': () => ({ ok: true, channel: 'C1', ts: '500.1' }) };

  async function asked(at = {}): Promise<Office & { value: string }> {
    const office = openOffice(server.client(), { services, methods });
    await office.type('cover me 2h', { ...at, trigger: next() });
    await office.sweep();
    return Object.assign(office, { value: valueIn(office, onRotation.takeCover.actionId) });
  }

  it('is asked in the channel, and changes nothing until somebody takes it', async () => {
    const office = await asked();

    expect(office.done('chat.postMessage')[0]?.body.text).toContain('<@U1> looks for somebody to cover');
    expect((await who(office))?.person).toBe(ANA);
  });

  it('is won by one of two who press at once; the other is told who', async () => {
    const office = await asked({ user: CAT, channel: 'C2' });

    await Promise.all(
      [ANA, BEN].map((user) => office.click(onRotation.takeCover.actionId, office.value, { user, channel: 'C2' })),
    );
    await office.sweep();

    const winner = (await office.deps.onCall.standing('movies'))[0]?.person;
    expect([ANA, BEN]).toContain(winner);
    expect(office.counts.filter((one) => one === 'oncall.takeCover ok')).toHaveLength(1);
    expect(told(office)).toContain(`<@${winner}> has taken it already.`);
    expect(office.done('chat.update').at(-1)?.body.text).toContain(`<@${winner}> covers for <@${CAT}>`);
  });

  it('is not taken by its asker, nor by whoever may not act', async () => {
    const office = await asked();

    await office.click(onRotation.takeCover.actionId, office.value, { user: ANA });
    await office.click(onRotation.takeCover.actionId, office.value, { user: STRANGER });

    expect(told(office)).toContain('You cannot cover for yourself.');
    expect(told(office)).toContain('may act on bikeshare');
  });

  it('is withdrawn by its asker alone, and nobody can take it then', async () => {
    const office = await asked();

    await office.click(onRotation.withdrawCover.actionId, office.value, { user: BEN });
    expect(told(office)).toContain('only they withdraw it');
    await office.click(onRotation.withdrawCover.actionId, office.value, { user: ANA });
    await office.click(onRotation.takeCover.actionId, office.value, { user: BEN });
    await office.sweep();

    expect(told(office)).toContain('<@U1> has withdrawn the request.');
    expect(office.done('chat.update').at(-1)?.body.text).toContain('does not look for cover');
  });

  it('stands in the list, with the button for whoever looks', async () => {
    const office = await asked();
    office.journal.length = 0;

    await office.type('oncall bikeshare', { user: BEN });

    expect(blocksOf(office)).toContain(onRotation.takeCover.actionId);
  });

  it('opens a form where the time is not said', async () => {
    const office = openOffice(server.client(), { services });

    await office.type('cover me', { trigger: next() });

    expect(office.done('views.update')[0]?.body.view.callback_id).toBe('modal.cover');
  });
});

describe('App Home, on call', () => {
  const server = useRedis();

  it('says until when one is on call, and when the next shift is', async () => {
    const office = openOffice(server.client(), { services });

    await office.openHome(ANA);

    const drawn = JSON.stringify(office.done('views.publish')[0]?.body.view);
    expect(drawn).toContain('You are on call for bikeshare on call');
    expect(drawn).toContain('Sun 29 Nov 09:00 to Sun 6 Dec 09:00 Europe/Berlin');
  });

  it('is drawn without it when it cannot be read', async () => {
    const away = async () => Promise.reject(new Error('away'));
    const office = openOffice(server.client(), {
      services,
      deps: ({ onCall }) => ({ onCall: { ...onCall, standing: away } }),
    });

    await office.openHome(ANA);

    expect(JSON.stringify(office.done('views.publish')[0]?.body.view)).toContain(
      'Who is on call cannot be read right now.',
    );
  });

  it('gives the addresses of calendars to one person alone, and takes them back', async () => {
    const office = openOffice(server.client(), { services });

    await office.clickAtHome(onCallLinks.calendar.actionId, undefined, { user: ANA });
    await office.clickAtHome(onCallLinks.calendar.actionId, undefined, { user: BEN });
    const shown = office.done('views.update').map(({ body }) => JSON.stringify(body.view.blocks));
    const keys = shown.map((one) => /key=([\w.-]+)/.exec(one)?.[1]);
    expect(shown[0]).toContain('https://tocsin.test/oncall/bikeshare/main.ics?key=');
    expect(keys[0]).not.toBe(keys[1]);

    await office.clickInView('V1', onCallLinks.revokeCalendar.actionId, undefined, { user: ANA });
    expect(JSON.stringify(office.done('views.update').at(-1)?.body)).toContain('are revoked');
    await office.clickAtHome(onCallLinks.calendar.actionId, undefined, { user: ANA });
    expect(JSON.stringify(office.done('views.update').at(-1)?.body)).not.toContain(String(keys[0]));
  });

  it('says nothing of a shift that is more than sixty days ahead', async () => {
    const office = openOffice(server.client(), { services });
    office.clock.now += HOUR;

    await office.openHome(STRANGER);

    const drawn = JSON.stringify(office.done('views.publish')[0]?.body.view);
    expect(drawn).toContain('You are not on call now.');
    expect(drawn).not.toContain('Your next shift');
  });
});
