import { describe, expect, it } from 'vitest';
import { reject } from '../../src/domain/result.ts';
import { shortcuts } from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { type Office, openOffice, told } from './office.ts';

const ADD = shortcuts.addMessage.callbackId;
const choice = (value: string) => ({ incident: { type: 'static_select', selected_option: { text: {}, value } } });

describe('the shortcut “Add to incident”', () => {
  const server = useRedis();
  const permalink = () => ({ ok: true, permalink: 'https://t.slack.com/archives/C1/p2001' });
  const start = () => openOffice(server.client(), { methods: { 'chat.getPermalink': permalink } });
  const viewOf = (office: Office) => office.done('views.update').at(-1)?.body.view;

  it('adds a message to the incident that is chosen, once', async () => {
    const office = start();
    await office.declare('bikeshare');
    await office.messageShortcut(ADD, { text: 'latency doubled at noon' });
    const view = viewOf(office);

    await office.submit(view, choice('INC-1'));
    await office.submit(view, choice('INC-1'));

    const added = (await office.store.events('INC-1')).filter(({ type }) => type === 'message_added');
    const link = 'https://t.slack.com/archives/C1/p2001';
    expect(added).toEqual([expect.objectContaining({ by: 'U1', author: 'U7', text: 'latency doubled at noon', link })]);
    expect(office.done('ack').map(({ body }) => body?.response_action)).toEqual([undefined, 'clear', 'errors']);
    expect(told(office)).toContain('This message was added already');
  });

  it('adds a message of an incident’s thread to that incident at once', async () => {
    const office = start();
    await office.declare('bikeshare');
    office.threads.set('C1/100.1', 'INC-1');

    await office.messageShortcut(ADD, { text: 'rolled back', thread_ts: '100.1' });

    expect((await office.store.events('INC-1')).at(-1)).toMatchObject({ type: 'message_added', text: 'rolled back' });
    expect(told(office)).toContain('in the timeline of INC-1');
  });

  it('keeps the message for another choice when the first one is refused', async () => {
    const office = start();
    await office.declare('bikeshare');
    await office.declare('movies');
    await office.messageShortcut(ADD, { text: 'odd' }, { user: 'U9' });
    const view = viewOf(office);

    await office.submit(view, choice('INC-1'), { user: 'U9' });
    await office.submit(view, choice('INC-2'), { user: 'U9' });

    expect(told(office)).toContain('may act on bikeshare');
    expect((await office.store.events('INC-2')).at(-1)).toMatchObject({ type: 'message_added', text: 'odd' });
  });

  it.each([
    ['fails', () => Promise.reject(new Error('broken'))],
    ['refuses it', () => Promise.resolve(reject('not_found', 'Gone.'))],
  ])('keeps the message when the commit %s, and adds it the next time', async (_, commit) => {
    let fails = true;
    const office = openOffice(server.client(), {
      deps: ({ dispatch }) => ({ dispatch: (...args) => (fails ? commit() : dispatch(...args)) }),
    });
    await office.declare('movies');
    await office.messageShortcut(ADD, { text: 'odd' });
    const view = viewOf(office);

    await office.submit(view, choice('INC-1'));
    fails = false;
    await office.submit(view, choice('INC-1'));

    expect((await office.store.events('INC-1')).at(-1)).toMatchObject({ type: 'message_added', text: 'odd' });
  });

  it.each([
    [{ text: '', attachments: [{ fallback: 'an alarm elsewhere' }] }, 'an alarm elsewhere'],
    [{ text: '', files: [{ name: 'graph.png' }] }, 'graph.png'],
    [{ text: '' }, 'A message without text'],
    [{ text: 'x'.repeat(40_000) }, 'x'.repeat(3_000)],
  ])('finds words in any message (%#)', async (message, words) => {
    const office = openOffice(server.client(), {
      methods: { 'chat.getPermalink': () => ({ ok: false, error: 'missing_scope' }) },
    });
    await office.declare('movies');
    office.threads.set('C1/200.1', 'INC-1');

    await office.messageShortcut(ADD, message);

    expect((await office.store.events('INC-1')).at(-1)).toMatchObject({
      type: 'message_added',
      text: words,
      link: null,
    });
  });

  it('says so when no incident is open', async () => {
    const office = start();

    await office.messageShortcut(ADD, { text: 'odd' });

    expect(told(office)).toContain('No incident is open');
  });
});

describe('the shortcut “Declare incident”', () => {
  const server = useRedis();

  it('is answered, then opens the form', async () => {
    const office = openOffice(server.client());

    await office.shortcut(shortcuts.declare.callbackId);

    expect(office.journal.map(({ what }) => what)).toEqual(['ack', 'views.open', 'views.update']);
    expect(office.done('views.update')[0]?.body.view.callback_id).toBe('modal.declare');
  });
});
