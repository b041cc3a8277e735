import { describe, expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { seconds } from '../support/scenario-clock.ts';
import type { ScenarioOptions } from '../support/scenario-world.ts';

/** A world with a bot, and Slack about to misbehave. */
async function begin(start: (options: ScenarioOptions) => Promise<Scenario>, options: ScenarioOptions = {}) {
  const scenario = await start(options);
  await scenario.bot();
  await eventually('a connection', () => scenario.slack.slack.sockets.connected());
  return { ...scenario, faults: scenario.slack.slack.faults };
}

/** What Slack was asked so far, by method. */
function calls({ slack }: Pick<Scenario, 'slack'>, name: string) {
  return slack.slack.journal.entries({ kind: 'api', name });
}

describe('a first post', () => {
  it.concurrent.for([
    ['is told to wait', { kind: 'ratelimited', retryAfter: 1 }],
    ['meets an error of the server', { kind: 'http500' }],
    ['meets an error after Slack had done it', { kind: 'internal_error_after_commit' }],
    ['loses its connection after Slack had done it', { kind: 'drop_after_commit' }],
    ['loses its connection', { kind: 'timeout', delayMs: 10 }],
  ] as const)('that %s is made once in the end', async ([, fault], { start }) => {
    const { slack, alarms, faults, settles } = await begin(start);
    faults.add({ method: 'chat.postMessage', ...fault });

    await alarms.fires('sm-prod-5XX');
    await slack.card('INC-1');
    await settles();

    expect(slack.cards()).toHaveLength(1);
  });

  it.concurrent('whose answer is lost shows what was clicked on it meanwhile', async ({ start }) => {
    const { slack, alarms, faults, ana, settles } = await begin(start);
    faults.add({ method: 'chat.postMessage', kind: 'drop_after_commit' });

    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    await ana.clicks(card, 'Acknowledge');
    await settles();

    await card.says('@ana has it');
    expect(slack.cards()).toHaveLength(1);
  });

  it.concurrent('whose answer is lost is found again under a long conversation', async ({ start }) => {
    const { slack, alarms, faults, ana, settles } = await begin(start);
    faults.add({ method: 'chat.postMessage', kind: 'drop_after_commit' });

    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    for (let i = 0; i < 150; i++) await ana.types(`what is this? ${i}`, card.channel);
    await settles();

    expect(slack.cards()).toHaveLength(1);
  });

  it.concurrent('whose answer is lost may come twice without the permission to look, and says so', async ({
    start,
  }) => {
    const { slack, alarms, faults, settles, ...world } = await begin(start, {
      scopes: ['chat:write', 'commands', 'app_mentions:read'],
    });
    faults.add({ method: 'chat.postMessage', kind: 'drop_after_commit' });

    await alarms.fires('sm-prod-5XX');
    await slack.card('INC-1');
    await settles();

    expect(slack.cards()).toHaveLength(2);
    expect(world.log.map(({ msg }) => msg)).toContain('cannot look for an unanswered post: it may come twice');
  });

  it.concurrent('whose blocks Slack refuses is made as text alone', async ({ start }) => {
    const { slack, alarms, faults } = await begin(start, { errors: [/Slack refused our blocks/] });
    faults.add({ method: 'chat.postMessage', kind: 'error', error: 'invalid_blocks' });

    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');

    expect(card.raw().blocks).toEqual([]);
    expect(card.text()).toContain('The prod endpoint answers with server errors');
  });
});

describe('a note in the thread', () => {
  it.concurrent('whose answer is lost is not told twice, and what happened meanwhile is told as well', async ({
    start,
  }) => {
    const { slack, alarms, faults, ana, ben, settles } = await begin(start);
    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    await settles();

    faults.add({ method: 'chat.postMessage', kind: 'drop_after_commit' });
    await ana.clicks(card, 'Acknowledge');
    await card.isTold('@ana acknowledged');
    await ben.chooses(card, 'Assign to Me');
    await settles();

    await card.isTold('@ben took it');
    expect(card.thread()).toHaveLength(2);
  });
});

describe('an update of the card', () => {
  it.concurrent.for([
    ['is told to wait', { kind: 'ratelimited', retryAfter: 1 }],
    ['meets an error of the server', { kind: 'http500' }],
    ['loses its connection after Slack had done it', { kind: 'drop_after_commit' }],
  ] as const)('that %s is made in the end', async ([, fault], { start }) => {
    const { slack, alarms, faults, ana, settles } = await begin(start);
    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    await settles();

    faults.add({ method: 'chat.update', ...fault });
    await ana.clicks(card, 'Acknowledge');

    await card.says('@ana has it');
    expect(slack.cards()).toHaveLength(1);
  });

  it.concurrent('whose message was deleted becomes a new card, and its thread goes on there', async ({ start }) => {
    const { slack, alarms, ana, ben, settles, ...world } = await begin(start);
    await alarms.fires('sm-prod-5XX');
    const old = await slack.card('INC-1');
    await settles();

    await deleteMessage(slack, old);
    await ana.types('/incident ack INC-1');
    const card = await slack.card('INC-1');

    await card.says('@ana has it');
    await card.isTold('@ana acknowledged');
    await ben.chooses(card, 'Assign to Me');
    await card.says('@ben has it');
    expect((await world.incident('INC-1')).owner).toBe(ben.id);
  });

  it.concurrent('whose blocks Slack refuses is made as text alone, and again in full with the next change', async ({
    start,
  }) => {
    const { slack, alarms, faults, ana, ben, settles } = await begin(start, { errors: [/Slack refused our blocks/] });
    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    await settles();

    faults.add({ method: 'chat.update', kind: 'error', error: 'invalid_blocks' });
    await ana.clicks(card, 'Acknowledge');
    await card.says('@ana has it');
    expect(card.raw().blocks).toEqual([]);

    await ben.types('/incident assign INC-1 me');
    await card.says('@ben has it');
    expect(card.buttons()).toContain('Resolve');
  });
});

describe('a channel that is archived', () => {
  it.concurrent('sends its new cards to the operators, who are told once', async ({ start }) => {
    const { slack, alarms, ana, settles, ...world } = await begin(start);
    archive(slack, 'C0BIKESHARE');

    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    expect(card.channel).toBe('C0OPERATORS');
    await ana.clicks(card, 'Acknowledge');
    await card.says('@ana has it');
    await alarms.fires('staging-f1-low');
    await slack.card('INC-2');
    await settles();

    await eventually(
      'a notice',
      async () => slack.notices().length > 0 && (await world.redis.llen('{tocsin}:notices')) === 0,
    );
    expect(slack.notices().map((notice) => notice.text())).toEqual([expect.stringContaining('archived')]);
  });

  it.concurrent('moves a card that is there already to the operators, who are told once', async ({ start }) => {
    const { slack, alarms, ana, settles, ...world } = await begin(start);
    await alarms.fires('sm-prod-5XX');
    await slack.card('INC-1');
    await settles();

    archive(slack, 'C0BIKESHARE');
    await ana.types('/incident ack INC-1');
    const card = await eventually('a card for the operators', () =>
      slack.cards('INC-1').find(({ channel }) => channel === 'C0OPERATORS'),
    );

    await card.says('@ana has it');
    await eventually(
      'a notice',
      async () => slack.notices().length > 0 && (await world.redis.llen('{tocsin}:notices')) === 0,
    );
    expect(slack.notices()).toHaveLength(1);
  });
});

describe('Slack as a whole', () => {
  it.concurrent('may be away when the bot starts: alarms are kept and their cards come when it is back', async ({
    start,
  }) => {
    const scenario = await start({ errors: [/Slack cannot be reached yet/] });
    const { slack, alarms, ana, redis } = scenario;
    slack.slack.faults.add({ method: '*', kind: 'http500', times: 6 });
    await scenario.bot();

    await alarms.fires('sm-prod-5XX');
    await alarms.fires('recommendation-api-high-latency');
    await eventually('both alarms in the store', async () => Number(await redis.get('{tocsin}:seq')) === 2);
    const card = await slack.card('INC-1');
    await slack.card('INC-2');
    await eventually('a connection', () => slack.slack.sockets.connected());
    await ana.clicks(card, 'Acknowledge');

    await card.says('@ana has it');
    expect(slack.cards()).toHaveLength(2);
  });

  it.concurrent('may take the token away and give it back', async ({ start }) => {
    const errors = [/Tocsin is not well/]; // minutes without Slack, by the clock that is moved
    const { slack, alarms, clock, ana, settles, ...world } = await begin(start, { errors });
    slack.slack.world.app.revoked = true;

    await alarms.fires('sm-prod-5XX');
    await eventually('a refused post', () =>
      calls({ slack }, 'chat.postMessage').some(({ outcome }) => outcome === 'account_inactive'),
    );
    slack.slack.world.app.revoked = false;
    const card = await eventually('the card, after some minutes', () => {
      clock.advance(seconds(10));
      return slack.cards('INC-1')[0];
    });
    await ana.clicks(card, 'Acknowledge');

    await card.says('@ana has it');
    await settles();
    expect((await world.incident('INC-1')).status).toBe('acknowledged');
  });

  it.concurrent('may lack a method that only helps', async ({ start }) => {
    const { slack, alarms, faults, ana } = await begin(start);
    faults.add({ method: 'conversations.history', kind: 'error', error: 'unknown_method', times: 99 });
    faults.add({ method: 'chat.getPermalink', kind: 'error', error: 'unknown_method', times: 99 });
    faults.add({ method: 'usergroups.users.list', kind: 'error', error: 'unknown_method', times: 99 });

    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    await ana.clicks(card, 'Acknowledge');
    await card.says('@ana has it');
    await ana.types('/incident');

    await ana.hears('INC-1');
  });

  it.concurrent('may ask every connection to come again: clicks arrive all the same', async ({ start }) => {
    const { slack, alarms, ana } = await begin(start);
    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');

    slack.slack.sockets.disconnect('refresh_requested', { all: true, close: true });
    await eventually('another connection', () => slack.slack.sockets.connected());
    await ana.clicks(card, 'Acknowledge');

    await card.says('@ana has it');
  });
});

async function deleteMessage({ slack }: Scenario['slack'], { channel: id, ts }: { channel: string; ts: string }) {
  const channel = slack.world.channels.get(id);
  const message = channel?.byTs.get(ts);
  if (channel === undefined || message === undefined) throw new Error('There is no such message');
  message.deleted = true;
  channel.byTs.delete(ts);
}

function archive({ slack }: Scenario['slack'], id: string): void {
  const channel = slack.world.channels.get(id);
  if (channel === undefined) throw new Error(`There is no channel ${id}`);
  channel.isArchived = true;
}
