import { App, type Receiver, type ReceiverEvent } from '@slack/bolt';
import type { FetchFunction } from '@slack/web-api';

/** One thing that the app did, in order: `ack`, `respond`, or a method of Slack's Web API. */
export interface Entry {
  readonly what: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what was sent, whatever its shape
  readonly body: any;
}

/** Where and by whom something is pressed, typed or submitted. */
export interface At {
  readonly user?: string;
  /** The workspace of that person, when it is another one. */
  readonly home?: string;
  readonly channel?: string;
  /** The text of the message that the button is in. */
  readonly text?: string;
  /** Names the request; the same again is a repetition. */
  readonly trigger?: string;
}

/** What Slack's Web API answers; a thrown error is a connection that breaks. */
export type Methods = Record<string, (body: Entry['body']) => object>;

const TEAM = 'T1';
const RESPONSE_URL = 'https://slack.test/respond';

/**
 * A real Bolt app with the wire cut: it is fed what Slack would send, and all that it does is written down. `methods` says
 * what Slack answers, where that is not `{ ok: true }`.
 */
export function fakeSlack(methods: Methods = {}) {
  const journal: Entry[] = [];
  let messages = 0;
  const answers: Methods = { 'views.open': () => ({ ok: true, view: { id: `V${++messages}` } }), ...methods };
  const fetch: FetchFunction = async (url, init) => {
    const what = String(url) === RESPONSE_URL ? 'respond' : (String(url).split('/api/')[1] ?? String(url));
    const body = read(String(init?.body));
    journal.push({ what, body });
    return Response.json(answers[what]?.(body) ?? { ok: true });
  };
  const receiver: Receiver = { init() {}, start: async () => {}, stop: async () => {} };
  const authorize = async () => ({ botToken: 'xoxb-test', botId: 'B1', botUserId: 'U0', teamId: TEAM });
  const clientOptions = { fetch, retryConfig: { retries: 0 } };
  const app = new App({ receiver, authorize, clientOptions });

  async function post(body: ReceiverEvent['body']): Promise<void> {
    const ack = async (answer?: unknown) => {
      journal.push({ what: 'ack', body: answer });
    };
    await app.processEvent({ body, ack });
  }

  return {
    app,
    journal,
    post,
    ...interactions(post),
    done: (what: string) => journal.filter((entry) => entry.what === what),
  };
}
export type FakeSlack = ReturnType<typeof fakeSlack>;

function interactions(post: (body: ReceiverEvent['body']) => Promise<void>) {
  const whoAnd = ({ user = 'U1', home = TEAM }: At) => ({
    team: { id: TEAM },
    user: { id: user, team_id: home },
    trigger_id: 'trigger',
    token: 'not verified',
  });
  const action = (what: object, at: At) =>
    post({
      ...whoAnd(at),
      type: 'block_actions',
      actions: [{ block_id: 'b', action_ts: '1.1', ...what }],
      channel: { id: at.channel ?? 'C1' },
      message: { type: 'message', ts: '100.1', text: at.text ?? 'a card' },
      container: { type: 'message', message_ts: '100.1', channel_id: at.channel ?? 'C1' },
      response_url: RESPONSE_URL,
    });

  return {
    click: (actionId: string, value: string | undefined, at: At = {}) =>
      action({ type: 'button', action_id: actionId, ...(value !== undefined && { value }) }, at),
    choose: (actionId: string, value: string, at: At = {}) =>
      action(
        { type: 'overflow', action_id: actionId, selected_option: { text: { type: 'plain_text', text: 'x' }, value } },
        at,
      ),
    clickAtHome: (actionId: string, value: string | undefined, at: At = {}) =>
      post({
        ...whoAnd(at),
        type: 'block_actions',
        actions: [
          {
            type: 'button',
            block_id: 'b',
            action_ts: '1.1',
            action_id: actionId,
            ...(value !== undefined && { value }),
          },
        ],
        view: { id: 'V0', type: 'home', hash: 'h1', blocks: [], state: { values: {} } },
        container: { type: 'view', view_id: 'V0' },
      }),
    clickInView: (view: string, actionId: string, value: string | undefined, at: At = {}) =>
      post({
        ...whoAnd(at),
        type: 'block_actions',
        actions: [
          {
            ...{ type: 'button', block_id: 'b', action_ts: '1.1', action_id: actionId },
            ...(value !== undefined && { value }),
          },
        ],
        view: { id: view, type: 'modal', hash: 'h1', blocks: [], state: { values: {} } },
        container: { type: 'view', view_id: view },
      }),
    type: (text: string, { user = 'U1', channel = 'C1', trigger = 'trigger' }: At = {}) =>
      post({
        ...{ command: '/incident', text, user_id: user, user_name: 'ana', channel_id: channel, channel_name: 'ops' },
        ...{
          team_id: TEAM,
          team_domain: 't',
          trigger_id: trigger,
          response_url: RESPONSE_URL,
          token: '',
          api_app_id: 'A1',
        },
      }),
    /** Submits a view as it was last drawn, with these values in its inputs. */
    submit: (view: Entry['body'], values: Record<string, object>, at: At = {}) =>
      post({
        ...whoAnd(at),
        type: 'view_submission',
        view: {
          ...{ id: 'V1', hash: 'h1', ...view },
          state: {
            values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [name]: value }])),
          },
        },
      }),
    shortcut: (callbackId: string, at: At = {}) =>
      post({ ...whoAnd(at), type: 'shortcut', callback_id: callbackId, action_ts: '1.1' }),
    messageShortcut: (callbackId: string, message: object, at: At = {}) =>
      post({
        ...whoAnd(at),
        ...{ type: 'message_action', callback_id: callbackId, action_ts: '1.1', response_url: RESPONSE_URL },
        ...{ channel: { id: at.channel ?? 'C1', name: 'ops' }, message_ts: '200.1' },
        message: { type: 'message', ts: '200.1', user: 'U7', ...message },
      }),
    mention: (text: string, more: object = {}, { user = 'U1', channel = 'C1' }: At = {}) =>
      post({
        ...{ type: 'event_callback', team_id: TEAM, api_app_id: 'A1', event_id: 'Ev1', event_time: 1, token: '' },
        event: { type: 'app_mention', user, text, channel, ts: '300.1', event_ts: '300.1', ...more },
      }),
    openHome: (user = 'U1', more: object = {}) =>
      post({
        ...{ type: 'event_callback', team_id: TEAM, api_app_id: 'A1', event_id: 'Ev2', event_time: 1, token: '' },
        event: { type: 'app_home_opened', user, channel: 'D1', tab: 'home', event_ts: '1.1', ...more },
      }),
  };
}

/** The Web API's client sends JSON or a form whose structured fields are JSON. */
function read(body: string): Record<string, unknown> {
  if (body.startsWith('{')) return JSON.parse(body) as Record<string, unknown>;
  return Object.fromEntries([...new URLSearchParams(body)].map(([name, value]) => [name, structured(value)]));
}

function structured(value: string): unknown {
  return /^[[{]/.test(value) ? JSON.parse(value) : value;
}
