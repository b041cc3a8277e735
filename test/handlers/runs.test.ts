import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { violations } from '../../blocks/validate.ts';
import { links } from '../../src/slack/protocol.ts';
import { encodeApproval, encodeOffer, encodeRun, offers, runs } from '../../src/slack/protocol-runs.ts';
import { useRedis } from '../support/redis.ts';
import { ACTING, APPROVE, carriedBy, choice, PLAN, read, seen, text } from './acting.ts';
import { type Office, openOffice, told } from './office.ts';

const server = useRedis();

/** An incident of bikeshare, and nothing in the journal yet. */
async function start(given: Parameters<Office['declare']>[1] = {}): Promise<Office> {
  const office = openOffice(server.client(), { services: ACTING });
  await office.declare('bikeshare', given);
  office.journal.length = 0;
  return office;
}

async function runOf(office: Office, i = 0) {
  const run = (await office.load('INC-1')).runs[i];
  if (!run) throw new Error('there is no such run');
  return run;
}

/** Plans by word and sends the form as it stands, with these answers. */
async function requested(office: Office, typed: string, answers: Record<string, object> = {}, user = 'U1') {
  await office.type(typed, { user });
  await office.submit(seen(office), answers, { user });
}

/** A run that waits for a second person. */
async function waiting(given: Parameters<Office['declare']>[1] = {}) {
  const office = await start(given);
  await requested(office, 'retrain bikeshare');
  const run = await runOf(office);
  office.journal.length = 0;
  return { office, run, approval: encodeApproval({ run: run.id, hash: run.plan.hash }) };
}

describe('a plan that somebody asks for by word', () => {
  it.each([
    ['rollback bikeshare', 'Roll back'],
    ['rollback INC-1', 'Roll back'],
    ['rollback back bikeshare', 'Roll back'],
    ['retrain bikeshare', 'Train anew'],
    ['run restart bikeshare', 'Restart it'],
    ['run restart INC-1', 'Restart it'],
    ['run ingest INC-1 city=nyc day=monday', 'Read a city again'],
  ])('“%s” opens at once, and is filled with what would change', async (typed, title) => {
    const office = await start();

    await office.type(typed);

    expect(JSON.stringify(office.done('views.open')[0]?.body.view)).toContain('Looking…');
    expect(read(office)).toContain(title);
    expect(read(office)).toContain('machine: old → *new*');
    expect(violations(seen(office))).toEqual([]);
    expect((await office.load('INC-1')).runs).toEqual([]);
  });

  it('goes where it was told to', async () => {
    const office = await start();

    await office.type('rollback bikeshare to v41');

    expect(read(office)).toContain('machine: old → *v41*');
  });

  it.each([
    ['rollback movies', 'movies has no open incident'],
    ['run restart movies', 'movies has no open incident'],
  ])('“%s” belongs to an incident: where none is open, one can be declared', async (typed, words) => {
    const office = await start();

    await office.type(typed);
    expect(read(office)).toContain(words);
    await office.clickInView('V1', links.declare.actionId, undefined);

    expect(office.done('views.open')).toHaveLength(1);
    expect(read(office)).toContain('Declare');
  });

  it.each([
    ['rollback bikshare', 'Did you mean bikeshare?'],
    ['run restrat INC-1', 'Did you mean restart?'],
    ['run nothing-like-it', 'No service and no action is called “nothing-like-it”'],
    ['rollback bikeshare v41', 'A version is said with “to”'],
    ['retrain INC-99', 'There is no incident INC-99'],
    ['run ingest INC-1 city=rome day=x', 'City cannot be “rome”'],
    ['run restart INC-1 city=nyc', 'asks for no “city”'],
    ['rollback INC-1 to $(reboot)', 'is no name or version'],
  ])('“%s” is answered in the modal with what to do', async (typed, words) => {
    const office = await start();

    await office.type(typed);

    expect(told(office)).toContain(words);
    expect(violations(seen(office))).toEqual([]);
  });

  it('is for one incident, however many are open: which one is asked, the worst first', async () => {
    const office = await start();
    await office.declare('bikeshare', { severity: 'P0', title: 'It burns' });

    await office.type('rollback bikeshare to v41');

    expect(read(office)).toContain('Bikeshare has 2 open incidents');
    expect(read(office)).toMatch(/rollback INC-2 to v41 – P0.*rollback INC-1 to v41 – P1/);
  });

  it('is not made for whoever may not act, who is told who may', async () => {
    const office = await start();

    await office.type('rollback bikeshare', { user: 'U3' });

    expect(told(office)).toContain('<@U1>');
    expect(await office.acts.refusals()).toMatchObject([{ by: 'U3', code: 'not_allowed' }]);
  });

  it('that cannot be made says why, and can be tried again', async () => {
    const office = await start();
    office.acts.machine.goAway(true);
    await office.type('rollback bikeshare to v41');
    expect(read(office)).toContain('The machine does not answer');

    office.acts.machine.goAway(false);
    await office.clickInView('V1', PLAN, carriedBy(seen(office), PLAN));

    expect(read(office)).toContain('machine: old → *v41*');
  });
});

