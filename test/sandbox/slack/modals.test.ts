import type { ViewsOpenArguments } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxView } from '../../../sandbox/api.ts';
import type { BoltApp, Running } from './harness.ts';
import { ADA, eventually, GENERAL, refusal, startBolt, startSlack } from './harness.ts';

let running: Running;
let app: BoltApp;
/** Milliseconds by which Slack's clock is ahead of the machine's. */
let ahead: number;

/** Listeners are added per test: Bolt takes them at any time. */
beforeEach(async () => {
  ahead = 0;
  running = await startSlack({ timeScale: 0.25, now: () => Date.now() + ahead });
  app = await startBolt(running, () => {});
});

afterEach(async () => {
  await running.stop();
  await app.stop();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const form: ViewsOpenArguments['view'] = {
  type: 'modal',
  callback_id: 'form',
  title: plain('Declare'),
  submit: plain('Declare'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'title',
      label: plain('Title'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
};
const answers = { title: { text: { type: 'plain_text_input', value: 'down' } } };

function say(text: string) {
  return running.slack.act(ADA, { type: 'message', channel: GENERAL, text });
}

function modals(): readonly SandboxView[] {
  return running.slack.stateFor(ADA).modals;
}

/** Opens the form by its command and gives its id. */
async function openForm(): Promise<string> {
  app.command('/incident', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form });
  });
  await say('/incident declare');
  return (await eventually(() => modals()[0])).id;
}

describe('modals', () => {
  it('are validated by Slack before the app hears of them', async () => {
    const viewId = await openForm();

    const result = await running.slack.act(ADA, { type: 'submit', viewId, values: {} });

    expect(result.ok).toBe(false);
    expect(modals()[0]?.errors).toEqual({ title: 'Please complete this required field.' });
  });

  it('give the app what was entered and close', async () => {
    const viewId = await openForm();
    let entered: unknown;
    app.view('form', async ({ ack, view }) => {
      entered = view.state.values.title?.text?.value;
      await ack();
    });

    const result = await running.slack.act(ADA, { type: 'submit', viewId, values: answers });

    expect(result).toEqual({ ok: true });
    expect(entered).toBe('down');
    expect(modals()).toEqual([]);
  });

  it('show the errors of the app and stay open', async () => {
    const viewId = await openForm();
    app.view('form', async ({ ack }) => ack({ response_action: 'errors', errors: { title: 'Say more.' } }));

    await running.slack.act(ADA, { type: 'submit', viewId, values: answers });

    expect(modals()).toMatchObject([{ id: viewId, errors: { title: 'Say more.' } }]);
  });

  it('can be updated, pushed upon and cleared', async () => {
    const viewId = await openForm();
    const next = (title: string) => ({ ...form, title: plain(title) }) as typeof form;
    const actions = ['update', 'push', 'push', 'push', 'clear'] as const;
    let step = 0;
    app.view('form', async ({ ack }) => {
      const response_action = actions[step++] ?? 'clear';
      await (response_action === 'clear' ? ack({ response_action }) : ack({ response_action, view: next(`S${step}`) }));
    });
    const submitTop = () =>
      running.slack.act(ADA, { type: 'submit', viewId: modals().at(-1)?.id ?? viewId, values: answers });

    const results: boolean[] = [];
    const stacks: string[][] = [];
    for (const _ of actions) {
      results.push((await submitTop()).ok);
      stacks.push(modals().map(({ title }) => title));
    }

    expect(stacks).toEqual([['S1'], ['S1', 'S2'], ['S1', 'S2', 'S3'], ['S1', 'S2', 'S3'], []]);
    expect(results).toEqual([true, true, true, false, true]);
  });

  it('leave what the person opened meanwhile alone', async () => {
    const viewId = await openForm();
    app.view('form', async ({ ack }) => {
      await running.slack.act(ADA, { type: 'close', viewId });
      await say('/incident declare');
      await eventually(() => modals().length === 1);
      await ack();
    });

    await running.slack.act(ADA, { type: 'submit', viewId, values: answers });

    expect(modals()).toHaveLength(1);
  });

  it('say that there was trouble when the app does not answer', async () => {
    const viewId = await openForm();

    const result = await running.slack.act(ADA, { type: 'submit', viewId, values: answers });

    expect(result.error).toBe('We had some trouble connecting. Try again?');
    expect(modals()).toHaveLength(1);
  });

  it('tell the app that they were closed, if it asked', async () => {
    const viewId = await openForm();
    let closed = '';
    app.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack, body }) => {
      closed = body.view.id;
      await ack();
    });

    await running.slack.act(ADA, { type: 'close', viewId });

    await eventually(() => closed === viewId);
    expect(modals()).toEqual([]);
  });

  it('refuse an update that is based on an old picture', async () => {
    const viewId = await openForm();
    const { hash = '' } = modals()[0] ?? {};
    await running.client().views.update({ view_id: viewId, hash, view: form });

    expect(await refusal(running.client().views.update({ view_id: viewId, hash, view: form }))).toBe('hash_conflict');
  });

  it('keep what was entered when they are updated', async () => {
    const viewId = await openForm();
    app.view('form', async ({ ack }) => ack({ response_action: 'errors', errors: { title: 'Say more.' } }));
    await running.slack.act(ADA, { type: 'submit', viewId, values: answers });

    const { view } = await running.client().views.update({ view_id: viewId, view: form });

    expect(view?.state).toMatchObject({ values: answers });
  });
});

describe('triggers', () => {
  async function trigger(): Promise<string> {
    let id = '';
    app.command('/incident', async ({ ack, body }) => {
      id = body.trigger_id;
      await ack();
    });
    await say('/incident');
    return id;
  }

  it('open one view', async () => {
    const trigger_id = await trigger();
    await running.client().views.open({ trigger_id, view: form });

    expect(await refusal(running.client().views.open({ trigger_id, view: form }))).toBe('exchanged_trigger_id');
  });

  it('are useless after three seconds', async () => {
    const trigger_id = await trigger();
    ahead = 3000 * 0.25 + 1;

    expect(await refusal(running.client().views.open({ trigger_id, view: form }))).toBe('expired_trigger_id');
  });
});
