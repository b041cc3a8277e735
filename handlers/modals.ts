import type { App, SlackViewMiddlewareArgs, ViewResponseAction, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { problemView } from '../blocks/modals/sheets.ts';
import { decodeMeta, type ModalName, modals, type SideName } from '../src/slack/protocol.ts';
import { submitMessage } from './add-message.ts';
import { type Asker, askerOf } from './asker.ts';
import { submitContact, submitContactCode } from './contact.ts';
import { submitDeclaration } from './declare.ts';
import type { HandlerDeps } from './deps.ts';
import { submitFollowUp } from './follow-up-form.ts';
import { type Exchange, guard, notAcked, type Outcome, plainWords } from './guard.ts';
import { submitCover, submitOverride } from './on-call-forms.ts';
import { submitApproval, submitPlan, submitRejection } from './run-forms.ts';
import { say } from './say.ts';
import { type Submit, submitCardForm } from './submit.ts';
import { answersOf, firstInput } from './view-answers.ts';

type Submission = Pick<SlackViewMiddlewareArgs<ViewSubmitAction>, 'ack' | 'body' | 'view'> & {
  readonly client: WebClient;
};

/** One entry per modal with inputs: forgetting one is a compile error. Those on the way to a plan are in `plan-steps.ts`. */
const submits: { readonly [N in Exclude<ModalName, SideName | 'chooseAction' | 'askInputs'>]: Submit } = {
  resolve: submitCardForm('resolve'),
  close: submitCardForm('close'),
  severity: submitCardForm('severity'),
  note: submitCardForm('note'),
  silence: submitCardForm('silence'),
  assign: submitCardForm('assign'),
  escalate: submitCardForm('escalate'),
  snooze: submitCardForm('snooze'),
  reopen: submitCardForm('reopen'),
  declare: submitDeclaration,
  addMessage: submitMessage,
  followUp: submitFollowUp,
  override: submitOverride,
  cover: submitCover,
  contact: submitContact,
  contactCode: submitContactCode,
  plan: submitPlan,
  approve: submitApproval,
  reject: submitRejection,
};

export function registerModals(app: App, deps: HandlerDeps): void {
  for (const name of Object.keys(submits) as (keyof typeof submits)[]) {
    app.view<ViewSubmitAction>(
      { callback_id: modals[name].callbackId, type: 'view_submission' },
      async (submission) => {
        const { body, view, ack } = submission;
        const asker = askerOf(body);
        const work = submits[name](deps, { asker, answers: answersOf(view), view });
        if (typeof work === 'function') return guard(deps, exchangeOf(deps, submission, asker, name), work);

        deps.counted(`modal.${name}`, 'refused', 0);
        const mistakes = { response_action: 'errors', errors: { ...work } } as const;
        await ack(mistakes).catch((error: unknown) => notAcked(deps, `modal.${name}`, error));
      },
    );
  }
}

function exchangeOf(
  deps: HandlerDeps,
  submission: Submission,
  asker: Asker,
  name: keyof typeof submits,
): Exchange<ModalView | null> {
  const { ack, client, view } = submission;
  return {
    kind: `modal.${name}`,
    asker,
    ack: (outcome) => ack(responseTo(outcome, submission)),
    ackSpeaks: true,
    words: () => null,
    say: async (message) => say(deps, { client, user: asker.user, channel: await channelOf(deps, view) }, message),
  };
}

/** A refusal keeps the modal open, with everything that was typed. */
function responseTo(outcome: Outcome<ModalView | null>, { view }: Submission): ViewResponseAction {
  if (outcome.is === 'ok')
    return outcome.value === null ? { response_action: 'clear' } : { response_action: 'update', view: outcome.value };
  const input = mistakenInput(view, outcome);
  if (input === null)
    return { response_action: 'update', view: problemView(view.title.text, plainWords(outcome.refusal)) };
  return { response_action: 'errors', errors: { [input]: unmentioned(plainWords(outcome.refusal)) } };
}

/** Where a refusal is written: beside what was typed to confirm, where that is what was mistaken, else beside the first input. */
function mistakenInput(view: Submission['view'], outcome: Outcome<unknown>): string | null {
  const isMistyped = outcome.is === 'refused' && outcome.code === 'bad_input';
  return isMistyped && view.blocks.some(({ block_id }) => block_id === 'typed') ? 'typed' : firstInput(view);
}

/** Slack draws errors of inputs as plain text: a mention would show as its id. */
function unmentioned(text: string): string {
  return text.replaceAll(/<@[UW][A-Z0-9]+>/g, 'somebody else');
}

/** Where the person can be told more: beside the incident's card, if the modal is about one. */
async function channelOf({ store }: HandlerDeps, { private_metadata }: Submission['view']): Promise<string | null> {
  const target = decodeMeta('note', private_metadata) ?? decodeMeta('plan', private_metadata); // all others about one incident carry the same
  const incident = target && (await store.load(target.incident).catch(() => null));
  return incident?.channel ?? null;
}
