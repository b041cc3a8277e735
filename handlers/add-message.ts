import type { MessageShortcut } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { section, spoken } from '../blocks/kit.ts';
import { addMessageModal } from '../blocks/modals/add-message.ts';
import { sheet } from '../blocks/modals/form.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { decodeMeta, IncidentId } from '../src/slack/protocol.ts';
import { change, incidentToChange } from './act.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { within } from './guard.ts';
import { type Submit, unreadable } from './submit.ts';

export const ADD_MESSAGE_TITLE = 'Add to incident';

/** A message on its way into a timeline. */
interface Draft {
  readonly author: string;
  readonly text: string;
  readonly link: string | null;
}

/** As much as a timeline takes: the link leads to the rest. */
const KEPT_TEXT = 3_000;
const OFFERED = 100;
const LINK_WITHIN_MS = 2_000;

/** Adds a message at once where its thread says to which incident; else keeps it and asks. */
export async function fillAddMessage(
  deps: HandlerDeps,
  asker: Asker,
  { message, channel }: Pick<MessageShortcut, 'message' | 'channel'>,
  client: WebClient,
): Promise<Result<ModalView>> {
  const thread: unknown = message.thread_ts;
  const [here, link] = await Promise.all([
    deps.incidentOfMessage(channel.id, typeof thread === 'string' ? thread : message.ts),
    linkTo(client, channel.id, message.ts),
  ]);
  const draft: Draft = { author: message.user ?? asker.user, text: textOf(message), link };
  if (here !== null) return addHere(deps, asker, here, draft);

  const open = await deps.store.loadMany(await deps.store.openIds(OFFERED));
  if (open.length === 0) return reject('not_found', 'No incident is open.', 'Declare one with /incident declare');
  return ok(addMessageModal({ open, draft: await deps.drafts.keep(JSON.stringify(draft)) }));
}

async function addHere(deps: HandlerDeps, asker: Asker, id: string, draft: Draft): Promise<Result<ModalView>> {
  const added = await change(deps, asker, id, { type: 'add_message', by: asker.user, ...draft });
  return added.ok ? ok(sheet(ADD_MESSAGE_TITLE, section(spoken(`The message is in the timeline of ${id}.`)))) : added;
}

/** Takes the draft only when all else is in order; puts it back when the incident refuses it, for another choice. */
export const submitMessage: Submit = (deps, { asker, answers, view }) => {
  const meta = decodeMeta('addMessage', view.private_metadata);
  if (!meta) return async () => unreadable();
  const incident = IncidentId.safeParse(answers.incident);
  if (!incident.success) return { incident: 'Choose an incident.' };

  return async () => {
    const found = await incidentToChange(deps, asker, incident.data);
    if (!found.ok) return found;
    const kept = await deps.drafts.take(meta.draft);
    if (kept === null) {
      return reject(
        'not_found',
        'This message was added already, or an hour has passed since.',
        'Choose “Add to incident” on the message again.',
      );
    }
    try {
      const draft = JSON.parse(kept) as Draft; // written by fillAddMessage() above and nobody else
      const added = await deps.dispatch(incident.data, { type: 'add_message', by: asker.user, ...draft });
      if (!added.ok) await deps.drafts.keep(kept, meta.draft);
      return added.ok ? ok(null) : added;
    } catch (error) {
      await deps.drafts.keep(kept, meta.draft);
      throw error;
    }
  };
};

/** Apps post blocks, attachments and files with little text. */
function textOf(message: MessageShortcut['message']): string {
  const attachment: unknown = message.attachments?.[0]?.fallback;
  const file: unknown = message.files?.[0]?.name;
  const text = [message.text, attachment, file].find((one) => typeof one === 'string' && one.trim() !== '');
  return String(text ?? 'A message without text')
    .slice(0, KEPT_TEXT)
    .toWellFormed();
}

/** The message is added without a link when Slack does not give one soon. */
async function linkTo(client: WebClient, channel: string, ts: string): Promise<string | null> {
  const asked = client.chat.getPermalink({ channel, message_ts: ts }).then(
    ({ permalink }) => permalink ?? null,
    () => null,
  );
  return within(LINK_WITHIN_MS, asked);
}
