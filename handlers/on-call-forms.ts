import type { ModalView } from '@slack/types';
import type { Message } from '../blocks/kit.ts';
import { CONTACT_TITLE } from '../blocks/modals/contact.ts';
import { coverModal } from '../blocks/modals/cover.ts';
import { sheet } from '../blocks/modals/form.ts';
import { overrideModal } from '../blocks/modals/override.ts';
import { ok, type Result } from '../src/domain/result.ts';
import type { Span } from '../src/domain/rotation.ts';
import type { Call, Verb } from '../src/slack/grammar.ts';
import type { Asker } from './asker.ts';
import type { Mistakes } from './card-forms.ts';
import { fillContact } from './contact.ts';
import type { HandlerDeps } from './deps.ts';
import type { Ask } from './incident-of.ts';
import { askForCover, putOnCall } from './on-call-changes.ts';
import { noRotation, readWords, rotationNamed, rotationsOf, whichRotation } from './on-call-rotation.ts';
import type { Submit } from './submit.ts';
import type { Answers } from './view-answers.ts';

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;

/** Verbs about on call that may open a form, with its title. */
export const onCallTitles = { override: 'Override', cover: 'Ask for cover', contact: CONTACT_TITLE } as const;
export type OnCallFormVerb = keyof typeof onCallTitles;

export function opensOnCallForm(verb: Verb): verb is OnCallFormVerb {
  return Object.hasOwn(onCallTitles, verb);
}

/** Whether words are missing that a form asks for. */
export function needsOnCallForm({ verb, text }: Call, user: string): boolean {
  if (verb === 'contact') return true;
  if (verb !== 'override' && verb !== 'cover') return false;
  const said = readWords(text, user);
  return said.ok && said.value.rest === '';
}

/** What goes into the form of a verb, filled in with what was said. */
export async function fillOnCallForm(
  deps: HandlerDeps,
  { asker, channel }: Pick<Ask, 'asker' | 'channel'>,
  { verb, text }: { readonly verb: OnCallFormVerb; readonly text: string },
): Promise<Result<ModalView>> {
  if (verb === 'contact') return fillContact(deps, asker);
  const services = deps.services();
  const said = readWords(text, asker.user);
  if (!said.ok) return said;
  const { named, person } = said.value;
  const all = rotationsOf(services);
  if (all.length === 0) return noRotation();
  const meant = whichRotation(services, { named, channel, asking: `/incident ${verb}` });
  if (!meant.ok && named !== null && !all.some(({ service }) => service.name === named)) return meant;
  const offered = all.map(({ rotation: { name, title, zone } }) => ({ rotation: name, title, zone }));
  const from = Math.ceil(deps.now() / QUARTER_MS) * QUARTER_MS;
  const asked = {
    offered,
    rotation: meant.ok ? meant.value.rotation.name : null,
    channel,
    from,
    to: from + 2 * HOUR_MS,
  };
  return ok(verb === 'override' ? overrideModal({ ...asked, person: person ?? asker.user }) : coverModal(asked));
}

export const submitOverride: Submit = (deps, { asker, answers, view }) => {
  const span = spanOf(answers);
  const { person, rotation, note = '' } = answers;
  const mistakes = { ...mistakesIn(answers), ...(!person && { person: 'Choose who is on call then.' }) };
  if (!span || !person || !rotation || Object.keys(mistakes).length > 0) return mistakes;
  return () =>
    inView(view.title.text, async () => {
      const meant = rotationNamed(deps.services(), rotation);
      return meant.ok ? putOnCall(deps, asker, meant.value, { id: view.id, person, note, ...span }) : meant;
    });
};

export const submitCover: Submit = (deps, { asker, answers, view }) => {
  const span = spanOf(answers);
  const { rotation, note = '' } = answers;
  const mistakes = mistakesIn(answers);
  if (!span || !rotation || Object.keys(mistakes).length > 0) return mistakes;
  return () => inView(view.title.text, () => askedCover(deps, asker, rotation, { id: view.id, note, ...span }));
};

async function askedCover(deps: HandlerDeps, asker: Asker, rotation: string, asked: Parameters<typeof askForCover>[3]) {
  const meant = rotationNamed(deps.services(), rotation);
  return meant.ok ? askForCover(deps, asker, meant.value, asked) : meant;
}

/** The answer takes the form's place; buttons of it stand in the list as well. */
async function inView(title: string, work: () => Promise<Result<Message>>): Promise<Result<ModalView>> {
  const done = await work();
  if (!done.ok) return done;
  return ok(sheet(title, ...done.value.blocks.filter(({ type }) => type !== 'actions')));
}

/** Slack sends seconds. */
function spanOf({ from, to }: Answers): Span | null {
  const span = { from: Number(from) * 1_000, to: Number(to) * 1_000 };
  return Number.isSafeInteger(span.from) && Number.isSafeInteger(span.to) ? span : null;
}

function mistakesIn(answers: Answers): Mistakes {
  const span = spanOf(answers);
  return {
    ...(!answers.rotation && { rotation: 'Choose a rotation.' }),
    ...(!span && { from: 'Give a day and a time for both.' }),
    ...(span && span.from >= span.to && { to: 'Give an end that is later than the beginning.' }),
  };
}
