import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxState } from '../../../sandbox/api.ts';
import { post as say } from '../../../sandbox/slack/messages.ts';
import type { Running } from './harness.ts';
import { ADA, BO, eventually, GENERAL, SECRET, startSlack } from './harness.ts';

let running: Running;

beforeEach(async () => {
  running = await startSlack();
});

afterEach(() => running.stop());

function post(path: string, body: object): Promise<Response> {
  return fetch(`${running.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Reads a stream of states until it is told to stop. */
async function listen(as: string): Promise<{ states: SandboxState[]; stop(): void }> {
  const abort = new AbortController();
  const response = await fetch(`${running.url}/api/stream?as=${as}`, { signal: abort.signal });
  const states: SandboxState[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) states.push(JSON.parse(event.replace(/^data: /, '')));
    }
  };
  read().catch(() => {});
  return { states, stop: () => abort.abort() };
}

describe('the page', () => {
  it('shows each person the channels that they are allowed to see', async () => {
    const seen = async (as: string): Promise<SandboxState> => (await fetch(`${running.url}/api/state?as=${as}`)).json();

    expect((await seen(ADA)).channels.map(({ id }) => id)).toContain(SECRET);
    expect((await seen(BO)).channels.map(({ id }) => id)).not.toContain(SECRET);
    expect((await seen(BO)).app).toMatchObject({ connected: false, commands: [{ command: '/incident' }] });
  });

  it('streams what changes, many changes as few states', async () => {
    const { states, stop } = await listen(ADA);
    await eventually(() => states.length === 1);

    for (let i = 1; i <= 30; i += 1) await running.client().chat.postMessage({ channel: GENERAL, text: `n${i}` });
    await eventually(() => states.at(-1)?.messages[GENERAL]?.length === 30);
    stop();

    expect(states.length).toBeLessThan(30);
  });

  it('lets a person speak', async () => {
    const answer = await post(`/api/act?as=${BO}`, { type: 'message', channel: GENERAL, text: 'hi' });

    expect(await answer.json()).toEqual({ ok: true });
    expect(running.slack.stateFor(ADA).messages[GENERAL]).toMatchObject([{ user: BO, text: 'hi' }]);
  });

  it('lets nobody write to an app that does not listen', async () => {
    await running.stop();
    running = await startSlack({ manifest: { features: { app_home: { messages_tab_read_only_enabled: true } } } });

    const result = await running.slack.act(BO, { type: 'message', channel: 'D0BO', text: 'hi' });

    expect(result.error).toBe('Sending messages to this app has been turned off.');
  });

  it.each([
    ['somebody unknown', '/api/act?as=U0NO', { type: 'open-home' }],
    ['an act that there is not', `/api/act?as=${ADA}`, { type: 'dance' }],
  ])('refuses %s', async (_case, path, act) => {
    expect((await post(path, act)).status).toBe(400);
  });

  it('shows the newest hundred roots of a long channel with their replies', async () => {
    const { world } = running.slack;
    const channel = world.channels.get(GENERAL);
    if (channel === undefined) throw new Error('no channel');
    for (let i = 0; i < 500; i += 1) say(world, channel, { user: BO, text: `n${i}` });
    say(world, channel, { user: BO, text: 'reply', threadTs: channel.roots.at(-1)?.ts ?? null });

    const shown = running.slack.stateFor(ADA).messages[GENERAL] ?? [];

    expect(shown).toHaveLength(101);
    expect(shown[0]?.text).toBe('n400');
    expect(shown.at(-1)).toMatchObject({ text: 'reply', threadTs: shown.at(-2)?.ts });
  });
});
