import type { ModalView } from '@slack/types';
import { changedFollowUpSheet, followUpModal } from '../blocks/modals/follow-up.ts';
import { decide, type PersonCommand } from '../src/domain/decide.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { decodeMeta, type FollowUpTarget } from '../src/slack/protocol.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { changeFollowUp, followUpOf } from './follow-up-act.ts';
import { type Submit, unreadable } from './submit.ts';

export const FOLLOW_UP_TITLE = 'Change follow-up';

/** The form that gives a follow-up to somebody else or another time, or why there is none. */
export async function fillFollowUp(
  deps: HandlerDeps,
  asker: Asker,
  target: FollowUpTarget,
): Promise<Result<ModalView>> {
  const found = await followUpOf(deps, asker, target);
  if (!found.ok) return found;
  const probe = decide(found.value, { type: 'change_deadline', by: asker.user, id: target.followUp }, deps.now());
  const deadline = found.value.deadlines.find(({ id }) => id === target.followUp);
  if (!probe.ok) return probe;
  return deadline ? ok(followUpModal(found.value, deadline, target)) : unreadable();
}

export const submitFollowUp: Submit = (deps, { asker, answers, view }) => {
  const target = decodeMeta('followUp', view.private_metadata);
  if (!target) return async () => unreadable();
  const due = Number(answers.due) * 1000;
  if (!Number.isFinite(due)) return { due: 'Choose a day and a time.' };
  return async () => {
    const found = await followUpOf(deps, asker, target);
    if (!found.ok) return found;
    const before = found.value.deadlines.find(({ id }) => id === target.followUp);
    const isSameDue = before !== undefined && Math.floor(before.due / 1000) === due / 1000; // the form knows whole seconds only
    const command: PersonCommand = {
      ...{ type: 'change_deadline', by: asker.user, id: target.followUp, owner: answers.owner ?? null },
      ...(isSameDue ? {} : { due }),
    };
    const changed = await changeFollowUp(deps, asker, target, command);
    if (!changed.ok) return changed;
    const after = changed.value.deadlines.find(({ id }) => id === target.followUp);
    if (!after) return reject('not_found', `${target.incident} has no follow-up ${target.followUp}.`);
    return ok(changedFollowUpSheet(changed.value, after, deps.now()));
  };
};
