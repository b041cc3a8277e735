import { describe, expect, it } from 'vitest';
import { links } from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { openOffice } from './office.ts';

describe('App Home', () => {
  const server = useRedis();

  it('shows one’s own incidents before the others', async () => {
    const office = openOffice(server.client());
    await office.declare('bikeshare', { title: 'mine is broken' });
    await office.declare('movies', { title: 'theirs is broken' });
    await office.change('INC-1', { type: 'acknowledge', by: 'U1' });

    await office.openHome('U1');

    const [publish] = office.done('views.publish');
    const drawn = JSON.stringify(publish?.body.view);
    expect(publish?.body.user_id).toBe('U1');
    expect(drawn.indexOf('mine is broken')).toBeGreaterThan(0);
    expect(drawn.indexOf('theirs is broken')).toBeGreaterThan(drawn.indexOf('mine is broken'));
  });

  it('is drawn only for its own tab', async () => {
    const office = openOffice(server.client());

    await office.openHome('U1', { tab: 'messages' });

    expect(office.journal.map(({ what }) => what)).toEqual(['ack']);
  });

  it('never replaces what was drawn later', async () => {
    const conflict = () => ({ ok: false, error: 'hash_conflict' });
    const office = openOffice(server.client(), { methods: { 'views.publish': conflict } });

    await office.openHome('U1', { view: { id: 'V0', hash: 'h7', type: 'home', blocks: [] } });

    expect(office.done('views.publish')[0]?.body.hash).toBe('h7');
    expect(office.counts).toEqual(['home.opened ok']);
  });

  it('is drawn without times when they cannot be read', async () => {
    const office = openOffice(server.client(), { deps: () => ({ report: () => Promise.reject(new Error('away')) }) });

    await office.openHome('U1');

    expect(JSON.stringify(office.done('views.publish')[0]?.body.view)).toContain('cannot be read right now');
  });

  it('that cannot be drawn is logged, and nothing breaks', async () => {
    const office = openOffice(server.client(), {
      methods: { 'views.publish': () => ({ ok: false, error: 'not_enabled' }) },
    });

    await office.openHome('U1');

    expect(office.counts).toEqual(['home.opened failed']);
    expect(office.logged).toEqual(['warn: App Home could not be drawn']);
  });

  it('is drawn anew by Refresh', async () => {
    const office = openOffice(server.client());

    await office.clickAtHome(links.refreshHome.actionId, undefined);

    expect(office.journal.map(({ what }) => what)).toEqual(['ack', 'views.publish']);
    expect(office.done('views.publish')[0]?.body.hash).toBe('h1');
  });

  it('that Refresh cannot draw says so in a direct message', async () => {
    const office = openOffice(server.client(), {
      methods: { 'views.publish': () => ({ ok: false, error: 'not_enabled' }) },
    });

    await office.clickAtHome(links.refreshHome.actionId, undefined);

    expect(office.done('chat.postMessage')[0]?.body).toMatchObject({ channel: 'U1' });
    expect(office.counts).toEqual(['home.refresh failed']);
  });

  it('opens the form to declare an incident', async () => {
    const office = openOffice(server.client());

    await office.clickAtHome(links.declare.actionId, undefined);

    expect(office.journal.map(({ what }) => what)).toEqual(['ack', 'views.open', 'views.update']);
    expect(office.done('views.update')[0]?.body.view.callback_id).toBe('modal.declare');
  });

  it('shows a card in a modal, with the way to where one can act on it', async () => {
    const permalink = async () => 'https://t.slack.com/archives/C1/p1';
    const office = openOffice(server.client(), { deps: () => ({ permalink }) });
    await office.declare('bikeshare', { by: 'U1' });
    office.journal.length = 0;

    await office.clickAtHome(links.show.actionId, 'INC-1', { user: 'U9' });

    const drawn = office.done('views.update')[0]?.body.view.blocks;
    expect(office.journal.map(({ what }) => what)).toEqual(['ack', 'views.open', 'views.update']);
    expect(JSON.stringify(drawn)).toContain('F1 dropped');
    expect(JSON.stringify(drawn)).toContain('https://t.slack.com/archives/C1/p1');
    expect(drawn.map(({ type }: { type: string }) => type)).not.toContain('actions');
  });
});
