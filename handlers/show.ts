import type { ModalView } from '@slack/types';
import { incidentCard } from '../blocks/incident-card.ts';
import { link, type Message, md, section } from '../blocks/kit.ts';
import { sheet } from '../blocks/modals/form.ts';
import { runbookOf } from '../src/domain/checklist.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result } from '../src/domain/result.ts';
import { findIncident, noteSeen } from './act.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { within } from './guard.ts';

const LINK_WITHIN_MS = 500;

/** The card of an incident as a message, for one person. Everybody may look. */
export async function showCard(deps: HandlerDeps, asker: Asker, id: string): Promise<Result<Message>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  await noteSeen(deps, asker, found.value);
  return ok(await cardOf(deps, found.value));
}

async function cardOf(deps: HandlerDeps, incident: Incident): Promise<Message> {
  const offered = deps.actions.offered(incident);
  const remedies = { offered, serving: await deps.actions.serving(incident.service) };
  return incidentCard(incident, deps.now(), runbookOf(incident, deps.services()), remedies);
}

/** The same as a modal, where no message can be shown. It would not follow what its buttons do, so it leads to the card instead. */
export async function showSheet(deps: HandlerDeps, asker: Asker, id: string): Promise<Result<ModalView>> {
  const found = await findIncident(deps, id);
  if (!found.ok) return found;
  await noteSeen(deps, asker, found.value);
  const url = await linkToCard(deps, found.value);
  const { blocks } = await cardOf(deps, found.value);
  return ok(
    sheet(
      id,
      ...blocks.filter(({ type }) => type !== 'actions'),
      url === null ? null : section(md`To act on it: ${link('open the card', url)}`),
    ),
  );
}

/** Where the card is; `null` while nobody knows, or when it takes too long to find out. */
export function linkToCard({ permalink }: Pick<HandlerDeps, 'permalink'>, incident: Incident): Promise<string | null> {
  return within(
    LINK_WITHIN_MS,
    permalink(incident).catch(() => null),
  );
}
