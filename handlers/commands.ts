import type { App, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../blocks/kit.ts';
import { rejectionReply } from '../blocks/replies.ts';
import { type Call, COMMAND, parseCall } from '../src/slack/grammar.ts';
import { answer } from './answers.ts';
import type { Asker } from './asker.ts';
import { type CardForm, fillCardForm, titles } from './card-forms.ts';
import { DECLARE_TITLE, fillDeclare } from './declare.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm } from './forms.ts';
import { type Exchange, guard } from './guard.ts';
import { type Ask, incidentOf } from './incident-of.ts';
import { fillOnCallForm, needsOnCallForm, onCallTitles, opensOnCallForm } from './on-call-forms.ts';
import { say } from './say.ts';
import { isSide } from './sides.ts';
import { changes, isChange } from './verbs.ts';

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
  if (opensOnCallForm(call.verb)) return needsOnCallForm(call, user);
  return isChange(call.verb) && changes[call.verb].command(call, user) === null;
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
  return form === null ? DECLARE_TITLE : titles[form];
}

function openFormFor(deps: HandlerDeps, typed: Typed, ask: Ask, call: Call): Promise<void> {
  const form = formFor(call);
  const request = {
    ...{ kind: `command.${call.verb}`, asker: ask.asker, client: typed.client, triggerId: typed.command.trigger_id },
    ack: () => typed.ack(),
    title: titleFor(call, form),
    say: (message: Message) => say(deps, placeOf(typed), message),
  };
  return openForm(deps, request, async () => {
    if (opensOnCallForm(call.verb)) return fillOnCallForm(deps, ask, { verb: call.verb, text: call.text });
    if (form === null) return fillDeclare(deps, { channel: ask.channel, title: call.text });
    const id = await incidentOf(deps, ask, call, true);
    return id.ok ? fillCardForm(deps, ask.asker, form, { incident: id.value, seen: null }) : id;
  });
}
