import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportHistories } from '../../src/cli/export-histories.ts';
import { clickOf } from '../../src/cli/policy-test/clicks.ts';
import { type History, readHistories } from '../../src/cli/policy-test/histories.ts';
import { pagesNow, pagesThen } from '../../src/cli/policy-test/relive.ts';
import { changesBetween, toldBy } from '../../src/cli/policy-test/relived.ts';
import { relivedReport } from '../../src/cli/policy-test/relived-report.ts';
import { parseService } from '../../src/config/services.ts';
import { apply } from '../../src/domain/apply.ts';
import { type Command, decide } from '../../src/domain/decide.ts';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import { openDeclared } from '../../src/domain/open.ts';
import { nextWakeAt } from '../../src/domain/paging.ts';
import { targetKey } from '../../src/domain/policy.ts';
import type { Service } from '../../src/domain/service.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { useRedis } from '../support/redis.ts';
import { run } from './run.ts';

const MINUTE = 60_000;
/** Wednesday, 3 in the night. */
const NIGHT = Date.UTC(2026, 10, 25, 3);
const STEPS = `
        - { level: L1, notify: on-call, via: [dm, mention] }
        - { level: L2, after: 30m, notify: lead, via: [dm, mention] }`;
const POLICY = `
escalation:
  paths:
    - name: page
      steps:${STEPS}
      end: { every: 30m, times: 2 }
  progress: { ask_after: { P0: 30m, P1: 1h }, answer_within: 10m }`;

function serviceWith(policy: string): Service {
  const roles = 'roles: { on-call: { title: On call, people: U0ANA }, lead: { title: Lead, people: U0BEN } }';
  const result = parseService(`owner: Payments\nchannel: C0PAY\n${roles}${policy}\n`, 'checkout.yml', {}, NIGHT);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.service;
}

const BEFORE = serviceWith(POLICY);

interface Act {
  readonly minute: number;
  readonly does: string;
  readonly by: string;
}

/** Lives through an incident as the bot does: woken when it asks for it, pages sent as soon as they are decided. */
function lived(service: Service, acts: readonly Act[], minutes: number, id = 'INC-1', from = NIGHT): History {
  const declaration = {
    by: 'tocsin',
    environment: 'prod',
    title: `Slow ${id}`,
    summary: '',
    severity: 'P1',
    incidentClass: 'system',
    drill: false,
  } as const;
  const events: IncidentEvent[] = [];
  let incident: Incident | null = null;
  const take = (all: readonly IncidentEvent[]) => {
    for (const event of all) {
      events.push(event);
      incident = apply(incident, event);
      if (event.type !== 'page_due') continue;
      for (const target of event.notify) {
        take([{ type: 'page_sent', at: event.at, page: event.page, target: targetKey(target), way: 0 }]);
      }
    }
  };
  const wanted = (command: Command, at: number) => {
    const decision = incident && decide(incident, command, at);
    if (decision?.ok) take(decision.value.events);
  };

  take(openDeclared(id, service, declaration, from).events);
  for (let minute = 0; minute <= minutes; minute++) {
    const at = from + minute * MINUTE;
    for (const act of acts.filter((one) => one.minute === minute)) {
      const command = clickOf(act.does, act.by);
      if (command) wanted(command, at);
    }
    const next = incident && nextWakeAt(incident, at);
    if (next !== null && next <= at) wanted({ type: 'wake' }, at);
  }
  const [first, ...others] = events;
  if (first?.type !== 'opened') throw new Error('The first event opens it.');
  return { id, service: service.name, events: [first, ...others] };
}

const END = NIGHT + 24 * 60 * MINUTE;