describe('what was not said', () => {
  it.each(['run', 'rollback', 'retrain'])('after “%s” is chosen from what there is', async (verb) => {
    const office = await start();

    await office.type(verb);
    const view = seen(office);
    await office.submit(view, { offer: choice('INC-1/restart') });

    expect(violations(view)).toEqual([]);
    expect(JSON.stringify(view)).toContain('INC-1 · P1 Bikeshare');
    expect(office.done('ack').at(-1)?.body).toMatchObject({ response_action: 'update' });
    expect(read(office)).toContain('Restart it');
  });

  it('of an action is asked for, and is in the plan', async () => {
    const office = await start();
    await office.type('run ingest INC-1');
    const view = seen(office);
    expect(violations(view)).toEqual([]);
    expect(JSON.stringify(view)).toContain('today');

    await office.submit(view, { 'input.city': choice('paris'), 'input.day': text('monday') });
    await office.submit(seen(office), {});

    expect((await runOf(office)).plan.inputs).toEqual({ city: 'paris', day: 'monday' });
  });

  it('and is left out once more is said to be missing, beside each input', async () => {
    const office = await start();
    await office.type('run ingest INC-1');

    await office.submit(seen(office), {});

    expect(office.done('ack').at(-1)?.body).toEqual({
      response_action: 'errors',
      errors: { 'input.city': 'Say which.', 'input.day': 'Say which.' },
    });
  });

  it.each([
    undefined,
    '',
    'INC-1',
    'INC-1/restart/x',
    'INC-1/__proto__',
    'INC-0/restart',
  ])('is not taken from a choice that was none: %j', async (value) => {
    const office = await start();
    await office.type('run');

    await office.submit(seen(office), value === undefined ? {} : { offer: choice(value) });

    expect(office.done('ack').at(-1)?.body).toMatchObject({ response_action: 'errors' });
  });
});

describe('a plan that is sent', () => {
  it('at low risk runs, and says so', async () => {
    const office = await start();

    await requested(office, 'run restart bikeshare', { reason: text('it hangs') });

    expect(await runOf(office)).toMatchObject({ state: 'approved', reason: 'it hangs', requestedBy: 'U1' });
    expect(read(office)).toContain('INC-1.1 is approved and begins');
  });

  it('at medium risk takes the very name, which is asked for beside the field', async () => {
    const office = await start();
    await requested(office, 'rollback bikeshare', { typed: text('the machine'), reason: text('F1 fell') });

    expect(office.done('ack').at(-1)?.body).toEqual({
      response_action: 'errors',
      errors: { typed: 'Type machine to confirm. It must be the very name of what is changed.' },
    });
    expect((await office.load('INC-1')).runs).toEqual([]);

    await requested(office, 'rollback bikeshare', { typed: text(' machine ') });
    expect(await runOf(office)).toMatchObject({ state: 'approved', approval: { way: 'confirmed' } });
  });

  it('at high risk waits for somebody else', async () => {
    const { office, run } = await waiting();

    expect(run.state).toBe('planned');
    expect(run.requestedBy).toBe('U1');
    await office.type('rollback bikeshare');
    expect(read(office)).not.toContain('Break the glass');
  });

  it('at high risk runs at once where the glass is broken, in a P0 alone', async () => {
    const office = await start({ severity: 'P0' });
    await office.type('retrain bikeshare');
    const view = seen(office);
    expect(JSON.stringify(view)).toContain('Break the glass');

    await office.submit(view, { breakGlass: text('nobody') });
    expect(office.done('ack').at(-1)?.body.errors).toEqual({
      typed: 'Type the name of what is changed, to break the glass.',
      breakGlass: 'Say in a sentence why nobody else could be asked.',
    });
    await office.submit(view, { typed: text('machine'), breakGlass: text('Nobody else answers.') });

    expect(await runOf(office)).toMatchObject({ state: 'approved', approval: { way: 'break_glass', by: 'U1' } });
  });

  it('twice, or by two people at once, is one run', async () => {
    const office = await start();
    await office.type('run restart bikeshare');
    const mine = seen(office);
    await office.type('run restart bikeshare', { user: 'U2' });
    const theirs = seen(office);

    await Promise.all([office.submit(mine, {}), office.submit(mine, {}), office.submit(theirs, {}, { user: 'U2' })]);

    expect((await office.load('INC-1')).runs).toHaveLength(1);
    expect(told(office)).toContain('is under way for machine');
  });

  it('by somebody else than whom it was made for is none', async () => {
    const office = await start();
    await office.type('run restart bikeshare');

    await office.submit(seen(office), {}, { user: 'U2' });

    expect((await office.load('INC-1')).runs).toEqual([]);
    expect(read(office)).toContain('This plan has expired');
  });

  it('too late says that it has expired, and is planned again with what was said', async () => {
    const office = await start();
    await office.type('rollback bikeshare to v41');
    const view = seen(office);
    office.clock.now += 11 * 60_000;

    await office.submit(view, { typed: text('machine') });
    expect(read(office)).toContain('expired');
    await office.clickInView('V1', PLAN, carriedBy(seen(office), PLAN));

    expect(read(office)).toContain('machine: old → *v41*');
    expect((await office.load('INC-1')).runs).toEqual([]);
  });

  it.each([
    '',
    'x',
    '{}',
    '{"incident":"INC-1","action":"restart","inputs":{},"draft":"x"}',
  ])('with a forged or old %j is refused politely', async (private_metadata) => {
    const office = await start();
    await office.type('run restart bikeshare');

    await office.submit({ ...seen(office), private_metadata }, {});

    expect(told(office)).toContain('older version');
    expect((await office.load('INC-1')).runs).toEqual([]);
  });

  it('in a drill changes nothing, and says so before', async () => {
    const office = await start({ drill: true });
    await office.type('run restart bikeshare');
    expect(read(office)).toContain('This is a drill: nothing will be changed');

    await office.submit(seen(office), {});
    await office.acts.work('INC-1.1', 3);

    expect(await runOf(office)).toMatchObject({ state: 'cancelled', approval: { by: 'U1' } });
    expect(office.acts.machine.changes()).toBe(0);
  });
});

