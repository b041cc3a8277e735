import { describe, expect, it } from 'vitest';
import type { HandlerDeps } from '../../handlers/deps.ts';
import type { Alert } from '../../src/domain/alert.ts';
import { buttons, encodeChoice, encodeTarget, overflow } from '../../src/slack/protocol.ts';
import { BY_RULE, PLAIN_ALERT } from '../support/plain.ts';
import { useRedis } from '../support/redis.ts';
import { NOW, type Office, openOffice, told } from './office.ts';

const text = (value: string) => ({ type: 'plain_text_input', value });
const choice = (value: string) => ({
  type: 'static_select',
  selected_option: { text: { type: 'plain_text', text: value }, value },
});
const person = (id: string) => ({ type: 'users_select', selected_user: id });
const NOTE = {
  symptoms: text('f1 fell'),
  cause: text('stale features'),
  fix: text('rolled back'),
  followUps: text('add a test'),
};

const ALARM: Alert = {
  ...PLAIN_ALERT,
  key: 'cw:1:a',
  source: 'cloudwatch',
  name: 'a',
  state: 'firing',
  changedAt: NOW,
  receivedAt: NOW,
  reason: 'Threshold crossed',
  description: null,
  account: null,
  region: null,
  measurement: null,
  children: [],
  labels: {},
  url: null,
};

describe('a form', () => {
  const server = useRedis();

  async function start(replaced: (real: HandlerDeps) => Partial<HandlerDeps> = () => ({})): Promise<Office> {
    const office = openOffice(server.client(), { deps: replaced });
    await office.declare('bikeshare');
    return office;
  }
  /** Opens a form as a person does, and gives the view that Slack then shows. */
  async function opened(office: Office, typed: string) {
    await office.type(typed);
    const view = office.done('views.update').at(-1)?.body.view;
    office.journal.length = 0;
    return view;
  }
  const eventsOf = async (office: Office) => (await office.store.events('INC-1')).map(({ type }) => type);

  it.each([
    ['resolve INC-1', NOTE, ['acknowledged', 'resolved', 'closed', 'deadline_set']],
    ['severity INC-1', { severity: choice('P0') }, ['severity_set']],
    ['note INC-1', { note: text('pods restarted') }, ['noted']],
    ['silence INC-1', { duration: choice('4h') }, ['silenced']],
    ['assign INC-1', { person: person('U2') }, ['assigned']],
  ])('opened by “%s” does what it says, is durable first, and closes', async (typed, values, events) => {
    const office = await start();
    const view = await opened(office, typed);

    await office.submit(view, values);

    expect((await eventsOf(office)).slice(-events.length)).toEqual(events);
    expect(office.journal.map(({ what }) => what)).toEqual(['commit', 'ack']);
    expect(office.done('ack')[0]?.body).toEqual({ response_action: 'clear' });
  });

  it('keeps the closing note as it was written', async () => {
    const office = await start();
    const view = await opened(office, 'resolve INC-1');

    await office.submit(view, NOTE);

    const closingNote = { symptoms: 'f1 fell', cause: 'stale features', fix: 'rolled back', followUps: 'add a test' };
    expect(await office.load('INC-1')).toMatchObject({ status: 'closed', resolution: 'rolled back', closingNote });
  });

  it('for the closing note of a resolved incident closes it', async () => {
    const office = await start();
    await office.type('resolve INC-1 rolled back');
    await office.click(buttons.close.actionId, encodeTarget({ incident: 'INC-1', seen: 3 }));
    const view = office.done('views.update').at(-1)?.body.view;

    await office.submit(view, { ...NOTE, followUps: { type: 'plain_text_input', value: null } });

    expect(await office.load('INC-1')).toMatchObject({ status: 'closed', closingNote: { followUps: '' } });
  });

  it('for reopening does so with the reason', async () => {
    const office = await start();
    await office.type('resolve INC-1 rolled back');
    const view = await opened(office, 'reopen INC-1');

    await office.submit(view, { reason: text('it is back') });

    expect(await office.load('INC-1')).toMatchObject({ status: 'acknowledged', owner: 'U1', reopenings: 1 });
  });

  it.each([
    ['note INC-1', { note: text('   ') }, { note: 'Write a few words.' }],
    ['severity INC-1', { severity: choice('P9') }, { severity: 'Choose one of P0 to P3.' }],
    ['silence INC-1', { duration: choice('for ever') }, { duration: 'Choose how long.' }],
    ['assign INC-1', {}, { person: 'Choose a person.' }],
    [
      'declare',
      { environment: choice('prod') },
      {
        service: 'Choose the service that has the trouble.',
        title: 'Say in a few words what is wrong.',
        severity: 'Choose one of P0 to P3.',
      },
    ],
  ])('opened by “%s” names all mistakes at once and stays open', async (typed, values, errors) => {
    const office = await start();
    const view = await opened(office, typed);

    await office.submit(view, values);

    expect(office.done('ack')[0]?.body).toEqual({ response_action: 'errors', errors });
    expect(office.done('commit')).toEqual([]);
  });

  it('that is refused says so on its first input and keeps what was typed', async () => {
    const office = await start();
    const view = await opened(office, 'severity INC-1');
    await office.change('INC-1', { type: 'resolve', by: 'U2', seen: null, text: '', note: null });

    await office.submit(view, { severity: choice('P0') });

    const [ack] = office.done('ack');
    expect(ack?.body).toMatchObject({
      response_action: 'errors',
      errors: { severity: expect.stringContaining('resolved already') },
    });
    expect(ack?.body.errors.severity).not.toContain('<@');
  });

  it('is refused when whoever submits it may not act any more', async () => {
    const office = await start();
    const view = await opened(office, 'note INC-1');

    await office.submit(view, { note: text('hm') }, { user: 'U9' });

    expect(told(office)).toContain('may act on bikeshare');
    expect(office.done('commit')).toEqual([]);
  });

  it.each([
    undefined,
    '',
    '{}',
    '{"incident":"INC-1"}',
    '{"incident":"INC-1","seen":1,"by":"U2"}',
  ])('with garbled metadata (%s) changes nothing and says what to do', async (metadata) => {
    const office = await start();
    const view = await opened(office, 'note INC-1');

    await office.submit({ ...view, private_metadata: metadata }, { note: text('hm') });

    expect(told(office)).toContain('Copy what you have written');
    expect(office.done('commit')).toEqual([]);
  });

  it('to resolve comes back with what was typed when another alarm fired meanwhile, and works the second time', async () => {
    const office = await start();
    const view = await opened(office, 'resolve INC-1');
    const reopened = { type: 'resolve', by: 'U2', seen: null, text: '', note: null } as const;
    await office.change('INC-1', reopened);
    await office.change('INC-1', { type: 'reopen', by: 'U2', reason: '' });
    const { version } = await office.load('INC-1');
    const changes = [
      { alert: ALARM, severity: 'P1', title: null, runbook: null, ruling: BY_RULE, dwellMs: null },
    ] as const;
    await office.deps.dispatch('INC-1', { type: 'alarms', changes, known: new Map() });
    office.journal.length = 0;

    await office.submit(view, NOTE);
    const again = office.done('ack')[0]?.body;
    await office.submit(again.view, NOTE);

    expect(again.response_action).toBe('update');
    expect(JSON.stringify(again.view.blocks)).toContain('Another alarm of INC-1 fired');
    expect(JSON.stringify(again.view.blocks)).toContain('"initial_value":"stale features"');
    expect(JSON.parse(again.view.private_metadata).seen).toBeGreaterThan(version);
    expect((await office.load('INC-1')).status).toBe('closed');
  });

  it('that cannot be opened says so beside the card', async () => {
    const expired = () => ({ ok: false, error: 'expired_trigger_id' });
    const office = openOffice(server.client(), { methods: { 'views.open': expired } });
    await office.declare('bikeshare');

    await office.choose(overflow.actionId, encodeChoice('note', { incident: 'INC-1', seen: 1 }));

    expect(told(office)).toContain('Slack did not let me open the form');
    expect(office.counts).toEqual(['menu.note failed']);
  });

  it('that was closed before it was filled is nobody’s loss', async () => {
    const closed = () => ({ ok: false, error: 'not_found' });
    const office = openOffice(server.client(), { methods: { 'views.update': closed } });
    await office.declare('bikeshare');

    await office.type('note INC-1');

    expect(office.done('respond')).toEqual([]);
    expect(office.logged).toEqual([]);
  });
});

