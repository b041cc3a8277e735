import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HandlerDeps } from '../../handlers/deps.ts';
import { ANSWER_WITHIN_MS } from '../../handlers/guard.ts';
import type { Dispatch } from '../../src/app/dispatch.ts';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { buttons, encodeTarget } from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { type Office, openOffice, told } from './office.ts';

const VIEW = { callback_id: 'modal.note', private_metadata: '{"incident":"INC-1","seen":1}', title: { text: 'Note' } };
const BLOCKS = [{ type: 'context' }, { type: 'input', block_id: 'note' }];

/** The same wish, made in each of the ways that change an incident. */
const ways: Record<string, (office: Office) => Promise<void>> = {
  'a button': ({ click }) => click(buttons.acknowledge.actionId, encodeTarget({ incident: 'INC-1', seen: 1 })),
  'a command': ({ type }) => type('ack INC-1'),
  'a form': ({ submit }) => submit({ ...VIEW, blocks: BLOCKS }, { note: { type: 'plain_text_input', value: 'hm' } }),
};
const each = Object.entries(ways);

describe('an interaction', () => {
  const server = useRedis();

  async function start(replaced: (real: HandlerDeps) => Partial<HandlerDeps> = () => ({})): Promise<Office> {
    const office = openOffice(server.client(), { deps: replaced });
    await office.declare('bikeshare');
    office.journal.length = 0;
    return office;
  }
  const failing = (error: Error) => () => ({
    dispatch: async () => {
      throw error;
    },
  });

  it.each(each)('by %s is answered only after the commit', async (_, go) => {
    const office = await start();

    await go(office);

    expect(office.journal.map(({ what }) => what)).toEqual(['commit', 'ack']);
  });

  it.each(each)('by %s that fails for a while asks to try again', async (_, go) => {
    const office = await start(failing(new TransientError('redis is away', { cause: null })));

    await go(office);

    expect(told(office)).toContain('Please try again in a minute.');
    expect(office.done('ack')).toHaveLength(1);
  });

  it.each(each)('by %s that lacks something in the set-up says what', async (_, go) => {
    const office = await start(failing(new SetupError('Invite the bot: /invite @Tocsin')));

    await go(office);

    expect(told(office)).toContain('Invite the bot: /invite @Tocsin');
  });

  it.each(each)('by %s that hits a bug gets an apology with the reference that is in the log', async (_, go) => {
    const office = await start(failing(new TypeError('secret detail')));

    await go(office);

    expect(told(office)).toContain('ref-1');
    expect(told(office)).not.toContain('secret detail');
    expect(office.logged).toContain('error: an interaction failed');
    expect(office.counts).toEqual([expect.stringContaining('failed')]);
  });

  it.each(each)('by %s that is refused changes nothing and says why', async (_, go) => {
    const no = { code: 'not_allowed', message: 'Only ana may.' } as const;
    const office = await start(() => ({ authorize: async () => ({ ok: false, rejection: no }) }));

    await go(office);

    expect(told(office)).toContain('Only ana may.');
    expect((await office.load('INC-1')).version).toBe(1);
    expect(office.counts).toEqual([expect.stringContaining('refused')]);
  });

  it('that Slack does not take the answer of is done all the same', async () => {
    const office = await start();
    const { click, app } = office;
    const original = app.processEvent.bind(app);
    app.processEvent = (event) => original({ ...event, ack: () => Promise.reject(new Error('socket closed')) });

    await click(buttons.acknowledge.actionId, encodeTarget({ incident: 'INC-1', seen: 1 }));

    expect((await office.load('INC-1')).status).toBe('acknowledged');
    expect(office.logged).toContain('warn: Slack could not be answered');
  });
});

describe('an interaction that takes too long', () => {
  const server = useRedis();
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function startSlow() {
    let release: (of: 'work' | 'failure') => void = () => {};
    const gate = new Promise<'work' | 'failure'>((resolve) => {
      release = resolve;
    });
    const slow =
      (dispatch: Dispatch): Dispatch =>
      async (...args) => {
        if ((await gate) === 'failure') throw new TransientError('redis is away', { cause: null });
        return dispatch(...args);
      };
    const office = openOffice(server.client(), { deps: (real) => ({ dispatch: slow(real.dispatch) }) });
    await office.declare('bikeshare');
    office.journal.length = 0;
    return { office, release };
  }

  it.each(each)('by %s is answered in time, with words that it is not certain', async (_, go) => {
    const { office, release } = await startSlow();

    const going = go(office);
    await until(() => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS - 1);
    const early = office.done('ack').length;
    await vi.advanceTimersByTimeAsync(1);
    await until(() => told(office).includes('I cannot confirm yet that it worked'));

    expect([early, office.done('ack').length, office.done('commit').length]).toEqual([0, 1, 0]);
    expect(office.counts).toEqual([expect.stringContaining('failed')]);
    release('work');
    await going;
  });

  it.each(each)('by %s hears afterwards that it worked', async (_, go) => {
    const { office, release } = await startSlow();

    const going = go(office);
    await until(() => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    release('work');
    await going;

    const [last] = office.journal.slice(-1);
    expect(last?.body.text).toMatch(/It did work|INC-1 is yours/);
    expect(office.done('commit')).toHaveLength(1);
  });

  it.each(each)('by %s hears afterwards that it did not work', async (_, go) => {
    const { office, release } = await startSlow();

    const going = go(office);
    await until(() => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    release('failure');
    await going;

    const [last] = office.journal.slice(-1);
    expect(last?.body.text).toContain('Please try again in a minute.');
    expect(office.done('commit')).toHaveLength(0);
  });
});

/** Lets everything else go on, without moving the clock that the deadline hangs on. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !condition(); turn++) await setImmediate();
}
