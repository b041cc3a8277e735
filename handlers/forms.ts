import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../blocks/kit.ts';
import { loadingView, problemView } from '../blocks/modals/sheets.ts';
import { rejectionReply } from '../blocks/replies.ts';
import type { Result } from '../src/domain/result.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { notAcked, type Outcome, plainWords, type Refusal, settle, within } from './guard.ts';
import { rememberView } from './open-runbooks.ts';
import { slackCode } from './slack-code.ts';

/** A question that is answered with a modal. */
export interface FormRequest {
  readonly kind: string;
  readonly asker: Asker;
  readonly client: WebClient;
  /** Good for 3 s. */
  readonly triggerId: string;
  readonly title: string;
  readonly ack: () => Promise<void>;
  readonly say: (message: Message) => Promise<void>;
  /** What stands while a person waits for other systems, and for how long they do, in ms; a few seconds without. */
  readonly patience?: Patience;
}

export interface Patience {
  readonly loading: ModalView;
  readonly withinMs: number;
}

type FormDeps = Pick<HandlerDeps, 'counted' | 'log' | 'newId' | 'now' | 'openViews'>;

const FILL_WITHIN_MS = 8_000;

const TOO_SLOW: Refusal = {
  message: 'This takes too long just now.',
  hint: 'Nothing was changed. Close this and try again in a minute.',
};

/**
 * Opens a modal at once, because Slack's permission to do so ends after 3 s, and fills it when its content is known. Whatever
 * goes wrong is said in the modal, or beside it when it cannot be opened. Never throws.
 */
export async function openForm(
  deps: FormDeps,
  request: FormRequest,
  fill: () => Promise<Result<ModalView>>,
): Promise<void> {
  const ackMs = await acked(deps, request);
  const filling = settle(deps, request, fill);
  const viewId = await open(deps, request);
  if (viewId === null) deps.counted(request.kind, 'failed', ackMs);
  else await fillView(deps, request, { viewId, ackMs }, filling);
}

/** Draws something else into a view that is open already, by a button inside of it. Never throws. */
export async function refillView(
  deps: FormDeps,
  request: Omit<FormRequest, 'triggerId'>,
  viewId: string,
  fill: () => Promise<Result<ModalView>>,
): Promise<void> {
  const { patience, client } = request;
  const ackMs = await acked(deps, request);
  const filling = settle(deps, request, fill);
  const isSlow = patience !== undefined && (await within(SHOW_LOADING_AFTER_MS, filling)) === null;
  if (isSlow) await update(client, viewId, patience.loading).catch(unlessClosed(deps, request));
  await fillView(deps, request, { viewId, ackMs }, filling);
}

/** Slack's own mark on the pressed button says enough for as long. */
const SHOW_LOADING_AFTER_MS = 300;

/**
 * Answers a submitted form with another view: at once where it is known soon enough, else with one that says so until it is known.
 * `ack` answers Slack with a view. Never throws.
 */
export async function nextView(
  deps: FormDeps,
  request: Omit<FormRequest, 'triggerId' | 'ack' | 'patience'> & { readonly patience: Patience },
  { viewId, ack }: { readonly viewId: string; readonly ack: (view: ModalView) => Promise<void> },
  fill: () => Promise<Result<ModalView>>,
): Promise<void> {
  const asked = deps.now();
  const filling = settle(deps, request, fill);
  const soon = await within(NEXT_WITHIN_MS, filling);
  const view = soon === null ? request.patience.loading : viewOf(request.title, soon);
  await ack(view).catch((error: unknown) => notAcked(deps, request.kind, error));
  const ackMs = deps.now() - asked;
  if (soon) deps.counted(request.kind, soon.is, ackMs);
  else await fillView(deps, { ...request, ack: async () => {} }, { viewId, ackMs }, filling);
}

/** Below the 3 s within which Slack takes a view as the answer. */
const NEXT_WITHIN_MS = 1_500;

function viewOf(title: string, outcome: Outcome<ModalView>): ModalView {
  return outcome.is === 'ok' ? outcome.value : problemView(title, plainWords(outcome.refusal));
}

async function acked(deps: FormDeps, { kind, ack }: Pick<FormRequest, 'kind' | 'ack'>): Promise<number> {
  const asked = deps.now();
  await ack().catch((error: unknown) => notAcked(deps, kind, error));
  return deps.now() - asked;
}

async function fillView(
  deps: FormDeps,
  request: Omit<FormRequest, 'triggerId'>,
  { viewId, ackMs }: { readonly viewId: string; readonly ackMs: number },
  filling: Promise<Outcome<ModalView>>,
): Promise<void> {
  const { kind, client, title, patience } = request;
  const outcome =
    (await within(patience?.withinMs ?? FILL_WITHIN_MS, filling)) ?? ({ is: 'failed', refusal: TOO_SLOW } as const);
  deps.counted(kind, outcome.is, ackMs);
  const view = viewOf(title, outcome);
  await rememberView(deps, view, viewId);
  await update(client, viewId, view).catch(unlessClosed(deps, request));
}

/** A picture that Slack does not show costs only itself. */
async function update(client: WebClient, viewId: string, view: ModalView): Promise<void> {
  const blocks = view.blocks.filter(({ type }) => type !== 'image');
  try {
    await client.views.update({ view_id: viewId, view });
  } catch (error) {
    const code = slackCode(error);
    if (code === null || code === 'not_found' || blocks.length === view.blocks.length) throw error;
    await client.views.update({ view_id: viewId, view: { ...view, blocks } });
  }
}

async function open(
  { log }: Pick<HandlerDeps, 'log'>,
  { client, triggerId, title, kind, say, patience }: FormRequest,
): Promise<string | null> {
  try {
    const view = patience?.loading ?? loadingView(title);
    const { view: opened } = await client.views.open({ trigger_id: triggerId, view });
    return opened?.id ?? null;
  } catch (error) {
    log.warn({ err: error, kind }, 'a form could not be opened');
    await say(
      rejectionReply({
        message: 'Slack did not let me open the form.',
        hint: 'Nothing was changed. Please try once more.',
      }),
    );
    return null;
  }
}

/** Somebody who closes the modal before it is filled has lost nothing. */
function unlessClosed({ log }: Pick<HandlerDeps, 'log'>, { kind, say }: Pick<FormRequest, 'kind' | 'say'>) {
  return async (error: unknown) => {
    if (slackCode(error) === 'not_found') return;
    log.warn({ err: error, kind }, 'a form could not be filled');
    await say(
      rejectionReply({
        message: 'Slack did not let me fill the form.',
        hint: 'Nothing was changed. Close it and try once more.',
      }),
    );
  };
}
