import type { BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { PersonCommand } from '../src/domain/decide.ts';
import type { Actor } from '../src/domain/incident.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Target } from '../src/slack/protocol.ts';
import { change } from './act.ts';
import { askerOf } from './asker.ts';
import { type CardForm, fillCardForm, titles } from './card-forms.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm } from './forms.ts';
import { type Exchange, guard } from './guard.ts';
import { type Place, say } from './say.ts';

/** A press of something in a message, a modal or App Home, as Bolt hands it over. */
export type Click = Pick<SlackActionMiddlewareArgs<BlockAction>, 'ack' | 'body' | 'respond'> & {
  readonly client: WebClient;
};

/** Where whoever clicked can be told something. */
export function placeOf({ body, client, respond }: Click): Place {
  const { channel, message, user } = body;
  const thread: unknown = message?.thread_ts;
  return {
    client,
    user: user.id,
    channel: channel?.id ?? null,
    thread: typeof thread === 'string' && thread !== message?.ts ? thread : undefined,
    respond: body.response_url ? respond : undefined,
  };
}

/** The modal that a click was made in; `null` in messages and in App Home. What a click there asks for is drawn into it. */
export function modalOf({ body }: Click): string | null {
  return body.view?.type === 'modal' ? body.view.id : null;
}

/** A click. Unless it has words, it says nothing when it works: what it did shows where it was made. */
export function clicked<T = null>(
  deps: HandlerDeps,
  click: Click,
  kind: string,
  words: Exchange<T>['words'] = () => null,
): Exchange<T> {
  return {
    kind,
    asker: askerOf(click.body),
    ack: () => click.ack(),
    ackSpeaks: false,
    words,
    say: (message) => say(deps, placeOf(click), message),
  };
}

/** Changes an incident, and only then tells Slack that the click worked. `null`: the value was none of ours. */
export function changeByClick(
  deps: HandlerDeps,
  click: Click,
  kind: string,
  target: Target | null,
  command: (target: Target, by: Actor) => PersonCommand,
): Promise<void> {
  const exchange = clicked(deps, click, kind);
  return guard(deps, exchange, async (): Promise<Result<null>> => {
    if (!target) return outdated(click.body.message);
    const result = await change(deps, exchange.asker, target.incident, command(target, exchange.asker.user));
    return result.ok ? ok(null) : result;
  });
}

/** Opens a form about an incident. `null`: the value was none of ours, which is said beside the card. */
export function openByClick(
  deps: HandlerDeps,
  click: Click,
  kind: string,
  form: CardForm,
  target: Target | null,
): Promise<void> {
  const exchange = clicked(deps, click, kind);
  if (!target) return guard(deps, exchange, async () => outdated(click.body.message));

  const request = {
    ...{ kind, asker: exchange.asker, say: exchange.say, client: click.client },
    ...{ triggerId: click.body.trigger_id, title: titles[form], ack: () => click.ack() },
  };
  return openForm(deps, request, () => fillCardForm(deps, exchange.asker, form, target));
}

/** Cards live for months. Whoever presses what nobody draws any more hears where to find what they want. */
export function outdated(message: { readonly text?: string } | undefined): Result<never> {
  const id = /\bINC-[1-9]\d{0,8}\b/.exec(message?.text ?? '')?.[0] ?? 'INC-n';
  return reject(
    'bad_input',
    'This belongs to an older version of Tocsin, which I cannot read any more.',
    `Use /incident show ${id}`,
  );
}
