import type { Serving } from '../src/app/actions.ts';
import type { Actor } from '../src/domain/incident.ts';
import { servingBanner, servingWords } from './fallback-words.ts';
import { actions, ago, context, join, type Message, md, mention, message } from './kit.ts';
import { offerButton } from './run-buttons.ts';

/** Asks some people whether a fallback can be switched back. It says again that nothing happens by itself. */
export function fallbackReminder(serving: Serving, people: readonly Actor[], now: number): Message {
  const banner = servingBanner([serving]);
  const over = actions(offerButton('over', { incident: serving.incident, action: serving.action }));
  const asked = join(people.map(mention), ', ');
  const question = md`${asked}: it was switched on ${ago(serving.since, now)}. Can it be switched back? It stays until somebody does.`;
  return message(join([servingWords(serving), question], ' '), ...(banner ? [banner] : []), over, context(question));
}