describe('declaring an incident', () => {
  const server = useRedis();
  const values = {
    service: choice('movies'),
    severity: choice('P1'),
    incidentClass: choice('system'),
    environment: choice('prod'),
    title: text('the site is down'),
    summary: text('since noon'),
  };

  async function submitted(more: object, at = {}) {
    const office = openOffice(server.client());
    await office.type('declare');
    const view = office.done('views.update')[0]?.body.view;
    office.journal.length = 0;
    await office.submit(view, { ...values, ...more }, at);
    return office;
  }

  it('opens it, and then closes the form', async () => {
    const office = await submitted({});

    expect(await office.load('INC-1')).toMatchObject({ service: 'movies', title: 'the site is down', openedBy: 'U1' });
    expect(office.journal.map(({ what }) => what)).toEqual(['commit', 'ack']);
  });

  it('is open to everybody, also for a service that one may not act on', async () => {
    const office = await submitted({ service: choice('bikeshare') }, { user: 'U9' });

    expect((await office.load('INC-1')).openedBy).toBe('U9');
  });

  it.each([
    ['with a runbook of the service', { service: choice('bikeshare'), runbook: choice('bikeshare/errors') }, 'errors'],
    ['without one', { service: choice('bikeshare') }, null],
  ])('keeps which runbook was chosen: %s', async (_, more, expected) => {
    const office = await submitted(more);

    expect((await office.load('INC-1')).runbook).toBe(expected);
  });

  it('with a runbook of another service is refused in the form', async () => {
    const office = await submitted({ runbook: choice('bikeshare/errors') });

    expect(office.done('ack')[0]?.body.errors).toEqual({ runbook: 'This runbook is not one of movies.' });
  });

  it('for a service that is not configured any more is refused in the form', async () => {
    const office = await submitted({ service: choice('gone') });

    expect(office.done('ack')[0]?.body.errors).toEqual({ service: 'Choose the service that has the trouble.' });
  });
});