describe('a button that plans', () => {
  it.each([
    ['run.plan', PLAN],
    ['a second one beside it', `${PLAN}-2`],
    ['run.review', offers.review.actionId],
    ['fallback.back', offers.back.actionId],
  ])('%s opens the plan of its action', async (_, id) => {
    const office = await start();

    await office.click(id, encodeOffer({ incident: 'INC-1', action: 'restart' }));

    expect(office.done('views.open')).toHaveLength(1);
    expect(read(office)).toContain('machine: old → *new*');
  });

  it('that names what the service no longer has says so', async () => {
    const office = await start();

    await office.click(PLAN, encodeOffer({ incident: 'INC-1', action: 'gone' }));

    expect(told(office)).toContain('has no action “gone”');
  });

  it('does away with a proposal, for whoever may', async () => {
    const office = await start();
    const proposed = {
      type: 'propose_action',
      action: 'restart',
      title: 'Restart it',
      why: 'x',
      from: 'rule',
    } as const;
    await office.deps.dispatch('INC-1', proposed);
    const value = encodeOffer({ incident: 'INC-1', action: 'restart' });

    await office.click(offers.dismiss.actionId, value, { user: 'U3' });
    expect((await office.load('INC-1')).proposals).toHaveLength(1);
    expect(told(office)).toContain('<@U1>');
    await office.click(offers.dismiss.actionId, value);

    expect((await office.load('INC-1')).proposals).toEqual([]);
  });
});

