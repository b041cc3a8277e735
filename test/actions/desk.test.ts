import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuditChain } from '../../src/actions/audit-chain.ts';
import { createAuthority } from '../../src/actions/authority.ts';
import { createAutopilotSwitch } from '../../src/actions/autopilot-switch.ts';
import { createActionDesk } from '../../src/actions/desk.ts';
import { createDrafts } from '../../src/actions/drafts.ts';
import { createFallbacks } from '../../src/actions/fallbacks.ts';
import { inputsOf } from '../../src/actions/inputs.ts';
import type { PlanDraft } from '../../src/app/actions.ts';
import { ok, type Result, reject } from '../../src/domain/result.ts';
import { ANA, BEN, MINUTE, NOTE } from '../domain/given.ts';
import { useRedis } from '../support/redis.ts';
import { action, world } from './given.ts';
import { TOY, toyMachine, toyTargets } from './toy.ts';

const redis = useRedis();
const SILENT = { typed: null, breakGlass: null };
const STRANGER = 'U0STRANGER';

/** ANA and BEN may act; the stranger may not. */
async function desk(risk: 'low' | 'medium' | 'high' = 'low') {
  const clock = { now: Date.UTC(2026, 10, 22, 3) };
  const machine = toyMachine(() => clock.now);
  const client = redis.client();
  const fallback = { banner: 'The light model serves', back: 'turn' };
  const turn = action('turn', { heals: false, risk, ...TOY });
  const light = action('light', { heals: false, risk, fallback, ...TOY });
  const here = await world({ redis: client, actions: [turn, light], target: {}, targets: toyTargets(machine), clock });
  const { keys, now, store, dispatch, planner } = here;
  const services = () => [here.service];
  let isAway = false;
  const audited = new Proxy(client, {
    get(target, name) {
      const held: unknown = Reflect.get(target, name);
      if (typeof held !== 'function') return held;
      return (...given: unknown[]) => {
        if (isAway && (name === 'rpush' || name === 'multi')) throw new Error('Redis is away');
        return held.apply(target, given);
      };
    },
  });
  const chain = createAuditChain(audited, keys);
  const authorize = async (_: string, user: string): Promise<Result<true>> =>
    user === STRANGER ? reject('not_allowed', 'Only responders may act on shop.', 'Ask one of them.') : ok(true);
  const actions = createActionDesk({
    ...{ store, dispatch, services, planner, chain, now },
    queue: here.queue,
    authority: createAuthority({ authorize, groupMembers: async () => new Set(), onCall: { who: async () => null } }),
    drafts: createDrafts(client, keys, now),
    fallbacks: createFallbacks({ redis: client, keys, onChange: async () => {}, now }),
    autopilot: createAutopilotSwitch({ redis: audited, keys, services, authorize, refused: chain.record, now }),
  });
  const plan = async (by = ANA): Promise<PlanDraft> => {
    const made = await actions.plan({ incident: here.incident, action: 'turn', inputs: {}, by });
    if (!made.ok) throw new Error(made.rejection.message);
    return made.value;
  };
  const refusals = async () => {
    await chain.extend();
    const lines = await chain.lines(1, 100);
    return lines.map(({ record }) => JSON.parse(record) as { type: string; by: string; code: string });
  };
  /** Redis takes nothing for the audit any more. */
  const goAway = (away: boolean) => {
    isAway = away;
  };
  return { ...here, machine, actions, plan, refusals, goAway };
}

describe('a plan', () => {
  it('is read by whoever may act, and by nobody else, which is written down', async () => {
    const { actions, incident, refusals } = await desk();
    const answer = await actions.plan({ incident, action: 'turn', inputs: {}, by: STRANGER });

    expect(answer).toMatchObject({ ok: false, rejection: { code: 'not_allowed' } });
    expect(await refusals()).toMatchObject([{ type: 'refused', by: STRANGER, code: 'not_allowed' }]);
  });

  it('belongs to whoever asked for it: no other button or id makes it run', async () => {
    const { actions, plan, load } = await desk();
    const { id } = await plan(ANA);

    expect(await actions.draft(id, BEN)).toBeNull();
    expect(await actions.request(id, BEN, { ...SILENT, reason: '' })).toMatchObject({ ok: false });
    expect(await actions.request('no-such-draft', ANA, { ...SILENT, reason: '' })).toMatchObject({ ok: false });
    expect((await load()).runs).toEqual([]);
  });

  it('is one run, however often its form is sent', async () => {
    const { actions, plan, load } = await desk();
    const { id } = await plan();
    await Promise.all([1, 2, 3].map(async () => await actions.request(id, ANA, { ...SILENT, reason: 'slow' })));

    expect((await load()).runs).toHaveLength(1);
  });

  it('expires', async () => {
    const { actions, plan, clock } = await desk();
    const { id } = await plan();
    clock.now += 11 * MINUTE;

    expect(await actions.request(id, ANA, { ...SILENT, reason: '' })).toMatchObject({
      ok: false,
      rejection: { code: 'changed_since_seen' },
    });
  });

  it('says in words why there is none', async () => {
    const { actions, incident, machine } = await desk();
    machine.put('new');

    expect(await actions.plan({ incident, action: 'turn', inputs: {}, by: ANA })).toMatchObject({
      ok: false,
      rejection: {
        message: '“Do turn” cannot be planned: The machine is at new already.',
        hint: 'Nothing was changed.',
      },
    });
  });
});

