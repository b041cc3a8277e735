import type { ModalView } from '@slack/types';
import { PLAN_TITLES, planAgainView } from '../blocks/modals/plan.ts';
import { approveModal, rejectModal } from '../blocks/modals/plan-approve.ts';
import { detailsModal } from '../blocks/modals/plan-details.ts';
import { requestedView } from '../blocks/modals/plan-requested.ts';
import { problemView } from '../blocks/modals/sheets.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Run } from '../src/domain/run.ts';
import { REASON_LENGTH } from '../src/domain/run-approval.ts';
import { decodeMeta } from '../src/slack/protocol.ts';
import type { OfferTarget } from '../src/slack/protocol-runs.ts';
import { noteSeen } from './act.ts';
import type { Asker } from './asker.ts';
import type { Mistakes } from './card-forms.ts';
import type { HandlerDeps } from './deps.ts';
import { verbOf } from './plan-form.ts';
import { linkToCard } from './show.ts';
import { type Submit, unreadable } from './submit.ts';
import type { Answers } from './view-answers.ts';
import { findRun } from './which-run.ts';

/** A plan that somebody looked at: it runs now, or waits for somebody else. */
export const submitPlan: Submit = (deps, { asker, answers, view }) => {
  const meta = decodeMeta('plan', view.private_metadata);
  if (!meta) return async () => unreadable();
  const mistakes = glassMistakes(answers);
  if (mistakes) return mistakes;
  return async () => {
    const said = { ...saidIn(answers), reason: answers.reason ?? '' };
    const requested = await deps.actions.request(meta.draft, asker.user, said);
    const { draft: token, ...offer } = meta;
    if (!requested.ok) return refusedPlan(deps, requested, offer);
    const run = requested.value.runs.find((one) => one.token === token);
    return run ? ok(await following(deps, requested.value, run)) : ok(null);
  };
};

/** What was mistyped is said beside it; everything else takes the form away, because sending it again would not help. */
function refusedPlan(
  deps: HandlerDeps,
  refused: Result<never> | Result<Incident>,
  offer: OfferTarget,
): Result<ModalView> {
  if (refused.ok || refused.rejection.code === 'bad_input') return refused as Result<never>;
  const { message, hint = '' } = refused.rejection;
  return ok(planAgainView(PLAN_TITLES[verbOf(deps, offer.action)], `${message} ${hint}`.trim(), offer));
}

export const submitApproval: Submit = (deps, { asker, answers, view }) => {
  const target = decodeMeta('approve', view.private_metadata);
  if (!target) return async () => unreadable();
  const mistakes = glassMistakes(answers);
  if (mistakes) return mistakes;
  return async () => {
    const { run: id, hash } = target;
    const approved = await deps.actions.approve({ id, hash }, asker.user, saidIn(answers));
    return await decided(deps, approved, id);
  };
};

export const submitRejection: Submit = (deps, { asker, answers, view }) => {
  const target = decodeMeta('reject', view.private_metadata);
  if (!target) return async () => unreadable();
  return async () =>
    await decided(deps, await deps.actions.reject(target.run, asker.user, answers.reason ?? ''), target.run);
};

async function decided(deps: HandlerDeps, result: Result<Incident>, id: string): Promise<Result<ModalView | null>> {
  if (!result.ok) {
    if (result.rejection.code === 'bad_input') return result;
    const { message, hint = '' } = result.rejection;
    return ok(problemView(`Run ${id}`, `${message} ${hint}`.trim()));
  }
  const run = result.value.runs.find((one) => one.id === id);
  return ok(run ? await following(deps, result.value, run) : null);
}

async function following(deps: HandlerDeps, incident: Incident, run: Run): Promise<ModalView> {
  return requestedView(incident, run, await linkToCard(deps, incident));
}

/** Both fields of the glass belong together: one alone is a slip. `null`: nothing is wrong with them. */
function glassMistakes({ typed, breakGlass }: Answers): Mistakes | null {
  if (breakGlass === undefined) return null;
  const isTooShort = breakGlass.trim().length < REASON_LENGTH;
  const mistakes = {
    ...(typed === undefined && { typed: 'Type the name of what is changed, to break the glass.' }),
    ...(isTooShort && { breakGlass: 'Say in a sentence why nobody else could be asked.' }),
  };
  return Object.keys(mistakes).length > 0 ? mistakes : null;
}

function saidIn({ typed, breakGlass }: Answers) {
  return { typed: typed ?? null, breakGlass: breakGlass ?? null };
}

/** The plan of a run that waits, to approve it. `hash`: of the plan that the person has seen; `null` when they have seen none. */
export async function fillApproval(
  deps: HandlerDeps,
  asker: Asker,
  { run: id, hash }: { readonly run: string; readonly hash: string | null },
): Promise<Result<ModalView>> {
  const found = await findRun(deps, id);
  if (!found.ok) return found;
  const { incident, run } = found.value;
  await noteSeen(deps, asker, incident);
  if (run.state !== 'planned') return ok(detailsModal(incident, run, deps.now()));
  if (hash !== null && hash !== run.plan.hash) return notThePlan();
  return ok(approveModal(incident, run, deps.now()));
}

/** A button was forged, or belongs to a run of an incident that had this number before. */
function notThePlan(): Result<never> {
  return reject('changed_since_seen', 'This is not the plan that you were shown.', 'Open the card again and look.');
}

export async function fillRejection(deps: HandlerDeps, id: string): Promise<Result<ModalView>> {
  const found = await findRun(deps, id);
  if (!found.ok) return found;
  const { incident, run } = found.value;
  return ok(run.state === 'planned' ? rejectModal(incident, run) : detailsModal(incident, run, deps.now()));
}

export async function fillDetails(deps: HandlerDeps, asker: Asker, id: string): Promise<Result<ModalView>> {
  const found = await findRun(deps, id);
  if (!found.ok) return found;
  const { incident, run } = found.value;
  await noteSeen(deps, asker, incident);
  return ok(detailsModal(incident, run, deps.now()));
}
