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
  const ackMs = await acked(deps, request);
  await fillView(deps, request, { viewId, ackMs }, settle(deps, request, fill));
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
  const { kind, client, title } = request;
  const outcome = (await within(FILL_WITHIN_MS, filling)) ?? ({ is: 'failed', refusal: TOO_SLOW } as const);
  deps.counted(kind, outcome.is, ackMs);
  const view = outcome.is === 'ok' ? outcome.value : problemView(title, plainWords(outcome.refusal));
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
  { client, triggerId, title, kind, say }: FormRequest,
): Promise<string | null> {
  try {
    const { view } = await client.views.open({ trigger_id: triggerId, view: loadingView(title) });
    return view?.id ?? null;
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
