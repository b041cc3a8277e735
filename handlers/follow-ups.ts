import type { App, BlockButtonAction } from '@slack/bolt';
import { followUpsReply, myFollowUpsReply } from '../blocks/deadline-list.ts';
import type { Message } from '../blocks/kit.ts';
import { doneLetter, openLetter } from '../blocks/letter-deadline.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result } from '../src/domain/result.ts';
import type { Call } from '../src/slack/grammar.ts';
import { decodeFollowUp, type FollowUpTarget, followUps } from '../src/slack/protocol.ts';
import { findIncident } from './act.ts';
import type { Asker } from './asker.ts';
import { type Click, clicked, outdated } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { changeFollowUp } from './follow-up-act.ts';
import { FOLLOW_UP_TITLE, fillFollowUp } from './follow-up-form.ts';
import { openForm } from './forms.ts';
import { guard } from './guard.ts';
import { hashOf, publish } from './home.ts';
import type { Ask } from './incident-of.ts';

const LISTED = 20;

/** Buttons beside follow-ups, wherever those stand. What they do shows where they were pressed. */
export function registerFollowUps(app: App, deps: HandlerDeps): void {
  for (const name of ['done', 'undone'] as const) {
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: followUps[name].actionId }, (click) =>
      finish(deps, click, decodeFollowUp(click.action.value), name === 'done'),
    );
  }
  app.action<BlockButtonAction>({ type: 'block_actions', action_id: followUps.change.actionId }, (click) =>
    openChange(deps, click, decodeFollowUp(click.action.value)),
  );
}

/** `/incident followups`: of the incident that is named or in whose thread it is asked, else one's own. Everybody may look. */
export async function listFollowUps(deps: HandlerDeps, { asker, here }: Ask, call: Call): Promise<Result<Message>> {
  const id = call.incident ?? here;
  if (id === null) return ok(await mine(deps, asker));
  const found = await findIncident(deps, id);
  return found.ok ? ok(followUpsReply(found.value, deps.now())) : found;
}

async function mine({ store, now }: HandlerDeps, { user }: Asker): Promise<Message> {
  const [own, free] = await Promise.all([store.followUps(user, LISTED), store.followUps(null, LISTED)]);
  return myFollowUpsReply({
    ...{ mine: own.shown, total: own.total, free: free.shown, freeTotal: free.total },
    now: now(),
  });
}

async function finish(deps: HandlerDeps, click: Click, target: FollowUpTarget | null, isDone: boolean): Promise<void> {
  const exchange = clicked(deps, click, isDone ? 'followup.done' : 'followup.undone');
  if (!target) return guard(deps, exchange, async () => outdated(click.body.message));
  const { asker } = exchange;
  let changed: Incident | null = null;
  await guard(deps, exchange, async (): Promise<Result<null>> => {
    const command = { type: 'finish_deadline', by: asker.user, id: target.followUp, isDone } as const;
    const result = await changeFollowUp(deps, asker, target, command);
    if (!result.ok) return result;
    changed = result.value;
    return ok(null);
  });
  if (changed) await redraw(deps, click, target, changed);
}

/** Draws the message or App Home anew in which the button stood. What was done is done when that does not work. */
async function redraw(deps: HandlerDeps, click: Click, target: FollowUpTarget, incident: Incident): Promise<void> {
  try {
    if (target.on === 'home') return await publish(deps, click.client, click.body.user.id, hashOf(click.body.view));
    if (!click.body.response_url) return;
    const message = await drawn(deps, { user: click.body.user.id, isStranger: false, isBot: false }, target, incident);
    await click.respond({ ...message, replace_original: true });
  } catch (error) {
    deps.log.warn({ err: error, incident: incident.id }, 'a follow-up could not be drawn anew');
  }
}

async function drawn(deps: HandlerDeps, asker: Asker, target: FollowUpTarget, incident: Incident): Promise<Message> {
  if (target.on === 'mine') return await mine(deps, asker);
  const deadline = incident.deadlines.find(({ id }) => id === target.followUp);
  if (target.on === 'list' || !deadline) return followUpsReply(incident, deps.now());
  return deadline.done ? doneLetter(incident, deadline, deps.now()) : openLetter(incident, deadline, deps.now());
}

async function openChange(deps: HandlerDeps, click: Click, target: FollowUpTarget | null): Promise<void> {
  const exchange = clicked(deps, click, 'followup.change');
  if (!target) return guard(deps, exchange, async () => outdated(click.body.message));
  const { asker, say, kind } = exchange;
  const request = {
    ...{ kind, asker, say, client: click.client, triggerId: click.body.trigger_id, title: FOLLOW_UP_TITLE },
    ack: () => click.ack(),
  };
  return openForm(deps, request, () => fillFollowUp(deps, asker, target));
}