describe('a run that waits', () => {
  it('is approved by a second person with one press, once', async () => {
    const { office, run, approval } = await waiting();

    await Promise.all([
      office.click(APPROVE, approval, { user: 'U2' }),
      office.click(APPROVE, approval, { user: 'U2' }),
    ]);

    expect(await runOf(office)).toMatchObject({ state: 'approved', approval: { by: 'U2', way: 'second' } });
    expect(told(office)).toContain(`${run.id} does not wait for approval any more`);
    expect(office.done('views.open')).toEqual([]);
  });

  it.each([
    ['U1', 'somebody else must approve it'],
    ['U3', 'Only <@U2> may approve'],
  ])('is not approved by %s, who alone is told why', async (user, words) => {
    const { office, approval } = await waiting();

    await office.click(APPROVE, approval, { user });

    expect((await runOf(office)).state).toBe('planned');
    expect(office.done('respond').at(-1)?.body).toMatchObject({ response_type: 'ephemeral' });
    expect(told(office)).toContain(words);
  });

  it('is not approved with the hash of another plan', async () => {
    const { office, run } = await waiting();

    await office.click(APPROVE, encodeApproval({ run: run.id, hash: 'f'.repeat(64) }), { user: 'U2' });

    expect((await runOf(office)).state).toBe('planned');
    expect(told(office)).toContain('This is not the plan that you were shown');
  });

  it('shows its plan to whoever approves by word, and nothing is approved before', async () => {
    const { office, run } = await waiting();

    await office.type('approve INC-1.1', { user: 'U2' });
    const view = seen(office);
    expect(violations(view)).toEqual([]);
    expect(read(office)).toContain('machine: old → *new*');
    expect((await runOf(office)).state).toBe('planned');
    await office.submit(view, {}, { user: 'U2' });

    expect((await runOf(office)).state).toBe('approved');
    expect(read(office)).toContain(`${run.id} is approved`);
  });

  it('shows the way through the glass to whoever asked for it, in a P0', async () => {
    const { office, approval } = await waiting({ severity: 'P0' });

    await office.click(APPROVE, approval);
    const view = seen(office);
    expect(JSON.stringify(view)).toContain('Break the glass');
    await office.submit(view, { typed: text('machine'), breakGlass: text('Nobody else answers.') });

    expect((await runOf(office)).approval).toMatchObject({ way: 'break_glass', by: 'U1' });
  });

  it('is rejected with a reason', async () => {
    const { office, run } = await waiting();

    await office.click(runs.reject.actionId, encodeRun({ run: run.id }), { user: 'U2' });
    await office.submit(seen(office), { reason: text('v41 leaks') }, { user: 'U2' });

    expect(await runOf(office)).toMatchObject({ state: 'cancelled', why: 'It was not approved: v41 leaks' });
  });

  it('is cancelled by word or by button', async () => {
    const { office, run } = await waiting();
    await office.click(runs.cancel.actionId, encodeRun({ run: run.id }), { user: 'U3' });
    expect((await runOf(office)).state).toBe('planned');

    await office.type('cancel 1.1');

    expect((await runOf(office)).state).toBe('cancelled');
    expect(told(office)).toContain('was cancelled');
  });

  it('is cancelled from its details, which are drawn anew', async () => {
    const { office, run } = await waiting();
    await office.click(runs.details.actionId, encodeRun({ run: run.id }), { user: 'U3' });
    expect(read(office)).toContain('Asked for by <@U1>');

    await office.clickInView('V1', runs.cancel.actionId, encodeRun({ run: run.id }));

    expect(office.done('views.update').at(-1)?.body.view_id).toBe('V1');
    expect(read(office)).toContain('was cancelled');
  });
});

describe('the details of a run', () => {
  it('show how far it is, and what became of it, to everybody', async () => {
    const office = await start();
    await requested(office, 'run restart bikeshare');
    await office.acts.work('INC-1.1', 2);
    office.clock.now += 5_000;
    await office.acts.work('INC-1.1', 1);
    await office.click(runs.details.actionId, encodeRun({ run: 'INC-1.1' }), { user: 'U3' });
    expect(read(office)).toContain('Turning to new');

    office.clock.now += 60_000;
    await office.acts.work('INC-1.1', 3);
    await office.clickInView('V1', runs.details.actionId, encodeRun({ run: 'INC-1.1' }));

    expect(office.acts.machine.position()).toBe('new');
    expect(read(office)).toContain('The machine is at new');
    expect(violations(seen(office))).toEqual([]);
  });
});

describe('what comes back from Slack', () => {
  const ids = [...Object.values(offers), ...Object.values(runs)].map(({ actionId }) => actionId);
  const rubbish = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(
      ...['{"incident":"INC-1","action":"restart","by":"U1"}', '{"incident":"INC-1","action":"__proto__"}'],
      ...['{"run":"INC-1.1","hash":"0"}', '{"run":"INC-1","hash":null}', '{"run":"INC-1.1 "}', '{"run":"INC-1.0"}'],
      '{"incident":"INC-1","action":"restart","inputs":{"to":1}}',
    ),
  );

  it('never does anything, and never breaks, when it is none of ours', async () => {
    const office = await start();
    await requested(office, 'retrain bikeshare');
    const before = await office.load('INC-1');
    office.journal.length = 0;

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ids), rubbish, fc.boolean(), async (id, value, inView) => {
        await (inView ? office.clickInView('V9', id, value) : office.click(id, value));
      }),
      { numRuns: 150 },
    );

    expect(await office.load('INC-1')).toEqual(before);
    expect(office.logged.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(told(office)).toContain('older version');
  });
});
