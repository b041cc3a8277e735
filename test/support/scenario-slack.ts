import type { ActResult } from '../../sandbox/api.ts';
import type { Json } from '../../sandbox/slack/json.ts';
import type { Message } from '../../sandbox/slack/messages.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import { metadata } from '../../src/slack/protocol.ts';
import { eventually } from './eventually.ts';

/** A message as people see it, always as it is drawn now. */
export interface Seen {
  readonly channel: string;
  readonly ts: string;
  /** All that it says, with names for people and labels for links. */
  text(): string;
  /** Resolves once it says all of these words. */
  says(...words: (string | RegExp)[]): Promise<void>;
  /** What its buttons say. */
  buttons(): string[];
  /** What its thread says, one text per reply. */
  thread(): string[];
  /** Resolves once a reply says this. */
  isTold(words: string | RegExp): Promise<void>;
  raw(): Message;
}

export interface Person {
  readonly id: string;
  /** Presses a button of a message by its label. Throws when Slack shows that it did not work. */
  clicks(message: Seen, label: string): Promise<void>;
  /** The same, with whatever Slack shows afterwards. */
  tries(message: Seen, label: string): Promise<ActResult>;
  /** Chooses from a message's overflow menu. */
  chooses(message: Seen, label: string): Promise<void>;
  types(text: string, channel?: string): Promise<void>;
  /** Fills in the modal that is open, by the names of its inputs, and submits it. */
  submits(values: Readonly<Record<string, string>>): Promise<ActResult>;
  /** Resolves with the message that only this person sees, once there is one with these words. */
  hears(words: string | RegExp): Promise<string>;
  /** All that was said to this person alone, oldest first. */
  heard(): string[];
}

export interface SlackView {
  readonly slack: Slack;
  /** The only card of an incident. Waits for it. */
  card(incident: string): Promise<Seen>;
  /** Every card in every channel, of one incident or of all. */
  cards(incident?: string): Seen[];
  /** Ids of the incidents that have a card, in the order of their cards. */
  incidentsWithCard(): string[];
  summaries(): Seen[];
  notices(): Seen[];
  /** Messages about who is on call in every channel, oldest first. */
  onCall(): Seen[];
  /** Direct messages from the bot to a person, oldest first. */
  dms(person: Person): Seen[];
  person(name: string): Person;
}

export function viewOf(slack: Slack): SlackView {
  const { world } = slack;
  const roots = (eventType: string) =>
    [...world.channels.values()].flatMap(({ id, roots: messages }) =>
      messages
        .filter((message) => !message.deleted && message.metadata?.event_type === eventType)
        .map((message) => ({ seen: seenAt(slack, id, message.ts), name: nameOf(message) })),
    );
  const cards = (incident?: string) =>
    roots(metadata.card)
      .filter(({ name }) => incident === undefined || name.startsWith(`${incident}/card/`))
      .map(({ seen }) => seen);

  return {
    slack,
    cards,
    async card(incident) {
      const found = await eventually(`the card of ${incident}`, () => cards(incident)[0]);
      return found;
    },
    incidentsWithCard: () => roots(metadata.card).map(({ name }) => name.split('/')[0] ?? ''),
    summaries: () => roots(metadata.storm).map(({ seen }) => seen),
    notices: () => roots(metadata.notice).map(({ seen }) => seen),
    onCall: () => roots(metadata.onCall).map(({ seen }) => seen),
    dms: ({ id }) =>
      [...slack.world.channels.values()]
        .filter(({ kind, members }) => kind === 'im' && members.has(id))
        .flatMap(({ id: channel, roots: messages }) =>
          messages.filter(({ deleted }) => !deleted).map(({ ts }) => seenAt(slack, channel, ts)),
        ),
    person: (name) => personOf(slack, name),
  };
}

function nameOf({ metadata: found }: Message): string {
  const payload = found?.event_payload;
  return typeof payload === 'object' && payload !== null && 'name' in payload ? String(payload.name) : '';
}

