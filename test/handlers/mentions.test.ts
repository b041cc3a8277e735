import { describe, expect, it } from 'vitest';
import { useRedis } from '../support/redis.ts';
import type { Methods } from '../support/slack.ts';
import { type Office, openOffice, told } from './office.ts';

const THREAD = { thread_ts: '100.1' };

describe('@Tocsin', () => {
  const server = useRedis();

  /** INC-1 is the incident of the thread. */
  async function start(methods: Methods = {}): Promise<Office> {
    const office = openOffice(server.client(), { methods });
    await office.declare('bikeshare');
    await office.declare('bikeshare', { title: 'another' });
    office.threads.set('C1/100.1', 'INC-1');
    office.journal.length = 0;
    return office;
  }

  it.each([
    ['<@U0> ack', 'acknowledged'],
    ['<@U0|tocsin>: ack', 'acknowledged'],
    ['  ack <@U0> ', 'acknowledged'],
    ['<@U0> note traffic is shifted', 'noted'],
    ['<@U0> mitigate', 'mitigated'],
    ['<@U0> resolve rolled back', 'resolved'],
    ['<@U0> assign <@U2>', 'assigned'],
  ])('“%s” in an incident’s thread is about that incident', async (words, event) => {
    const office = await start();

    await office.mention(words, THREAD);

    expect((await office.store.events('INC-1')).at(-1)?.type).toBe(event);
    expect((await office.load('INC-2')).version).toBe(1);
  });

  it('writes a note once when Slack sends the mention again', async () => {
    const office = await start();

    await office.mention('<@U0> note traffic is shifted', THREAD);
    await office.mention('<@U0> note traffic is shifted', THREAD);

    const notes = (await office.store.events('INC-1')).filter(({ type }) => type === 'noted');
    expect(notes).toHaveLength(1);
  });

  it('answers this person alone, in the thread', async () => {
    const office = await start();

    await office.mention('<@U0> ack', THREAD);

    expect(office.done('chat.postEphemeral')[0]?.body).toMatchObject({ channel: 'C1', user: 'U1', thread_ts: '100.1' });
    expect(told(office)).toContain('INC-1 is yours');
  });

  it('answers in the thread for all when it cannot answer one', async () => {
    const office = await start({ 'chat.postEphemeral': () => ({ ok: false, error: 'user_not_in_channel' }) });

    await office.mention('<@U0> ack', THREAD);

    expect(office.done('chat.postMessage')[0]?.body).toMatchObject({ channel: 'C1', thread_ts: '100.1' });
  });

  it('alone shows the verbs', async () => {
    const office = await start();

    await office.mention('<@U0>', THREAD);

    expect(told(office)).toContain('/incident resolve');
    expect(office.counts).toEqual(['mention.help ok']);
  });

  it('with the id of another incident means that one', async () => {
    const office = await start();

    await office.mention('<@U0> ack INC-2', THREAD);

    expect(await office.load('INC-2')).toMatchObject({ owner: 'U1' });
  });

  it('outside of an incident’s thread asks which one is meant', async () => {
    const office = await start();

    await office.mention('<@U0> ack', { thread_ts: '999.9' });

    expect(told(office)).toContain('Which incident?');
  });

  it.each([
    'resolve',
    'note',
    'severity',
    'silence',
    'assign',
    'reopen',
    'declare',
  ])('“%s” without the rest says how to write it in one line', async (verb) => {
    const office = await start();

    await office.mention(`<@U0> ${verb}`, THREAD);

    expect(told(office)).toContain(`for example: @Tocsin ${verb}`);
    expect(office.done('commit')).toEqual([]);
  });

  it('with a word that nobody knows suggests the nearest', async () => {
    const office = await start();

    await office.mention('<@U0> resovle', THREAD);

    expect(told(office)).toContain('Did you mean /incident resolve?');
  });

  it('by somebody who may not changes nothing and says who may', async () => {
    const office = await start();

    await office.mention('<@U0> ack', THREAD, { user: 'U9' });

    expect(told(office)).toContain('Only <@U1>');
    expect((await office.load('INC-1')).version).toBe(1);
  });

  it('by somebody of another organisation changes nothing and says why', async () => {
    const office = await start();

    await office.mention('<@U0> ack INC-1', { ...THREAD, user_team: 'T9' });

    expect(told(office)).toContain('Only people of the workspace');
    expect((await office.load('INC-1')).version).toBe(1);
  });

  it('by another app changes nothing and is not talked to', async () => {
    const office = await start();

    await office.mention('<@U0> ack', { ...THREAD, bot_id: 'B9' });

    expect((await office.load('INC-1')).version).toBe(1);
    expect(office.journal.filter(({ what }) => what.startsWith('chat.'))).toEqual([]);
    expect(office.counts).toEqual(['mention.ack refused']);
  });
});
