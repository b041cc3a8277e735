import type { App, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../blocks/kit.ts';
import { PLAN_TITLES } from '../blocks/modals/plan.ts';
import { rejectionReply } from '../blocks/replies.ts';
import type { Result } from '../src/domain/result.ts';
import { type Call, COMMAND, parseCall, type Verb } from '../src/slack/grammar.ts';
import { answer } from './answers.ts';
import type { Asker } from './asker.ts';
import { type CardForm, fillCardForm, titles } from './card-forms.ts';
import { DECLARE_TITLE, fillDeclare } from './declare.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm } from './forms.ts';
import { type Exchange, guard } from './guard.ts';
import { type Ask, incidentOf } from './incident-of.ts';
import { fillOnCallForm, needsOnCallForm, onCallTitles, opensOnCallForm } from './on-call-forms.ts';
import { fillByWords, planPatience } from './plan-form.ts';
import { fillApproval } from './run-forms.ts';
import { say } from './say.ts';
import { isSide } from './sides.ts';
import { changes, isChange } from './verbs.ts';
import { isActionVerb } from './which-action.ts';
import { whichRun } from './which-run.ts';

type Typed = Pick<SlackCommandMiddlewareArgs, 'ack' | 'command' | 'respond'> & { readonly client: WebClient };

export function registerCommands(app: App, deps: HandlerDeps): void {
  app.command(COMMAND, async (typed) => {
    const { command } = typed;
    const call = parseCall(command.text ?? '');
    // Slack runs slash commands neither for apps, nor for guests of other workspaces, nor in threads.
    const asker: Asker = { user: command.user_id, isStranger: false, isBot: false };
    const ask: Ask = { asker, channel: command.channel_id, here: null, request: command.trigger_id };
    if (!call.ok) return guard(deps, exchangeOf(deps, typed, asker, 'command.unreadable'), async () => call);
    if (needsForm(call.value, asker)) return openFormFor(deps, typed, ask, call.value);

    const exchange = exchangeOf(deps, typed, asker, `command.${call.value.verb}`);
    await guard(deps, exchange, () => answer(deps, ask, call.value));
  });
}

/** The answer to Slack is the message itself, so a slash command costs one message and no further request. */
function exchangeOf(deps: HandlerDeps, typed: Typed, asker: Asker, kind: string): Exchange<Message> {
  return {
    kind,
    asker,
    ack: (outcome) => {
      const message = outcome.is === 'ok' ? outcome.value : rejectionReply(outcome.refusal);
      return typed.ack({ ...message, response_type: 'ephemeral' });
    },
    ackSpeaks: true,
    words: (message) => message,
    say: (message) => say(deps, placeOf(typed), message),
  };
}

function placeOf({ client, command, respond }: Typed) {
  return { client, respond, user: command.user_id, channel: command.channel_id };
}

/** Whether something that was not said has to be asked for, or is pressed in a view. */
export function needsForm(call: Call, { user }: Asker): boolean {
  if (call.verb === 'declare' || call.verb === 'runbook' || call.verb === 'evidence') return true;
  if (isOfStep(call)) return call.step === null;
  if (opensPlan(call.verb)) return true;
  if (opensOnCallForm(call.verb)) return needsOnCallForm(call, user);
  return isChange(call.verb) && changes[call.verb].command(call, user) === null;
}

/** Verbs that open a plan: nobody lets run what they have not seen. In a thread their answer leads to it. */
export function opensPlan(verb: Verb): boolean {
  return isActionVerb(verb) || verb === 'approve';
}

function isOfStep({ verb }: Call): boolean {
  return verb === 'done' || verb === 'undone' || verb === 'check';
}

/** The form that asks for what is missing; `null` is the one to declare. */
function formFor(call: Call): CardForm | null {
  if (isSide(call.verb)) return call.verb;
  if (isOfStep(call)) return 'runbook';
  return isChange(call.verb) ? changes[call.verb].form : null;
}

function titleFor({ verb }: Call, form: CardForm | null): string {
  if (opensOnCallForm(verb)) return onCallTitles[verb];
  if (isActionVerb(verb)) return PLAN_TITLES[verb];
  if (verb === 'approve') return 'Approve a plan';
  return form === null ? DECLARE_TITLE : titles[form];
}

function openFormFor(deps: HandlerDeps, typed: Typed, ask: Ask, call: Call): Promise<void> {
  const form = formFor(call);
  const request = {
    ...{ kind: `command.${call.verb}`, asker: ask.asker, client: typed.client, triggerId: typed.command.trigger_id },
    ack: () => typed.ack(),
    title: titleFor(call, form),
    say: (message: Message) => say(deps, placeOf(typed), message),
    ...(isActionVerb(call.verb) && { patience: planPatience(call.verb) }),
  };
  return openForm(deps, request, async () => {
    if (opensOnCallForm(call.verb)) return fillOnCallForm(deps, ask, { verb: call.verb, text: call.text });
    if (isActionVerb(call.verb)) return fillByWords(deps, ask, call);
    if (call.verb === 'approve') return approvalFor(deps, ask, call);
    if (form === null) return fillDeclare(deps, { channel: ask.channel, title: call.text });
    const id = await incidentOf(deps, ask, call, true);
    return id.ok ? fillCardForm(deps, ask.asker, form, { incident: id.value, seen: null }) : id;
  });
}

async function approvalFor(deps: HandlerDeps, ask: Ask, call: Call): Promise<Result<ModalView>> {
  const found = await whichRun(deps, ask, call);
  return found.ok ? fillApproval(deps, ask.asker, { run: found.value.run.id, hash: null }) : found;
}
