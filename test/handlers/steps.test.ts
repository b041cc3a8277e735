import { describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { buttons, encodeStep, encodeTarget, type StepButtonName, sides, steps } from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { ANSWER, type Office, type OfficeOptions, openOffice, told } from './office.ts';

describe('an open runbook', () => {
  const server = useRedis();

  async function start(options: OfficeOptions = {}): Promise<Office> {
    const office = openOffice(server.client(), options);
    await office.declare('bikeshare');
    return office;
  }

  /** Opens it for somebody and answers the view's id. */
  async function open(office: Office, user = 'U1'): Promise<string> {
    await office.click(buttons.runbook.actionId, encodeTarget({ incident: 'INC-1', seen: 1 }), { user });
    const updated = office.done('views.update').at(-1)?.body;
    office.journal.length = 0;
    return updated.view_id;
  }

  function press(office: Office, view: string, name: StepButtonName, step: string, user = 'U1'): Promise<void> {
    const value = encodeStep({ incident: 'INC-1', runbook: 'errors', step });
    return office.clickInView(view, steps[name].actionId, value, { user });
  }

  const drawn = (office: Office, view: string) =>
    JSON.stringify(office.done('views.update').findLast(({ body }) => body.view_id === view)?.body.view.blocks ?? null);

  it('ticks a step for everybody who has it open, with who did it', async () => {
    const office = await start();
    const [mine, theirs] = [await open(office), await open(office, 'U2')];

    await press(office, mine, 'tick', 's2');

    const { steps: records } = await office.load('INC-1');
    expect(records).toEqual([
      { runbook: 'errors', step: 's2', text: 'Read the logs', done: { by: 'U1', at: office.clock.now }, answer: null },
    ]);
    for (const view of [mine, theirs]) expect(drawn(office, view)).toContain('Done by <@U1>');
    expect(office.journal.map(({ what }) => what).slice(0, 2)).toEqual(['commit', 'ack']);
  });

  it('takes two ticks of one step at once as one', async () => {
    const office = await start();
    const view = await open(office);

    await Promise.all([press(office, view, 'tick', 's2'), press(office, view, 'tick', 's2', 'U2')]);

    const events = await office.store.events('INC-1');
    expect(events.filter(({ type }) => type === 'step_ticked')).toHaveLength(1);
  });

  it('opens a step again', async () => {
    const office = await start();
    const view = await open(office);

    await press(office, view, 'tick', 's2');
    await press(office, view, 'untick', 's2');

    expect((await office.load('INC-1')).steps[0]?.done).toBeNull();
    expect(drawn(office, view)).toContain('0 of 3 steps done');
  });

  it('forgets a view that was closed', async () => {
    const office = await start({
      methods: {
        'views.update': ({ view_id }) => (view_id === 'V2' ? { ok: false, error: 'not_found' } : { ok: true }),
      },
    });
    const mine = await open(office);
    await office.deps.openViews.opened('INC-1', 'V2');

    await press(office, mine, 'tick', 's2');

    expect(await office.deps.openViews.of('INC-1')).toEqual([mine]);
    expect(told(office)).not.toContain('did not');
  });

  it('does not draw over what somebody has turned to', async () => {
    const office = await start();
    const [mine, theirs] = [await open(office), await open(office, 'U2')];
    await office.clickInView(theirs, sides.timeline.actionId, encodeTarget({ incident: 'INC-1', seen: 1 }), {
      user: 'U2',
    });
    office.journal.length = 0;

    await press(office, mine, 'tick', 's2');

    expect(office.done('views.update').map(({ body }) => body.view_id)).toEqual([mine]);
  });

  it('asks a check’s query after Slack has been answered, and shows the answer to all', async () => {
    const office = await start({
      deps: () => ({
        ask: async ({ service, environment }, { name }) => {
          office.journal.push({ what: 'ask', body: `${service}/${environment}/${name}` });
          return ANSWER;
        },
      }),
    });
    const [mine, theirs] = [await open(office), await open(office, 'U2')];

    await press(office, mine, 'check', 's1');

    expect(office.journal.map(({ what }) => what).slice(0, 3)).toEqual(['ack', 'ask', 'commit']);
    expect(office.done('ask')[0]?.body).toBe('bikeshare/prod/rate');
    for (const view of [mine, theirs]) expect(drawn(office, view)).toContain('Not as expected: 6.2 %\\n12 of 193');
    const [record] = (await office.load('INC-1')).steps;
    expect(record).toMatchObject({ done: null, answer: { text: '6.2 %\n12 of 193', isWell: false, by: 'U1' } });
  });

  it.each([
    [
      new TransientError('Prometheus did not answer in time', { cause: null }),
      'Could not tell: Prometheus did not answer in time',
    ],
    [new SetupError('The role may not call cloudwatch:GetMetricData'), 'may not call cloudwatch:GetMetricData'],
  ])('says in words what a check could not tell: %s', async (error, words) => {
    const office = await start({ deps: () => ({ ask: () => Promise.reject(error) }) });
    const view = await open(office);

    await press(office, view, 'check', 's1');

    expect(drawn(office, view)).toContain(words);
    expect((await office.load('INC-1')).steps).toEqual([]);
    expect(office.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('is drawn without the words of the last press, when the next one works', async () => {
    let answers = 0;
    const office = await start({
      deps: () => ({
        ask: async () => {
          if (++answers === 1) throw new TransientError('It is away', { cause: null });
          return ANSWER;
        },
      }),
    });
    const view = await open(office);

    await press(office, view, 'check', 's1');
    await press(office, view, 'check', 's1');

    expect(drawn(office, view)).not.toContain('It is away');
  });

  it.each<[StepButtonName, string]>([
    ['tick', 's2'],
    ['untick', 's2'],
    ['check', 's1'],
  ])('refuses %s to whoever may not act, and tells them in the view alone', async (name, step) => {
    const office = await start();
    const [mine, theirs] = [await open(office), await open(office, 'U9')];

    await press(office, theirs, name, step, 'U9');

    expect(drawn(office, theirs)).toContain('may act on bikeshare');
    expect(drawn(office, mine)).not.toContain('may act on bikeshare');
    expect((await office.load('INC-1')).steps).toEqual([]);
  });

  it('can only be read once the incident is over', async () => {
    const office = await start();
    const view = await open(office);
    await office.change('INC-1', { type: 'resolve', by: 'U1', seen: null, text: 'done', note: null });

    await press(office, view, 'tick', 's2');

    expect(drawn(office, view)).toContain('its runbook can only be read');
    expect(drawn(office, view)).not.toContain(steps.tick.actionId);
    expect((await office.load('INC-1')).steps).toEqual([]);
  });

  it.each([
    [
      'a step that the file has no more',
      encodeStep({ incident: 'INC-1', runbook: 'errors', step: 's9' }),
      'The runbook has changed',
    ],
    [
      'a step of another runbook',
      encodeStep({ incident: 'INC-1', runbook: 'old', step: 's2' }),
      'The runbook has changed',
    ],
    ['rubbish', 'x', 'older version'],
    ['nothing', undefined, 'older version'],
  ])('refuses %s with words', async (_, value, words) => {
    const office = await start();
    const view = await open(office);

    await office.clickInView(view, steps.tick.actionId, value);

    expect(told(office)).toContain(words);
    expect((await office.load('INC-1')).steps).toEqual([]);
  });

  it('refuses to ask anything for a step that a person does', async () => {
    const office = await start();
    const view = await open(office);

    await press(office, view, 'check', 's2');

    expect(drawn(office, view)).toContain('a person does it');
  });

  it('does not open where there is none, and says who can write one', async () => {
    const office = openOffice(server.client());
    await office.declare('movies', { runbook: null });

    await office.type('runbook INC-1');

    expect(told(office)).toContain('services/movies.yml');
  });

  it('ticks all the same when it cannot be drawn anew', async () => {
    const office = await start({
      deps: ({ openViews }) => ({
        openViews: { ...openViews, of: () => Promise.reject(new TransientError('Redis is away', { cause: null })) },
      }),
    });
    const view = await open(office);

    await press(office, view, 'tick', 's2');

    expect((await office.load('INC-1')).steps).toHaveLength(1);
    expect(office.logged).toContain('warn: open runbooks could not be drawn anew');
  });
});