describe('a run', () => {
  it('is decided on by whoever may at the moment of the click', async () => {
    const { actions, plan, load, refusals } = await desk('high');
    const { id, plan: made } = await plan();
    await actions.request(id, ANA, { ...SILENT, reason: '' });
    const run = (await load()).runs[0]?.id ?? '';

    expect((await actions.approve({ id: run, hash: made.hash }, STRANGER, SILENT)).ok).toBe(false);
    expect((await actions.reject(run, STRANGER, '')).ok).toBe(false);
    expect((await actions.cancel(run, STRANGER)).ok).toBe(false);
    expect((await actions.approve({ id: run, hash: 'forged' }, BEN, SILENT)).ok).toBe(false);
    expect((await actions.approve({ id: 'INC-1.9', hash: made.hash }, BEN, SILENT)).ok).toBe(false);
    expect((await actions.approve({ id: run, hash: made.hash }, ANA, SILENT)).ok).toBe(false);
    expect((await load()).runs[0]?.state).toBe('planned');
    expect((await refusals()).filter(({ type }) => type === 'refused')).toHaveLength(5);
    expect((await actions.approve({ id: run, hash: made.hash }, BEN, SILENT)).ok).toBe(true);
    expect((await actions.approve({ id: run, hash: made.hash }, BEN, SILENT)).ok).toBe(false);
  });
});

describe('what somebody else has asked for', () => {
  it.each(['cancel', 'reject'] as const)('is stopped by whoever may ask for it, and by approvers: %s', async (deed) => {
    const here = await desk('high');
    const turn = action('turn', { heals: false, risk: 'high', may: [ANA, BEN], approvers: [STRANGER], ...TOY });
    Object.assign(here.service.actions, { turn });
    const stop = async (by: string) => {
      const { id } = await here.plan();
      await here.actions.request(id, ANA, { ...SILENT, reason: '' });
      const run = (await here.load()).runs.at(-1)?.id ?? '';
      const answer = await (deed === 'cancel' ? here.actions.cancel(run, by) : here.actions.reject(run, by, 'no'));
      return [answer.ok, (await here.load()).runs.at(-1)?.state];
    };

    expect(await stop(BEN)).toEqual([true, 'cancelled']);
    expect(await stop(STRANGER)).toEqual([true, 'cancelled']);
    expect(await stop('U0NOBODY')).toEqual([false, 'planned']);
  });
});

describe('a service file that has changed meanwhile', () => {
  const edit = ({ service }: Awaited<ReturnType<typeof desk>>, more: Record<string, unknown>) =>
    Object.assign(service.actions, { turn: action('turn', { heals: false, risk: 'low', ...TOY, ...more }) });

  it.each([
    { risk: 'high' },
    { title: 'Turn it all' },
    { verify: { queries: ['errors'] } },
  ])('lets no plan run that was made before: %j', async (more) => {
    const here = await desk('low');
    const { id } = await here.plan();
    edit(here, more);

    expect(await here.actions.request(id, ANA, { ...SILENT, reason: '' })).toMatchObject({
      ok: false,
      rejection: { code: 'changed_since_seen' },
    });
    expect((await here.load()).runs).toEqual([]);
  });

  it('is asked again who must agree when somebody approves', async () => {
    const here = await desk('high');
    const { id, plan } = await here.plan();
    await here.actions.request(id, ANA, { ...SILENT, reason: '' });
    const run = `${here.incident}.1`;
    edit(here, { risk: 'high', environments: ['staging'] });
    const elsewhere = await here.actions.approve({ id: run, hash: plan.hash }, BEN, SILENT);
    Reflect.deleteProperty(here.service.actions, 'turn');
    const gone = await here.actions.approve({ id: run, hash: plan.hash }, BEN, SILENT);

    expect([elsewhere.ok, gone.ok]).toEqual([false, false]);
    expect((await here.load()).runs[0]?.state).toBe('planned');
  });

  it('keeps no responder from doing away with a proposal of what it does not have any more', async () => {
    const here = await desk();
    const proposal = { action: 'turn', title: 'Turn it', why: 'errors', from: 'rule' } as const;
    await here.dispatch(here.incident, { type: 'propose_action', ...proposal });
    Reflect.deleteProperty(here.service.actions, 'turn');

    expect((await here.actions.dismiss(here.incident, 'turn', STRANGER)).ok).toBe(false);
    expect((await here.actions.dismiss(here.incident, 'turn', BEN)).ok).toBe(true);
    expect((await here.load()).proposals).toEqual([]);
  });

  it('keeps no responder from stopping what it does not have any more', async () => {
    const here = await desk('high');
    const { id } = await here.plan();
    await here.actions.request(id, ANA, { ...SILENT, reason: '' });
    const run = `${here.incident}.1`;
    Reflect.deleteProperty(here.service.actions, 'turn');

    expect((await here.actions.cancel(run, STRANGER)).ok).toBe(false);
    expect((await here.actions.cancel(run, BEN)).ok).toBe(true);
    expect((await here.load()).runs[0]?.state).toBe('cancelled');
  });
});

