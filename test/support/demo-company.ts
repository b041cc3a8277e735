import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxMessage, SandboxSystem, SandboxView } from '../../sandbox/api.ts';
import { eventually, pause } from './eventually.ts';
import { type LocalMode, startLocalMode } from './local-mode.ts';

const PACKS = join(import.meta.dirname, '../../services');
const WITHIN_MS = 90_000;
const LOOK_MS = 700;
const OPENING_MS = 100;

type Element = Readonly<Record<string, unknown>>;

/** The demo company with its five systems and the packs that come with Tocsin, as one sees it on the page. */
export interface DemoCompany {
  readonly local: LocalMode;
  system(name: string): Promise<SandboxSystem>;
  breaks(system: string, fault: string): Promise<void>;
  /** The card in a channel that says this, all of it as text, once it does; time passes meanwhile, `minutes` at a look. */
  card(channel: string, words: RegExp, minutes?: number): Promise<{ readonly text: string; readonly id: string }>;
  /** Moves the clock. */
  passes(minutes: number): Promise<void>;
  /** Types a command. */
  types(person: string, channel: string, command: string): Promise<void>;
  /** Declares an incident of the service that lives in the channel. */
  declares(person: string, channel: string, title: string, environment: string): Promise<void>;
  /** Sends the plan that is open, once it can be decided on, with what it asks to be typed. */
  decides(person: string): Promise<void>;
  /** Presses the button that begins with these words on the newest card of a channel. */
  presses(person: string, channel: string, label: string): Promise<void>;
}

/** `edits`: what is other here than in the file of a pack, by its name. */
export async function startDemoCompany(
  settings: Readonly<Record<string, string>> = {},
  edits: Readonly<Record<string, (pack: string) => string>> = {},
): Promise<DemoCompany> {
  const names = readdirSync(PACKS).flatMap((file) => (file.endsWith('.yml') ? [file.replace('.yml', '')] : []));
  const services = Object.fromEntries(
    names.map((name) => {
      const pack = readFileSync(join(PACKS, `${name}.yml`), 'utf8');
      return [name, edits[name]?.(pack) ?? pack];
    }),
  );
  const local = await startLocalMode(services, {
    ...{ SANDBOX_SYSTEMS: 'on', SANDBOX_RATE_LIMITS: 'off' },
    ...settings,
  });
  const must = async (what: string, done: ReturnType<LocalMode['act']>) => {
    const { ok, error } = await done;
    if (!ok) throw new Error(`${what}: ${error ?? 'it did not work'}`);
  };
  const cards = async (channel: string): Promise<readonly SandboxMessage[]> =>
    ((await local.state('U0ANA')).messages[channel] ?? []).filter(({ threadTs }) => threadTs === null).toReversed();
  const system: DemoCompany['system'] = async (name) => {
    const found = (await local.state('U0ANA')).systems.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no system ${name}`);
    return found;
  };

  const types: DemoCompany['types'] = (person, channel, command) =>
    must(command, local.act(person, { type: 'message', channel, text: command }));
  const submits = async (person: string, chosen: Readonly<Record<string, string>>) => {
    const view = await openForm(local, person);
    await must('the form', local.act(person, { type: 'submit', viewId: view.id, values: answersOf(view, chosen) }));
  };

  return {
    local,
    system,
    breaks: (name, fault) =>
      must(`break ${name}`, local.act('U0ANA', { type: 'fault', system: name, fault, on: true })),
    async card(channel, words, minutes = 0) {
      let seen = '';
      return await eventually(
        () => `a card in ${channel} that says ${words}; the newest says: ${seen}`,
        async () => {
          const all = (await cards(channel)).map((one) => ({ id: one.ts, text: wordsOf(one) }));
          seen = all[0]?.text ?? '';
          const found = all.find(({ text }) => words.test(text));
          if (found !== undefined) return found;
          if (minutes > 0) await local.act('U0ANA', { type: 'clock', minutes });
          await pause(LOOK_MS); // for a bot on a busy machine to do what is due by then
          return false;
        },
        WITHIN_MS,
      );
    },
    passes: (minutes) => must('the clock', local.act('U0ANA', { type: 'clock', minutes })),
    types,
    async declares(person, channel, title, environment) {
      await types(person, channel, `/incident declare ${title}`);
      await submits(person, { environment });
    },
    decides: (person) => submits(person, {}),
    async presses(person, channel, label) {
      const found = await eventually(
        `“${label}” in ${channel}`,
        async () =>
          (await cards(channel)).map((message) => buttonOn(channel, message, label)).find((one) => one !== null),
        WITHIN_MS,
      );
      await must(label, local.act(person, { type: 'click', ...found }));
    },
  };
}

/** The plan, once the world has been read. */
async function openForm(local: LocalMode, person: string): Promise<SandboxView> {
  let seen = '';
  return await eventually(
    () => `a plan to decide on; what is open says: ${seen}`,
    async () => {
      const view = (await local.state(person)).modals.at(-1);
      if (view?.submit) return view;
      seen = JSON.stringify(view?.blocks ?? '');
      await pause(OPENING_MS); // the whole state is a lot to read again and again
      return false;
    },
    WITHIN_MS,
  );
}

interface Question {
  readonly block_id: string;
  readonly label: Element;
  readonly element: Element;
}

/** What is chosen, by block, and what it asks to be typed to confirm; every other question stays as it stands there. */
function answersOf(
  { blocks }: SandboxView,
  chosen: Readonly<Record<string, string>>,
): Record<string, Record<string, unknown>> {
  const inputs = blocks.filter(({ type }) => type === 'input') as unknown as Question[];
  return Object.fromEntries(
    inputs.flatMap(({ block_id: id, label, element }) => {
      const answer = chosenOf(chosen[id]) ?? typedOf(label);
      return answer === null ? [] : [[id, { [String(element.action_id)]: { type: element.type, ...answer } }]];
    }),
  );
}

function chosenOf(value: string | undefined) {
  return value === undefined ? null : { selected_option: { value, text: { type: 'plain_text', text: value } } };
}

function typedOf(label: Element) {
  const value = /^Type (?<subject>.+) to confirm$/.exec(String(label.text))?.groups?.subject;
  return value === undefined ? null : { value };
}

function buttonOn(channel: string, { ts, blocks }: SandboxMessage, label: string) {
  for (const { block_id: blockId, elements = [], accessory = {} } of blocks) {
    for (const element of [elements, accessory].flat() as Element[]) {
      const text = (element.text as Element | undefined)?.text;
      if (element.type !== 'button' || !String(text).startsWith(label)) continue;
      const pressed = { blockId: String(blockId), actionId: String(element.action_id) };
      return { ...pressed, where: { channel, ts }, element: { type: 'button', value: element.value } };
    }
  }
  return null;
}

function wordsOf({ text, blocks }: SandboxMessage): string {
  return `${text}\n${JSON.stringify(blocks)}`;
}
