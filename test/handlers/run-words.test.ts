import { describe, expect, it } from 'vitest';
import { violations } from '../../blocks/validate.ts';
import { autopilot, offers, runs } from '../../src/slack/protocol-runs.ts';
import { action } from '../actions/given.ts';
import { TOY } from '../actions/toy.ts';
import { useRedis } from '../support/redis.ts';
import { ACTING, PLAN, read, seen } from './acting.ts';
import { openOffice, SERVICES, told } from './office.ts';

const server = useRedis();

async function inThread() {
  const deps = () => ({ isFirst: async () => true }); // all mentions of these tests have one id
  const office = openOffice(server.client(), { services: ACTING, deps });
  const { id } = await office.declare('bikeshare');
  office.threads.set('C1/100.1', id);
  office.journal.length = 0;
  const say = async (words: string, user = 'U1') => {
    office.journal.length = 0;
    await office.mention(`<@U0> ${words}`, { thread_ts: '100.1' }, { user });
  };
  return { office, say };
}

/** The button of the last message that does this. */
function pressable(office: ReturnType<typeof openOffice>, actionId: string): string {
  const message = office.journal.findLast(({ what }) => what.startsWith('chat.post'))?.body;
  const found = (message?.blocks ?? []).find(
    (block: { accessory?: { action_id: string; value: string } }) => block.accessory?.action_id === actionId,
  );
  if (!found) throw new Error(`nothing leads to ${actionId}`);
  return String(found.accessory.value);
}

describe('in the thread of an incident, where nothing can be opened', () => {
  it.each([
    ['rollback', 'Roll back'],
    ['rollback to v41', 'Roll back'],
    ['run restart', 'Restart it'],
    ['run', 'Read a city again'],
    ['actions', 'Train anew'],
  ])('“@Tocsin %s” leads to the plan with a button', async (words, title) => {
    const { office, say } = await inThread();

    await say(words);
    expect(told(office)).toContain(title);
    await office.click(PLAN, pressable(office, PLAN));

    expect(office.done('views.open')).toHaveLength(1);
    expect(read(office)).toContain(words.includes('v41') ? 'machine: old → *v41*' : '*');
  });

  it('a plan that waits is not approved unseen, but found', async () => {
    const { office, say } = await inThread();
    await say('approve');
    expect(told(office)).toContain('No plan of INC-1 waits for approval');
    await office.type('retrain INC-1');
    await office.submit(seen(office), {});

    await say('approve', 'U2');
    expect(told(office)).toContain('Look at it first: /incident approve INC-1.1');
    await office.click(runs.details.actionId, pressable(office, runs.details.actionId), { user: 'U2' });

    expect((await office.load('INC-1')).runs[0]?.state).toBe('planned');
    expect(read(office)).toContain('Train anew');
  });

  it('the only run that is under way is cancelled, and says what became of it', async () => {
    const { office, say } = await inThread();
    await say('cancel');
    expect(told(office)).toContain('No run of INC-1 is under way');
    await office.type('run restart INC-1');
    await office.submit(seen(office), {});

    await say('cancel');

    expect((await office.load('INC-1')).runs[0]?.state).toBe('cancelled');
    expect(told(office)).toContain('INC-1.1 was cancelled');
  });
});

describe('what there is to do', () => {
  it.each([
    ['actions', 'Bikeshare'],
    ['actions bikeshare', 'Roll back · medium risk · back'],
    ['actions INC-1', 'Read a city again · low risk · ingest'],
    ['actions movies', 'Nothing is set up'],
    ['actions nowhere', 'No service is called “nowhere”'],
  ])('“%s” says %s', async (typed, words) => {
    const { office } = await inThread();

    await office.type(typed);

    expect(told(office)).toContain(words);
    const [ack] = office.done('ack');
    if (ack?.body.blocks) expect(violations(ack.body)).toEqual([]);
  });

  it('without an incident is nothing: a run belongs to one', async () => {
    const office = openOffice(server.client(), { services: ACTING });

    await office.mention('<@U0> rollback bikeshare', {});

    expect(told(office)).toContain('Every run belongs to an incident');
  });

  it.each(['approve', 'cancel'])('“%s” without an id takes none, and lists them', async (verb) => {
    const { office } = await inThread();
    await office.type('retrain INC-1');
    await office.submit(seen(office), {});
    office.journal.length = 0;

    await office.type(verb);

    expect(told(office)).toContain(`/incident ${verb} INC-1.1`);
    expect((await office.load('INC-1')).runs[0]?.state).toBe('planned');
  });
});

describe('the autopilot', () => {
  const rule = {
    ...{ name: 'again', environments: [], guards: [], action: 'restart', mode: 'propose' as const },
    ...{ when: { alarms: [], severity: null, incidentClass: null, lastingMs: 0 }, coolDownMs: 0, dailyCap: 1 },
  };
  const services = SERVICES.map((one) =>
    one.name === 'bikeshare' ? { ...one, autopilot: [rule], actions: { restart: action('restart', TOY) } } : one,
  );
  const open = () => openOffice(server.client(), { services });

  it('is stopped by anybody, with the reason, and started again by who may act', async () => {
    const office = open();

    await office.type('autopilot off it fights us', { user: 'U3' });
    expect(told(office)).toContain('The autopilot is off');
    expect(await office.deps.actions.autopilot.state()).toMatchObject({ by: 'U3', reason: 'it fights us' });

    await office.type('autopilot on', { user: 'U3' });
    expect(told(office)).toContain('Only who may act on a service with an autopilot may switch it on');
    await office.type('autopilot on');

    expect(await office.deps.actions.autopilot.state()).toBeNull();
  });

  it('says how it stands', async () => {
    const office = open();

    await office.type('autopilot');
    expect(told(office)).toContain('The autopilot is on');
    await office.mention('<@U0> autopilot off', { thread_ts: '100.1' });
    await office.type('autopilot');

    expect(told(office)).toContain('The autopilot is off* since');
  });

  it('has its switch in App Home too, which is drawn anew', async () => {
    const office = open();

    await office.clickAtHome(autopilot.off.actionId, undefined, { user: 'U3' });

    expect(await office.deps.actions.autopilot.state()).toMatchObject({ by: 'U3' });
    expect(office.done('views.publish')).toHaveLength(1);
    await office.clickAtHome(autopilot.on.actionId, undefined, { user: 'U3' });
    expect(await office.deps.actions.autopilot.state()).not.toBeNull();
  });
});

describe('a fallback that serves', () => {
  it('is switched back with the incident that it was switched in, also when that is over', async () => {
    const { office } = await inThread();
    await office.type('resolve INC-1 done');

    await office.click(offers.back.actionId, JSON.stringify({ incident: 'INC-1', action: 'restart' }));

    expect(read(office)).toContain('Restart it');
  });

  it('and does not any more is told so, whatever the value of the button says', async () => {
    const { office } = await inThread();

    for (const value of [JSON.stringify({ incident: 'INC-1', action: 'restart' }), '{"incident":"INC-1"}', 'x']) {
      await office.click(offers.over.actionId, value);
    }

    expect(told(office)).toContain('does not serve any more');
  });
});
