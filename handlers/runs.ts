import type { App, BlockButtonAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { PLAN_TITLES } from '../blocks/modals/plan.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result } from '../src/domain/result.ts';
import {
  type ApprovalTarget,
  decodeApproval,
  decodeOffer,
  decodeRun,
  type OfferTarget,
  offers,
  PLAN_ACTION_IDS,
  type RunTarget,
  runs,
} from '../src/slack/protocol-runs.ts';
import type { Asker } from './asker.ts';
import { type Click, clicked, modalOf, outdated } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm, type Patience, refillView } from './forms.ts';
import { type Exchange, guard } from './guard.ts';
import { fillByOffer, planPatience, verbOf } from './plan-form.ts';
import { fillApproval, fillDetails, fillRejection } from './run-forms.ts';
import { findRun } from './which-run.ts';

/** Buttons that lead to plans, and those of runs. Who may is asked when they are pressed, and the answer is for that person alone. */
export function registerRuns(app: App, deps: HandlerDeps): void {
  const listen = (id: string | RegExp, hear: (click: Click, value: string | undefined) => Promise<void>) =>
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: id }, (click) => hear(click, click.action.value));

  listen(PLAN_ACTION_IDS, (click, value) => plan(deps, click, 'run.plan', decodeOffer(value)));
  listen(offers.review.actionId, (click, value) => plan(deps, click, 'run.review', decodeOffer(value)));
  listen(offers.back.actionId, (click, value) => plan(deps, click, 'fallback.back', decodeOffer(value)));
  listen(offers.over.actionId, (click, value) => switchedBack(deps, click, decodeOffer(value)));
  listen(offers.dismiss.actionId, (click, value) => dismiss(deps, click, decodeOffer(value)));
  listen(runs.approve.actionId, (click, value) => approve(deps, click, decodeApproval(value)));
  listen(runs.cancel.actionId, (click, value) => cancel(deps, click, decodeRun(value)));
  listen(runs.reject.actionId, (click, value) =>
    openRun(deps, click, 'reject', decodeRun(value), (_, id) => fillRejection(deps, id)),
  );
  listen(runs.details.actionId, (click, value) =>
    openRun(deps, click, 'details', decodeRun(value), (asker, id) => fillDetails(deps, asker, id)),
  );
}

interface Opened {
  readonly kind: string;
  readonly title: string;
  readonly patience?: Patience;
}

/** A view in answer to a click: in the modal that it was made in, else in a new one. */
async function openAnywhere(
  deps: HandlerDeps,
  click: Click,
  { kind, title, patience }: Opened,
  fill: (asker: Asker) => Promise<Result<ModalView>>,
): Promise<void> {
  const { asker, say } = clicked(deps, click, kind);
  const request = {
    ...{ kind, asker, say, title, client: click.client, triggerId: click.body.trigger_id, ack: () => click.ack() },
    ...(patience && { patience }),
  };
  const viewId = modalOf(click);
  if (viewId === null) await openForm(deps, request, () => fill(asker));
  else await refillView(deps, request, viewId, () => fill(asker));
}

function notOurs(deps: HandlerDeps, click: Click, kind: string): Promise<void> {
  return guard(deps, clicked(deps, click, kind), async () => outdated(click.body.message));
}

async function plan(deps: HandlerDeps, click: Click, kind: string, target: OfferTarget | null): Promise<void> {
  if (!target) return await notOurs(deps, click, kind);
  const verb = verbOf(deps, target.action);
  const opened = { kind, title: PLAN_TITLES[verb], patience: planPatience(verb) };
  await openAnywhere(deps, click, opened, (asker) => fillByOffer(deps, asker, target));
}

function dismiss(deps: HandlerDeps, click: Click, target: OfferTarget | null): Promise<void> {
  const kind = 'proposal.dismiss';
  if (!target) return notOurs(deps, click, kind);
  return changed(deps, clicked(deps, click, kind), (by) => deps.actions.dismiss(target.incident, target.action, by));
}

function switchedBack(deps: HandlerDeps, click: Click, target: OfferTarget | null): Promise<void> {
  const kind = 'fallback.over';
  if (!target) return notOurs(deps, click, kind);
  return changed(deps, clicked(deps, click, kind), (by) =>
    deps.actions.switchedBack(target.incident, target.action, by),
  );
}

function changed(
  deps: HandlerDeps,
  exchange: Exchange<null>,
  change: (by: string) => Promise<Result<Incident>>,
): Promise<void> {
  return guard(deps, exchange, async () => {
    const result = await change(exchange.asker.user);
    return result.ok ? ok(null) : result;
  });
}

/** At once where nothing more has to be said; with the plan and what must be typed where it has. */
async function approve(deps: HandlerDeps, click: Click, target: ApprovalTarget | null): Promise<void> {
  const kind = 'run.approve';
  if (!target) return await notOurs(deps, click, kind);
  const { run: id, hash } = target;
  if (modalOf(click) !== null || (await asksMore(deps, click.body.user.id, id))) {
    return await openAnywhere(deps, click, { kind, title: `Approve ${id}` }, (asker) =>
      fillApproval(deps, asker, target),
    );
  }
  const nothing = { typed: null, breakGlass: null };
  await changed(deps, clicked(deps, click, kind), (by) => deps.actions.approve({ id, hash }, by, nothing));
}

/** What cannot be looked up now is said by the approval itself. */
async function asksMore(deps: HandlerDeps, user: string, id: string): Promise<boolean> {
  const found = await findRun(deps, id).catch(() => null);
  if (!found?.ok || found.value.run.state !== 'planned') return false;
  const { incident, run } = found.value;
  const mayBreakGlass = run.plan.risk === 'high' && incident.severity === 'P0' && run.requestedBy === user;
  return run.plan.risk === 'medium' || mayBreakGlass;
}

async function cancel(deps: HandlerDeps, click: Click, target: RunTarget | null): Promise<void> {
  const kind = 'run.cancel';
  if (!target) return await notOurs(deps, click, kind);
  const { run: id } = target;
  if (modalOf(click) === null)
    return await changed(deps, clicked(deps, click, kind), (by) => deps.actions.cancel(id, by));
  await openAnywhere(deps, click, { kind, title: `Run ${id}` }, async (asker) => {
    const cancelled = await deps.actions.cancel(id, asker.user);
    return cancelled.ok ? await fillDetails(deps, asker, id) : cancelled;
  });
}

async function openRun(
  deps: HandlerDeps,
  click: Click,
  name: 'reject' | 'details',
  target: RunTarget | null,
  fill: (asker: Asker, id: string) => Promise<Result<ModalView>>,
): Promise<void> {
  const kind = `run.${name}`;
  if (!target) return await notOurs(deps, click, kind);
  const title = name === 'reject' ? `Reject ${target.run}` : `Run ${target.run}`;
  await openAnywhere(deps, click, { kind, title }, (asker) => fill(asker, target.run));
}
