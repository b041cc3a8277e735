import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verbs } from '../../src/slack/grammar.ts';
import { useRedis } from '../support/redis.ts';
import { openOffice, told } from './office.ts';

describe('/incident', () => {
  const server = useRedis();
  const start = () => openOffice(server.client());

  it.each([
    ['ack INC-1', 'acknowledged', 'INC-1 is yours'],
    ['ack 1', 'acknowledged', 'INC-1 is yours'],
    ['take inc-1', 'assigned', 'INC-1 is yours'],
    ['mitigate INC-1', 'mitigated', 'INC-1 is mitigated'],
    ['resolve INC-1 rolled back', 'resolved', 'INC-1 is resolved'],
    ['assign INC-1 me', 'assigned', '<@U1> has INC-1 now'],
    ['assign INC-1 <@U2|ben>', 'assigned', '<@U2> has INC-1 now'],
    ['severity INC-1 p0', 'severity_set', 'INC-1 is P0 now'],
    ['note INC-1 traffic is shifted', 'noted', 'Noted on INC-1'],
    ['silence INC-1 1h', 'silenced', 'INC-1 is silent'],
  ])('%s happens, and the answer to Slack says so', async (text, event, words) => {
    const office = start();
    await office.declare('bikeshare');
    office.journal.length = 0;

    await office.type(text);

    expect((await office.store.events('INC-1')).map(({ type }) => type)).toContain(event);
    expect(office.journal.map(({ what }) => what)).toEqual(['commit', 'ack']);
    expect(office.done('ack')[0]?.body).toMatchObject({ response_type: 'ephemeral' });
    expect(told(office)).toContain(words);
  });

  it.each([
    ['is known', async () => 'https://t.slack.com/archives/C1/p1', 'https://t.slack.com/archives/C1/p1'],
    ['cannot be found', () => Promise.reject(new Error('away')), 'INC-1 is yours'],
  ])('confirms a change, with the way to the card where that %s', async (_, permalink, words) => {
    const office = openOffice(server.client(), { deps: () => ({ permalink }) });
    await office.declare('bikeshare');

    await office.type('ack INC-1');

    expect(told(office)).toContain(words);
  });

  it('reopen with a reason opens it again for whoever says so', async () => {
    const office = start();
    await office.declare('bikeshare');
    await office.change('INC-1', { type: 'resolve', by: 'U2', seen: null, text: '', note: null });

    await office.type('reopen INC-1 errors are back');

    expect(await office.load('INC-1')).toMatchObject({ status: 'acknowledged', owner: 'U1' });
  });

  it.each([
    'ack',
    'mitigate',
    'resolve done',
    'assign me',
    'severity P0',
    'note x',
    'silence 1h',
  ])('%s by somebody who may not changes nothing and says who may', async (text) => {
    const office = start();
    await office.declare('bikeshare');
    const [verb = '', ...rest] = text.split(' ');

    await office.type([verb, 'INC-1', ...rest].join(' '), { user: 'U9' });

    expect((await office.load('INC-1')).version).toBe(1);
    expect(told(office)).toContain('Only <@U1>');
  });

  it.each([
    ['resolve INC-1', 'modal.resolve'],
    ['assign INC-1', 'modal.assign'],
    ['severity INC-1', 'modal.severity'],
    ['note INC-1', 'modal.note'],
    ['silence INC-1', 'modal.silence'],
    ['declare checkout is slow', 'modal.declare'],
    ['resolve', 'modal.resolve'],
  ])('%s opens a form for what is missing', async (text, form) => {
    const office = start();
    await office.declare('bikeshare');
    office.journal.length = 0;

    await office.type(text);

    expect(office.journal.map(({ what }) => what).filter((what) => what !== 'commit')).toEqual([
      'ack',
      'views.open',
      'views.update',
    ]);
    expect(office.done('views.update')[0]?.body.view.callback_id).toBe(form);
  });

  it('reopen without a reason asks for it', async () => {
    const office = start();
    await office.declare('bikeshare');
    await office.change('INC-1', { type: 'resolve', by: 'U2', seen: null, text: '', note: null });

    await office.type('reopen');

    expect(office.done('views.update')[0]?.body.view.callback_id).toBe('modal.reopen');
  });

  it('declare fills in what was typed, and shows the last hour’s incidents', async () => {
    const office = start();
    await office.declare('bikeshare', { title: 'F1 dropped' });

    await office.type('declare checkout is slow');

    expect(told(office)).toContain('checkout is slow');
    expect(told(office)).toContain('F1 dropped');
  });

  it('show gives the card to this person alone, and takes down that somebody looked', async () => {
    const office = start();
    await office.declare('bikeshare', { by: 'tocsin' });

    await office.type('show INC-1', { user: 'U9' });

    expect(told(office)).toContain('F1 dropped');
    expect((await office.load('INC-1')).milestones.seenAt).not.toBeNull();
  });

  it.each([
    ['', 'open incident'],
    ['list', 'open incident'],
    ['list movies', 'No open incidents of movies'],
    ['list nonsense', 'No service is called “nonsense”'],
    ['stats', 'incident'],
    ['stats bikeshare 30d', '30 days'],
    ['stats nonsense', 'There are: bikeshare, movies'],
    ['health', 'redis'],
    ['help', '/incident ack'],
    ['help resolve', 'resolve INC-7 rolled back to v41'],
    ['hlep', 'Did you mean /incident help?'],
    ['aknowledge INC-1', 'Did you mean /incident acknowledge?'],
    ['severity INC-1 P9', 'I could not read “P9”'],
    ['ack INC-404', 'There is no incident INC-404'],
  ])('“%s” is answered in the answer to Slack', async (text, words) => {
    const office = start();
    await office.declare('bikeshare');
    office.journal.length = 0;

    await office.type(text);

    expect(told(office)).toContain(words);
    expect(office.journal.map(({ what }) => what)).toEqual(['ack']);
  });

  it('without an id means the only one that it can mean, where a mistake does no harm', async () => {
    const office = start();
    await office.declare('bikeshare');
    await office.declare('movies');

    await office.type('ack', { channel: 'C1' });

    expect(await office.load('INC-1')).toMatchObject({ owner: 'U1' });
    expect(await office.load('INC-2')).toMatchObject({ owner: null });
  });

  it.each([
    'mitigate',
    'resolve done',
    'silence 1h',
    'severity P0',
  ])('%s without an id is never guessed', async (text) => {
    const office = start();
    await office.declare('bikeshare');

    await office.type(text);

    expect((await office.load('INC-1')).version).toBe(1);
    expect(told(office)).toContain(`/incident ${text.split(' ')[0]} INC-1`);
  });

  it('without an id lists those that could be meant, one’s own first', async () => {
    const office = start();
    for (const title of ['a', 'b', 'c', 'd', 'e', 'f']) await office.declare('bikeshare', { title });
    await office.change('INC-1', { type: 'acknowledge', by: 'U1' });

    await office.type('ack');

    expect(told(office)).toMatch(/Which incident\?\n\/incident ack INC-1 .*… and 1 more/s);
  });

  it('without an id, when nothing is open, says so', async () => {
    const office = start();

    await office.type('ack');

    expect(told(office)).toContain('No incident is open');
  });

  it('is answered once and honestly, whatever is typed', async () => {
    const office = start();
    await office.declare('bikeshare');
    const word = fc.oneof(
      fc.constantFrom(...Object.keys(verbs), 'INC-1', '1', 'me', '<!channel>', '<@U2>', '1h', 'P1'),
      fc.string(),
    );

    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 4 }), async (words) => {
        office.journal.length = 0;

        await office.type(words.join(' '));

        expect(office.done('ack')).toHaveLength(1);
        // What somebody typed stands as it is in their own input, where it is a value and pings nobody.
        const said = told(office).replaceAll(/"initial_value":"(?:[^"\\]|\\.)*"/g, '');
        expect(said).not.toContain('<!channel>');
        expect(said).not.toContain('mistake of Tocsin');
      }),
      { numRuns: 150, examples: [[['declare', '<!channel>']]] },
    );
  });
});