describe('past incidents under the policy that they had', () => {
  const acts: fc.Arbitrary<Act[]> = fc.array(
    fc.record({
      minute: fc.nat(240),
      does: fc.constantFrom(
        'ack',
        'assign U0BEN',
        'severity P0',
        'severity P1',
        'severity P3',
        'note hm',
        'snooze 30m',
        'silence 1h',
        'mitigate',
        'resolve',
        'reopen',
        'confirm',
        'give back',
        'escalate help',
      ),
      by: fc.constantFrom('U0ANA', 'U0BEN'),
    }),
    { maxLength: 10 },
  );

  it('tell everybody when they did', () => {
    fc.assert(
      fc.property(acts, (all) => {
        const history = lived(BEFORE, all, 6 * 60);
        const now = NIGHT + 6 * 60 * MINUTE;
        const [then, again] = [pagesThen(history), pagesNow(history, BEFORE, now + 1)];

        expect(again.map(({ at, page, notify }) => ({ at, page, notify }))).toEqual(
          then.map(({ at, page, notify }) => ({ at, page, notify })),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('past incidents under another policy', () => {
  const report = (policy: string, histories: readonly History[]) =>
    relivedReport(histories, [serviceWith(policy)], END)
      .trimEnd()
      .split('\n');
  const answered = lived(
    BEFORE,
    [
      { minute: 40, does: 'ack', by: 'U0ANA' },
      { minute: 50, does: 'resolve', by: 'U0ANA' },
    ],
    60,
  );

  it('tell the lead later, and not at all when somebody had answered by then', () => {
    expect(report(POLICY.replace('30m', '35m'), [answered])).toEqual([
      'INC-1 Slow INC-1 (checkout, P1 at first, 2026-11-25T03:00Z)',
      '  ~ L2 lead by dm: later, after 0:35 at night, was after 0:30 at night',
      '',
      '1 incident: 1 would differ.',
      'Tellings: 2 before, 2 after',
      'People woken: 2 before, 2 after',
      'People woken at night (22:00 to 7:00): 2 before, 2 after',
    ]);
    expect(report(POLICY.replace('30m', '45m'), [answered])).toEqual(
      expect.arrayContaining([
        '  - L2 lead by dm: not at all, was after 0:30 at night',
        'People woken at night (22:00 to 7:00): 2 before, 1 after',
      ]),
    );
  });

  it('tell somebody anew, and by another way', () => {
    const more = POLICY.replace(
      STEPS,
      `${STEPS.replace('L1, notify: on-call, via: [dm', 'L1, notify: on-call, via: [sms')}\n        - { level: L3, after: 35m, notify: channel }`,
    );

    expect(report(more, [answered])).toEqual(
      expect.arrayContaining([
        '  ~ L1 on-call by sms: by another way, was by dm, after 0:00 at night',
        '  + L3 the channel: new, after 0:35 at night',
      ]),
    );
  });

  it('that wakes nobody at night wakes nobody at night', () => {
    const byDay = POLICY.replaceAll('via: [dm, mention] }', 'via: [dm, mention], when: { hours: working } }');

    expect(report(byDay, [answered]).at(-1)).toBe('People woken at night (22:00 to 7:00): 2 before, 0 after');
  });

  it('may ask the owner sooner, and take it from them; what people did stays when it was', () => {
    const silent = lived(
      BEFORE,
      [
        { minute: 5, does: 'ack', by: 'U0ANA' },
        { minute: 55, does: 'resolve', by: 'U0ANA' },
      ],
      60,
    );
    const eager = POLICY.replace('P1: 1h', 'P1: 20m');

    expect(report(eager, [silent])).toEqual(
      expect.arrayContaining(['  + L1 on-call by dm: new, after 0:35 at night', 'People woken: 1 before, 2 after']),
    );
  });

  it('keep what somebody escalated by hand', () => {
    const byHand = lived(
      BEFORE,
      [
        { minute: 1, does: 'escalate the bucket is gone', by: 'U0ANA' },
        { minute: 3, does: 'resolve', by: 'U0ANA' },
      ],
      10,
    );

    expect(pagesThen(byHand).map(({ level }) => level)).toEqual(['L1', 'L2']);
    expect(report(POLICY, [byHand])[0]).toBe('1 incident: 0 would differ.');
  });

  it('leave out services that are gone, and say so', () => {
    expect(relivedReport([answered], [], END)).toContain('Left out, their services are not here any more: INC-1');
  });

  it('do not count pages that were taken back before they reached anybody', () => {
    const [opened, ...others] = answered.events;
    const dropped = others.flatMap((event): IncidentEvent[] => {
      if (event.type === 'page_sent') return [];
      return event.type === 'page_due' && event.level === 'L2'
        ? [event, { type: 'page_dropped', at: event.at + 1, page: event.page, why: 'ended' }]
        : [event];
    });

    expect(pagesThen({ ...answered, events: [opened, ...dropped] }).map(({ level }) => level)).toEqual(['L1']);
  });
});

describe('tellings of one person', () => {
  const told = (minute: number, way = 'dm') => ({
    key: 'role:a',
    who: 'a',
    level: 'L1',
    way,
    at: minute * MINUTE,
    isWoken: true,
    isNight: false,
  });

  it('are compared one by one, and a moment is no difference', () => {
    const before = [told(0), told(10), told(20)];

    expect(changesBetween(before, [told(0.5), told(5)]).map(({ kind }) => kind)).toEqual([
      'same',
      'earlier',
      'not at all',
    ]);
    expect(changesBetween([], before).map(({ kind }) => kind)).toEqual(['new', 'new', 'new']);
  });

  it('at night are so by the clocks of the team', () => {
    const [page] = pagesThen(lived(BEFORE, [], 1));
    const at = (zone: string) => toldBy(page ? [page] : [], { zone }).map(({ isNight }) => isNight);

    expect(at('UTC')).toEqual([true]);
    expect(at('Asia/Tokyo')).toEqual([false]);
  });
});

describe('a file of histories', () => {
  const written = async (histories: readonly History[]) => {
    const lines: string[] = [];
    const source = {
      histories: async function* () {
        yield* histories;
      },
    };
    await exportHistories(source, { since: 0, service: null }, (line) => void lines.push(line));
    return lines.join('');
  };

  it('is read as it was exported, the oldest first, without what began before', async () => {
    const text = await written([lived(BEFORE, [], 1, 'INC-2'), lived(BEFORE, [], 1)]);

    expect(readHistories(text, 0)).toMatchObject({ ok: true, value: [{ id: 'INC-2' }, { id: 'INC-1' }] });
    expect(readHistories(text, NIGHT + 1)).toEqual({ ok: true, value: [] });
    expect(text).not.toContain('askAfterMs'); // the policy that it had
  });

  it.each([
    '{',
    '[]',
    '{"id":"INC-1","service":"a","events":[]}',
    '{"id":1,"service":"a","events":[{"type":"opened","at":1}]}',
    '{"id":"INC-1","service":"a","events":[{"type":"noted","at":1}]}',
  ])('is refused with the line that is none: %s', (line) => {
    expect(readHistories(`\n${line}\n`, 0)).toMatchObject({
      ok: false,
      rejection: {
        message: 'Line 1 is not the history of an incident.',
        hint: expect.stringContaining('--format events'),
      },
    });
  });

  it('leaves out events that another version wrote', async () => {
    const text = (await written([lived(BEFORE, [], 1)])).replace('"type":"page_sent"', '"type":"page_teleported"');
    const read = readHistories(text, 0);

    expect(read.ok && read.value[0]?.events.map(({ type }) => type)).toEqual(['opened', 'page_due']);
  });
});

describe('from the store to the report', () => {
  const server = useRedis();

  it('goes by two commands', async () => {
    const store = createIncidentStore(server.client(), createKeys(), Date.now);
    const { events } = lived(
      BEFORE,
      [{ minute: 40, does: 'resolve', by: 'U0ANA' }],
      60,
      'INC-1',
      Date.now() - 120 * MINUTE,
    );
    const after = events.reduce<Incident | null>(apply, null);
    if (!after) throw new Error('It was opened.');
    await store.commit({ before: null, after, events, alerts: [], known: new Map(), groupHolder: null, lane: 'quiet' });

    const exported = await run('export', ['--format', 'events'], { REDIS_URL: server.url });
    const replayed = await run('policy-test', ['--replay', '-', '--services', 'services'], {}, exported.stdout);

    expect(exported).toMatchObject({ code: 0, stderr: expect.stringContaining('1 incidents.') });
    expect(JSON.parse(exported.stdout)).toMatchObject({ id: 'INC-1', service: 'checkout' });
    expect(replayed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Left out, their services are not here any more: INC-1'),
    });
  });
});