describe('the audit', () => {
  it('has what was decided also when Redis went away in the middle of it', async () => {
    const here = await desk();
    await here.untilEnded(await here.approved('light'));
    here.goAway(true);
    await expect(here.actions.switchedBack(here.incident, 'light', BEN)).rejects.toThrow('Redis is away');
    await expect(here.actions.autopilot.off(BEN, 'stop')).rejects.toThrow('Redis is away');
    here.goAway(false);
    await here.actions.switchedBack(here.incident, 'light', BEN);
    await here.actions.autopilot.off(BEN, 'stop');

    expect((await here.refusals()).slice(-2).map(({ type }) => type)).toEqual(['fallback_over', 'autopilot_off']);
  });
});

describe('a fallback that somebody has switched back by hand', () => {
  it('does not serve any more when one who may says so, once, and the audit has it', async () => {
    const { actions, approved, untilEnded, incident, load, refusals } = await desk();
    await untilEnded(await approved('light'));
    expect(await actions.serving()).toMatchObject([{ action: 'light', banner: 'The light model serves' }]);

    expect((await actions.switchedBack(incident, 'light', STRANGER)).ok).toBe(false);
    expect(await actions.serving()).toHaveLength(1);
    expect((await actions.switchedBack(incident, 'light', BEN)).ok).toBe(true);
    expect(await actions.serving()).toEqual([]);
    expect(await actions.switchedBack(incident, 'light', BEN)).toMatchObject({ ok: false });
    expect((await load()).version).toBeGreaterThan(1);
    expect((await refusals()).slice(-2).map(({ type, by }) => `${type} ${by}`)).toEqual([
      ...[`refused ${STRANGER}`, `fallback_over ${BEN}`],
    ]);
  });
});

describe('the switch of the autopilot', () => {
  it('is there for everybody to stop it, and for responders to start it', async () => {
    const { actions, refusals } = await desk();
    await actions.autopilot.off(STRANGER, 'it rolls back what is well');

    expect(await actions.autopilot.state()).toMatchObject({ by: STRANGER, reason: 'it rolls back what is well' });
    await actions.autopilot.on(ANA);
    expect(await actions.autopilot.state()).toBeNull();
    expect((await refusals()).map(({ type }) => type)).toEqual(['autopilot_off', 'autopilot_on']);
  });
});

describe('what people type beside an action', () => {
  const held = action('ingest', {
    inputs: { city: { label: 'City', default: 'nyc', choices: ['nyc', 'paris'] } },
    ...TOY,
  });

  it('is what the action asks for, with presets for the rest', () => {
    expect(inputsOf(held, {})).toEqual(ok({ city: 'nyc' }));
    expect(inputsOf(held, { city: 'paris', to: 'v41' })).toEqual(ok({ to: 'v41', city: 'paris' }));
    expect(inputsOf(held, { city: 'rome' })).toMatchObject({
      ok: false,
      rejection: { hint: 'It is one of: nyc, paris.' },
    });
    expect(inputsOf(held, { town: 'nyc' }).ok).toBe(false);
    expect(inputsOf(held, { __proto__: 'x', to: '' })).toEqual(ok({ city: 'nyc' }));
  });

  it('never has anything in it that could mean something in an address or a document', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (to) => {
        const read = inputsOf(held, { to });
        if (read.ok && read.value.to !== undefined) expect(read.value.to).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:@-]*$/);
      }),
    );
  });
});

describe('the incidents that are busy', () => {
  it('are those with a run that waits or goes on, each once, also when they are over', async () => {
    const here = await desk('high');
    const draft = await here.plan();
    expect(await here.actions.busy()).toEqual([]);

    await here.actions.request(draft.id, ANA, { ...SILENT, reason: '' });
    expect((await here.actions.busy()).map(({ id }) => id)).toEqual([here.incident]);
    const [run] = (await here.load()).runs;
    await here.actions.approve({ id: run?.id ?? '', hash: draft.plan.hash }, BEN, SILENT);
    await here.dispatch(here.incident, { type: 'resolve', by: ANA, seen: null, text: '', note: NOTE });
    expect((await here.actions.busy()).map(({ id, status }) => [id, status])).toEqual([[here.incident, 'closed']]);

    await here.untilEnded(run?.id ?? '');
    expect(await here.actions.busy()).toEqual([]);
  });
});
