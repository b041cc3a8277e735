import { describe, expect, it } from 'vitest';
import { encodeTarget, sides } from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { openOffice, told } from './office.ts';

describe('the sides of an incident', () => {
  const server = useRedis();

  it.each([
    ['timeline', 'declared this incident'],
    ['evidence', 'Nothing has been gathered yet'],
    ['runbook', 'The endpoint fails'],
  ] as const)('turn to the %s in the same view', async (side, words) => {
    const office = openOffice(server.client());
    await office.declare('bikeshare');

    await office.clickInView('V7', sides[side].actionId, encodeTarget({ incident: 'INC-1', seen: 1 }));

    const [update] = office.done('views.update');
    expect(update?.body.view_id).toBe('V7');
    expect(JSON.stringify(update?.body.view.blocks)).toContain(words);
    expect(office.done('views.open')).toEqual([]);
  });

  it('lose a picture that Slack does not show, and nothing else', async () => {
    const office = openOffice(server.client(), {
      methods: {
        'views.update': ({ view }) =>
          JSON.stringify(view.blocks).includes('slack_file') ? { ok: false, error: 'invalid_blocks' } : { ok: true },
      },
      deps: () => ({
        snapshots: async () => [{ moment: 'fire', at: 0, facts: [], graph: { file: 'F0123456789', alt: 'A graph' } }],
      }),
    });
    await office.declare('bikeshare');

    await office.type('evidence INC-1');

    const updates = office.done('views.update').map(({ body }) => JSON.stringify(body.view.blocks));
    expect(updates).toHaveLength(2);
    expect(updates[1]).toContain('When it fired');
    expect(told(office)).not.toContain('did not let me');
  });

  it('refuse what is none of ours, with words', async () => {
    const office = openOffice(server.client());

    await office.clickInView('V7', sides.evidence.actionId, 'x');

    expect(told(office)).toContain('older version');
  });
});

describe('steps by word', () => {
  const server = useRedis();

  async function inThread() {
    const office = openOffice(server.client());
    const { id } = await office.declare('bikeshare');
    office.threads.set('C1/100.1', id);
    const say = (words: string) => office.mention(`<@U0> ${words}`, { thread_ts: '100.1' });
    return { office, say };
  }

  it.each([
    ['done 3', 'Step 3 of INC-1 is done: Roll back'],
    ['undone 3', 'Step 3 of INC-1 is open again: Roll back'],
    ['check 1', 'Not as expected: 6.2 %'],
    ['check 2', 'a person does it'],
    ['done 9', 'There is no step 9'],
    ['done', '@Tocsin done INC-7 3'],
    ['runbook', '⬜ 3. Roll back'],
    ['evidence', 'Nothing is known about INC-1 beyond its card yet'],
  ])('“@Tocsin %s” in its thread answers “%s”', async (words, expected) => {
    const { office, say } = await inThread();

    await say(words);

    expect(told(office)).toContain(expected);
  });

  it('ticks what the number says', async () => {
    const { office, say } = await inThread();

    await say('done 3');

    expect((await office.load('INC-1')).steps).toMatchObject([{ step: 's3', done: { by: 'U1' } }]);
  });

  it.each([
    ['runbook', 'The endpoint fails'],
    ['done', 'The endpoint fails'],
    ['evidence INC-1', 'Nothing has been gathered yet'],
  ])('“/incident %s” opens a view', async (typed, words) => {
    const office = openOffice(server.client());
    await office.declare('bikeshare');

    await office.type(typed);

    expect(office.done('views.open')).toHaveLength(1);
    expect(JSON.stringify(office.done('views.update')[0]?.body.view.blocks)).toContain(words);
  });

  it('is answered at once where everything was said', async () => {
    const office = openOffice(server.client());
    await office.declare('bikeshare');

    await office.type('done INC-1 2');

    expect(office.done('ack')[0]?.body.text).toContain('Step 2 of INC-1 is done');
  });
});
