import type { AllMiddlewareArgs, App, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { Message } from '../blocks/kit.ts';
import { helpReply } from '../blocks/replies.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { type Call, parseCall, usageOf, verbs } from '../src/slack/grammar.ts';
import { answer } from './answers.ts';
import type { Asker } from './asker.ts';
import { needsForm, opensPlan } from './commands.ts';
import type { HandlerDeps } from './deps.ts';
import { guard } from './guard.ts';
import { type Place, say } from './say.ts';
import { isSide } from './sides.ts';

type Mention = SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs;

/** Slack runs no slash command in a thread, so there people write `@Tocsin ack`: the same words, about the thread's incident. */
export function registerMentions(app: App, deps: HandlerDeps): void {
  app.event('app_mention', async (mention) => {
    const { event, body } = mention;
    if (event.user === undefined) return; // an app that is nobody's user has nobody to tell
    if (!(await deps.isFirst(body.event_id).catch(() => true))) return; // without memory, better twice than never

    const asker = askerOf(mention, event.user);
    const text = wordsOf(event.text);
    const call = parseCall(text);
    const kind = `mention.${text === '' ? 'help' : call.ok ? call.value.verb : 'unreadable'}`;
    const place = placeOf(mention, event.user);
    const exchange = {
      ...{ kind, asker, ackSpeaks: false },
      ack: async () => {}, // Bolt has answered Slack already: an event promises nothing to anybody
      words: (message: Message) => message,
      say: (message: Message) => (asker.isBot ? Promise.resolve() : say(deps, place, message)), // two bots would never stop
    };
    await guard(deps, exchange, async () => {
      if (text === '') return ok(helpReply(null));
      return call.ok ? answerHere(deps, mention, asker, call.value) : call;
    });
  });
}

async function answerHere(deps: HandlerDeps, { event }: Mention, asker: Asker, call: Call): Promise<Result<Message>> {
  if (needsForm(call, asker) && !isAnswered(call)) return sayItAll(call);
  const here = event.thread_ts === undefined ? null : await deps.incidentOfMessage(event.channel, event.thread_ts);
  return answer(deps, { asker, channel: event.channel, here, request: event.ts }, call);
}

/** Whether words can stand for the form. */
function isAnswered({ verb }: Call): boolean {
  return isSide(verb) || opensPlan(verb) || verb === 'contact';
}

/** Slack lets nothing be opened in answer to a mention. */
function sayItAll({ verb }: Call): Result<never> {
  const example = `@Tocsin ${verbs[verb].example}`;
  return reject(
    'bad_input',
    `In a thread I need all of it in one line, for example: ${example}`,
    `Or use the card’s buttons, or ${usageOf(verb)}`,
  );
}

/** What stands beside the mention. Somebody may write it first or last. */
function wordsOf(text: string): string {
  return text.replace(/^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s,:]*|\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>\s*$/, '').trim();
}

function askerOf({ event, body }: Mention, user: string): Asker {
  const home = event.user_team ?? event.source_team;
  const isForeign = home !== undefined && home !== body.team_id;
  const isGrid = typeof body.enterprise_id === 'string';
  return { user, isStranger: isForeign && !isGrid, isBot: event.bot_id !== undefined };
}

function placeOf({ event, client }: Mention, user: string): Place {
  return { client, user, channel: event.channel, thread: event.thread_ts, lastResort: 'thread' };
}
