import { type Message, md, message, section } from '../blocks/kit.ts';
import { onCallReply } from '../blocks/on-call-list.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import { readSpan } from '../src/oncall/said-time.ts';
import { type Call, COMMAND } from '../src/slack/grammar.ts';
import type { HandlerDeps } from './deps.ts';
import type { Ask } from './incident-of.ts';
import { askForCover, handOver, putOnCall, takeOverrideBack } from './on-call-changes.ts';
import { readWords, whichRotation } from './on-call-rotation.ts';

/** What is typed about who is on call. What a form would have asked for must have been said. */

/** Who is on call; in the channel of a service, that service comes first, with its roles. */
export async function oncall(deps: HandlerDeps, ask: Ask, { service: named }: Call): Promise<Result<Message>> {
  const services = deps.services();
  const here = services.find(({ name, channel }) => (named === null ? channel === ask.channel : name === named));
  if (named !== null && !here) {
    const names = services.map(({ name }) => name).join(', ');
    return reject('not_found', `No service is called “${named}”.`, `There are: ${names}`);
  }
  const standings = await deps.onCall.standing(named ?? undefined);
  const isHere = (one: { readonly service: string }) => one.service === here?.name;
  const sorted = standings.toSorted((a, b) => Number(isHere(b)) - Number(isHere(a)));
  return ok(
    onCallReply({ standings: sorted, service: here ?? null, isAll: named === null, user: ask.asker.user }, deps.now()),
  );
}

export async function override(deps: HandlerDeps, ask: Ask, { text }: Call): Promise<Result<Message>> {
  const { asker, channel, request: id } = ask;
  const said = readWords(text, asker.user);
  if (!said.ok) return said;
  const { named, person, rest } = said.value;
  if (rest.split(/\s+/)[0]?.toLowerCase() === 'off') return overrideOff(deps, ask, { named, rest });
  const meant = whichRotation(deps.services(), { named, channel, asking: `${COMMAND} override` });
  if (!meant.ok) return meant;
  const span = readSpan(rest, { zone: meant.value.rotation.zone, now: deps.now() });
  if (!span.ok) return span;
  return putOnCall(deps, asker, meant.value, { id, person: person ?? asker.user, ...span.value, note: '' });
}

/** Takes back the only override there is; of several, one is chosen in the list. */
async function overrideOff(
  deps: HandlerDeps,
  { asker, channel }: Ask,
  { named, rest }: { readonly named: string | null; readonly rest: string },
): Promise<Result<Message>> {
  const after = readWords(rest.replace(/^off\s*/i, ''), asker.user);
  if (!after.ok) return after;
  if (after.value.rest !== '') {
    return reject(
      'bad_input',
      `I could not read “${after.value.rest.slice(0, 60)}”.`,
      `For example: ${COMMAND} override off`,
    );
  }
  const wanted = { named: named ?? after.value.named, channel, asking: `${COMMAND} override off` };
  const meant = whichRotation(deps.services(), wanted);
  if (!meant.ok) return meant;
  const { service, rotation } = meant.value;
  const standings = (await deps.onCall.standing(service.name)).filter((one) => one.rotation === rotation.name);
  const [only, ...others] = standings.flatMap(({ overrides }) => overrides);
  if (!only) return reject('nothing_to_do', `There is no override in ${rotation.title}.`);
  if (others.length > 0)
    return ok(onCallReply({ standings, service: null, isAll: false, user: asker.user }, deps.now()));
  return takeOverrideBack(deps, asker, { rotation: rotation.name, id: only.id });
}

export async function cover(
  deps: HandlerDeps,
  { asker, channel, request: id }: Ask,
  { text }: Call,
): Promise<Result<Message>> {
  const said = readWords(text, asker.user);
  if (!said.ok) return said;
  const { named, person, rest } = said.value;
  if (person !== null && person !== asker.user) {
    return reject(
      'bad_input',
      'You can only ask for cover for yourself.',
      `Put somebody else on call: ${COMMAND} override`,
    );
  }
  const meant = whichRotation(deps.services(), { named, channel, asking: `${COMMAND} cover me` });
  if (!meant.ok) return meant;
  const span = readSpan(rest, { zone: meant.value.rotation.zone, now: deps.now() });
  return span.ok ? askForCover(deps, asker, meant.value, { id, ...span.value, note: '' }) : span;
}

export async function handoff(
  deps: HandlerDeps,
  { asker, channel, request: id }: Ask,
  { text }: Call,
): Promise<Result<Message>> {
  const said = readWords(text, asker.user);
  if (!said.ok) return said;
  const { named, person, rest } = said.value;
  if (rest !== '') {
    return reject(
      'bad_input',
      `I could not read “${rest.slice(0, 60)}”.`,
      `A hand-off is now. For another time: ${COMMAND} override @person from … to …`,
    );
  }
  const meant = whichRotation(deps.services(), { named, channel, asking: `${COMMAND} handoff` });
  return meant.ok ? handOver(deps, asker, meant.value, { id, to: person }) : meant;
}

/** Where no form can be opened, and others may read along. */
export async function contact(): Promise<Result<Message>> {
  const text = md`How you are reached is between you and me: ${COMMAND} contact opens a form that only you see.`;
  return ok(message(text, section(text)));
}