function seenAt(slack: Slack, channel: string, ts: string): Seen {
  const raw = () => {
    const message = slack.world.channels.get(channel)?.byTs.get(ts);
    if (message === undefined) throw new Error(`The message ${ts} is gone from ${channel}`);
    return message;
  };
  const thread = () => raw().replies.map((reply) => wordsOf(slack, reply));
  const text = () => wordsOf(slack, raw());
  const matches = (where: string, words: string | RegExp) =>
    typeof words === 'string' ? where.includes(words) : words.test(where);
  return {
    channel,
    ts,
    raw,
    text,
    thread,
    buttons: () =>
      raw()
        .blocks.flatMap(({ elements }) => listOf(elements))
        .filter(({ type }) => type === 'button')
        .map((button) => plain(button.text)),
    async says(...words) {
      await eventually(
        () => `“${words.join('” and “')}” on the card, which says: ${text()}`,
        () => words.every((one) => matches(text(), one)),
      );
    },
    async isTold(words) {
      await eventually(
        () => `“${words}” in the thread, which says: ${thread().join(' | ')}`,
        () => thread().some((reply) => matches(reply, words)),
      );
    },
  };
}

function personOf(slack: Slack, name: string): Person {
  const user = [...slack.world.users.values()].find((one) => one.name === name);
  if (user === undefined) throw new Error(`Nobody is called ${name}`);
  const { id } = user;
  const heard = () =>
    [...slack.world.channels.values()]
      .flatMap(({ ephemerals }) => ephemerals.get(id) ?? [])
      .map((message) => wordsOf(slack, message));
  const press = (message: Seen, label: string) => {
    const found = controlOf(message, label);
    if (found === undefined) throw new Error(`There is no “${label}” on: ${message.text()}`);
    return slack.act(id, { type: 'click', where: { channel: message.channel, ts: message.ts }, ...found });
  };
  const mustWork = (result: ActResult) => {
    if (!result.ok) throw new Error(`Slack shows ${name}: ${result.error}`);
  };

  return {
    id,
    heard,
    tries: press,
    clicks: async (message, label) => mustWork(await press(message, label)),
    chooses: async (message, label) => mustWork(await press(message, label)),
    types: async (text, channel = 'C0INCIDENTS') => mustWork(await slack.act(id, { type: 'message', channel, text })),
    async submits(values) {
      const view = await eventually('a filled form', () => {
        const open = slack.world.modals.get(id)?.at(-1);
        const inputs = listOf(open?.content.blocks).filter(({ type }) => type === 'input');
        return Object.keys(values).every((input) => inputs.some(({ block_id }) => block_id === input)) && open;
      });
      const typed = Object.entries(values).map(([input, value]) => [
        input,
        { [input]: { type: 'plain_text_input', value } },
      ]);
      return slack.act(id, { type: 'submit', viewId: view.id, values: Object.fromEntries(typed) });
    },
    async hears(words) {
      const match = (text: string) => (typeof words === 'string' ? text.includes(words) : words.test(text));
      return eventually(
        () => `“${words}” to ${name}, who heard: ${heard().join(' | ')}`,
        () => heard().findLast(match),
      );
    },
  };
}

/** A button by its label, or a choice of an overflow menu. */
function controlOf(message: Seen, label: string) {
  const controls = message.raw().blocks.flatMap((block) =>
    listOf(block.elements).map((element) => ({
      blockId: String(block.block_id),
      actionId: String(element.action_id),
      element: pressed(element, label),
    })),
  );
  return controls.find((control): control is typeof control & { element: Json } => control.element !== null);
}

function pressed(element: Json, label: string): Json | null {
  if (element.type === 'button') return plain(element.text) === label ? { type: 'button', value: element.value } : null;
  const option = listOf(element.options).find(({ text }) => plain(text) === label);
  return option ? { type: 'overflow', selected_option: option } : null;
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : []; // blocks, elements and options are lists of objects
}

function plain(text: unknown): string {
  return typeof text === 'object' && text !== null && 'text' in text ? String(text.text) : '';
}

/** All words of a message's blocks, or its text when it has none, as they are read. */
function wordsOf({ world }: Slack, { blocks, text }: Message): string {
  const raw = blocks.length === 0 ? text : textsIn(blocks).join('\n');
  return raw
    .replace(/<@(\w+)>/g, (_, id: string) => `@${world.users.get(id)?.name ?? id}`)
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<[^|>]+\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    key === 'text' && typeof part === 'string' ? [part] : textsIn(part),
  );
}
