import { describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import type { LeftBehind } from '../../src/app/page-way.ts';
import { createNews, type NewsDeps } from '../../src/paging/news.ts';
import { createTold } from '../../src/paging/told.ts';
import { createDueQueue } from '../../src/store/due-queue.ts';
import { BEN, DM, path, policy, step } from '../domain/escalation-given.ts';
import { useRedis } from '../support/redis.ts';
import { incidentsOn, laneOf, postOffice, quiet, type World } from './given.ts';

const server = useRedis();

function message(ts: string, ...incidents: string[]): LeftBehind {
  return { kind: 'message', channel: 'D0ANA', ts, person: 'U0ANA', incidents };
}
const PAGER: LeftBehind = { kind: 'pagerduty', to: '${KEY}', dedupKey: 'INC-1/1/page/L1.1/0 role:on-call' };
const HOOK: LeftBehind = { kind: 'webhook', to: '${URL}' };

/** Incidents whose pages left something behind, and who must be told what became of them. */
function telling(
  world: World = incidentsOn(server.client(), { policy: policy([path([step('page/L1.1', { via: [DM] })])]) }),
) {
  const { redis, keys, clock, store } = world;
  const told = createTold(redis, keys, clock.now);
  const queue = createDueQueue(redis, keys, keys.dueNews);
  const lines: string[] = [];
  let answer: () => 'told' | 'gone' = () => 'told';
  const write = (left: LeftBehind, incidents: readonly { id: string; status: string }[], news: string) => {
    const where = left.kind === 'message' ? left.ts : left.kind;
    lines.push(`${where}: ${news} (${incidents.map(({ id, status }) => `${id} ${status}`).join(', ')})`);
    return answer();
  };
  let beforeWriting = async () => {};
  const tell: NewsDeps['tell'] = {
    async message(...args) {
      await beforeWriting();
      return write(...args);
    },
    pagerduty: async (...args) => write(...args),
    webhook: async (...args) => write(...args),
  };
  const serve = createNews({ store, queue, told, tell, now: clock.now, log: quiet });
  return {
    ...world,
    ...{ told, queue, lines },
    answers(how: typeof answer) {
      answer = how;
    },
    /** The next message is written when it is released. */
    holds() {
      const begun = Promise.withResolvers<void>();
      const written = Promise.withResolvers<void>();
      beforeWriting = () => {
        beforeWriting = async () => {};
        begun.resolve();
        return written.promise;
      };
      return { begun: begun.promise, release: written.resolve };
    },
    async remember(n: number, ...left: LeftBehind[]) {
      const incident = await world.load(n);
      if (incident) await told.remember(incident, left);
    },
    /** One round of one process. Answers what was told in it, as short lines. */
    async round() {
      clock.pass(1_000);
      const from = lines.length;
      await Promise.all(serve(await queue.claim(clock.now(), clock.now() + 2_000, 100)));
      return lines.slice(from);
    },
    waiting: () => redis.zcard(keys.dueNews),
  };
}

describe('news of an incident', () => {
  it('is told to everything that its pages have left behind, once', async () => {
    const { opens, happens, remember, round, waiting } = telling();
    await opens();
    await remember(1, message('1.1', 'INC-1'), message('1.2', 'INC-1'), PAGER, HOOK);
    expect(await round()).toEqual([]);
    await happens(1, { type: 'acknowledge', by: BEN });

    expect((await round()).toSorted()).toEqual([
      '1.1: taken (INC-1 acknowledged)',
      '1.2: taken (INC-1 acknowledged)',
      'pagerduty: taken (INC-1 acknowledged)',
      'webhook: taken (INC-1 acknowledged)',
    ]);
    expect(await waiting()).toBe(0);
    await happens(1, { type: 'note', by: BEN, text: 'I look' });
    expect(await round()).toEqual([]);
  });

  it('goes on until the end: who has it, that it is nobody’s again, that it is over', async () => {
    const { opens, happens, remember, round } = telling();
    await opens();
    await remember(1, message('1.1', 'INC-1'));
    const said: string[] = [];
    for (const command of [
      { type: 'acknowledge', by: BEN },
      { type: 'give_back', by: BEN },
      { type: 'resolve', by: BEN, seen: null, text: '', note: null },
    ] as const) {
      await happens(1, command);
      said.push(...(await round()));
    }

    expect(said).toEqual([
      '1.1: taken (INC-1 acknowledged)',
      '1.1: waiting (INC-1 triggered)',
      '1.1: over (INC-1 resolved)',
    ]);
  });

  it('shows every incident of a message that names several, whichever has changed', async () => {
    const { opens, happens, remember, round } = telling();
    const both = message('1.1', 'INC-1', 'INC-2');
    for (const n of [1, 2]) await opens(n);
    for (const n of [1, 2]) await remember(n, both);
    await round();
    await happens(2, { type: 'acknowledge', by: BEN });
    expect(await round()).toEqual(['1.1: taken (INC-1 triggered, INC-2 acknowledged)']);

    await happens(1, { type: 'resolve', by: BEN, seen: null, text: '', note: null });
    expect(await round()).toEqual(['1.1: over (INC-1 resolved, INC-2 acknowledged)']);
  });

  it('is right in the end though another incident of the message changes while it is told', async () => {
    const { opens, happens, remember, round, holds, lines } = telling();
    const both = message('1.1', 'INC-1', 'INC-2');
    for (const n of [1, 2]) await opens(n);
    for (const n of [1, 2]) await remember(n, both);
    await round();
    const { begun, release } = holds();
    await happens(1, { type: 'acknowledge', by: BEN });
    const slow = round();
    await begun;
    await happens(2, { type: 'acknowledge', by: BEN });
    await round();
    release(); // only now is the older news in the message
    await slow;

    expect(lines.at(-1)).toBe('1.1: taken (INC-1 acknowledged, INC-2 acknowledged)');
  });

  it('of an incident that a message counts without naming it changes nothing in it', async () => {
    const { opens, happens, remember, round } = telling();
    const all = Array.from({ length: 40 }, (_, i) => `INC-${i + 1}`);
    for (const n of [1, 2, 40]) await opens(n);
    for (const n of [2, 40]) await remember(n, message('1.1', ...all));
    await round();
    await happens(40, { type: 'acknowledge', by: BEN });
    expect(await round()).toEqual([]);

    await happens(2, { type: 'acknowledge', by: BEN });
    expect(await round()).toEqual(['1.1: taken (INC-1 triggered, INC-2 acknowledged)']);
  });

  it('is not told any more to a message that is gone', async () => {
    const { opens, happens, remember, round, answers, told } = telling();
    await opens();
    await remember(1, message('1.1', 'INC-1'));
    answers(() => 'gone');
    await happens(1, { type: 'acknowledge', by: BEN });
    await round();
    await happens(1, { type: 'resolve', by: BEN, seen: null, text: '', note: null });

    expect(await round()).toEqual([]);
    expect(await told.of('INC-1')).toEqual([]);
  });

  it('is told again when its receiver is away, and once to the others', async () => {
    const { opens, happens, remember, round, answers, clock, lines } = telling();
    await opens();
    await remember(1, message('1.1', 'INC-1'), HOOK);
    await happens(1, { type: 'acknowledge', by: BEN });
    answers(() => {
      if (lines.at(-1)?.startsWith('1.1')) throw new TransientError('Slack could not be reached', { cause: null });
      return 'told';
    });
    await expect(round()).rejects.toThrow('Slack');
    answers(() => 'told');
    clock.pass(2_000);

    expect(await round()).toEqual(['1.1: taken (INC-1 acknowledged)']);
  });

  it('reaches a page that was on its way while somebody acknowledged', async () => {
    const world = telling();
    const office = postOffice(world.clock.now);
    const { promise: slackAnswers, resolve } = Promise.withResolvers<void>();
    office.answers(async () => {
      await slackAnswers;
      return { ok: true, left: [message('9.9', 'INC-1')] };
    });
    await world.opens();
    const [entry = ''] = await world.due();
    const sending = laneOf(world, office.sender).serve([entry]);
    while (office.told.length === 0) await new Promise(setImmediate);
    await world.happens(1, { type: 'acknowledge', by: BEN });
    resolve();
    await Promise.all(sending);

    expect(await world.round()).toEqual(['9.9: taken (INC-1 acknowledged)']);
  });

  it('reaches what a page leaves behind while news of the one before it is told', async () => {
    const { opens, happens, remember, answers, round, due, dispatch, told } = telling();
    const asSent = await opens();
    await remember(1, message('1.1', 'INC-1'));
    await happens(1, { type: 'acknowledge', by: BEN });
    const [entry = ''] = await due();
    const [page = '', target = ''] = entry.split(' ');
    let sent: Promise<unknown> = Promise.resolve();
    answers(() => {
      answers(() => 'told');
      sent = told.remember(asSent, [message('2.2', 'INC-1')]);
      return 'told';
    });
    await round();
    await sent;
    await dispatch('INC-1', { type: 'page_sent', page, target, way: 0 });

    expect(await round()).toEqual(['2.2: taken (INC-1 acknowledged)']);
  });

  it('of an incident that nobody remembers is done with', async () => {
    const { redis, keys, clock, round, waiting } = telling();
    await redis.zadd(keys.dueNews, clock.now(), 'INC-99');

    expect(await round()).toEqual([]);
    expect(await waiting()).toBe(0);
  });
});
