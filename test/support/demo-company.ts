import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxMessage, SandboxSystem, SandboxView } from '../../sandbox/api.ts';
import { eventually, pause } from './eventually.ts';
import { type LocalMode, startLocalMode } from './local-mode.ts';

const PACKS = join(import.meta.dirname, '../../services');
const WITHIN_MS = 90_000;
const LOOK_MS = 700;

type Element = Readonly<Record<string, unknown>>;

/** The demo company with its five systems and the packs that come with Tocsin, as one sees it on the page. */
export interface DemoCompany {
  readonly local: LocalMode;
  system(name: string): Promise<SandboxSystem>;
  breaks(system: string, fault: string): Promise<void>;
  /** The card in a channel that says this, all of it as text, once it does; time passes meanwhile, `minutes` at a look. */
  card(channel: string, words: RegExp, minutes?: number): Promise<{ readonly text: string; readonly id: string }>;
  /** Types a command. */
  types(person: string, channel: string, command: string): Promise<void>;
  /** Sends the plan that is open, once it can be decided on, with what it asks to be typed. */
  decides(person: string): Promise<void>;
  /** Presses the button that begins with these words on the newest card of a channel. */
  presses(person: string, channel: string, label: string): Promise<void>;
}

export async function startDemoCompany(settings: Readonly<Record<string, string>> = {}): Promise<DemoCompany> {
  const files = readdirSync(PACKS).filter((file) => file.endsWith('.yml'));
  const services = Object.fromEntries(
    files.map((file) => [file.replace('.yml', ''), readFileSync(join(PACKS, file), 'utf8')]),
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
    types: (person, channel, command) => must(command, local.act(person, { type: 'message', channel, text: command })),
    async decides(person) {
      const view = await openForm(local, person);
      await must('the form', local.act(person, { type: 'submit', viewId: view.id, values: answersOf(view) }));
    },
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
      seen = JSON.stringify(view?.blocks ?? '');
      return view?.submit ? view : false;
    },
    WITHIN_MS,
  );
}

/** What it asks to be typed to confirm; every other question stays without an answer. */
function answersOf({ blocks }: SandboxView): Record<string, Record<string, unknown>> {
  const inputs = blocks.filter(({ type }) => type === 'input') as {
    block_id: string;
    label: Element;
    element: Element;
  }[];
  return Object.fromEntries(
    inputs.map(({ block_id: id, label, element }) => {
      const wanted = /^Type (?<subject>.+) to confirm$/.exec(String(label.text))?.groups?.subject ?? null;
      return [id, { [String(element.action_id)]: { type: element.type, value: wanted } }];
    }),
  );
}

function buttonOn(channel: string, { ts, blocks }: SandboxMessage, label: string) {
  for (const { block_id: blockId, elements } of blocks) {
    for (const element of (Array.isArray(elements) ? elements : []) as Element[]) {
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
