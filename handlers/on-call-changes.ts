import type { Message } from '../blocks/kit.ts';
import { channelLink } from '../blocks/kit.ts';
import {
  coverAskedReply,
  coverTakenReply,
  handedOverReply,
  overrideReply,
  takenBackReply,
} from '../blocks/on-call-replies.ts';
import type { CoverRequest, Standing } from '../src/app/on-call.ts';
import { ok, type Result, reject } from '../src/domain/result.ts';
import type { Override, Span } from '../src/domain/rotation.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { type Meant, rotationNamed } from './on-call-rotation.ts';

/** What people change about who is on call. Whether they may is asked when they do it. */

interface Asked extends Span {
  /** Names the request of Slack: the same again changes nothing. */
  readonly id: string;
  readonly note: string;
}

export async function putOnCall(
  deps: HandlerDeps,
  { user }: Asker,
  { service, rotation }: Meant,
  { person, ...asked }: Asked & { readonly person: string },
): Promise<Result<Message>> {
  const allowed = await deps.authorize(service.name, user);
  if (!allowed.ok) return allowed;
  const made = await deps.onCall.override(rotation.name, { ...asked, person, by: user });
  if (!made.ok) return made;
  const standing = await standingOf(deps, service.name, rotation.name);
  const over = (standing?.overrides ?? []).filter((one) => one.id !== made.value.id && overlap(one, made.value));
  return ok(overrideReply(rotation, made.value, { over, gaps: standing?.gaps ?? [] }, deps.now()));
}

function overlap(a: Override, b: Override): boolean {
  return a.from < b.to && b.from < a.to;
}

/** What has been done is done, also when the rest of the answer cannot be read. */
async function standingOf(deps: HandlerDeps, service: string, rotation: string): Promise<Standing | null> {
  try {
    return (await deps.onCall.standing(service)).find((one) => one.rotation === rotation) ?? null;
  } catch (error) {
    deps.log.warn({ err: error, rotation }, 'an override is answered without what it lies over');
    return null;
  }
}

export async function takeOverrideBack(
  deps: HandlerDeps,
  { user }: Asker,
  { rotation: name, id }: { readonly rotation: string; readonly id: string },
): Promise<Result<Message>> {
  const meant = rotationNamed(deps.services(), name);
  if (!meant.ok) return meant;
  const { service, rotation } = meant.value;
  const allowed = await deps.authorize(service.name, user);
  if (!allowed.ok) return allowed;
  const back = await deps.onCall.takeBack(name, id, user);
  return back.ok ? ok(takenBackReply(rotation, back.value, deps.now())) : back;
}

/** Whoever has shifts may ask for cover: they are in the rotation. */
export async function askForCover(
  deps: HandlerDeps,
  { user }: Asker,
  meant: Meant,
  asked: Asked,
): Promise<Result<Message>> {
  const request = await deps.onCall.askCover(meant.rotation.name, { ...asked, by: user });
  if (!request.ok) return request;
  await tell(deps, meant, request.value);
  return ok(coverAskedReply(meant.rotation, request.value, channelLink(meant.service.channel)));
}

export async function takeCover(
  deps: HandlerDeps,
  { user }: Asker,
  { rotation: name, id }: { readonly rotation: string; readonly id: string },
): Promise<Result<Message>> {
  const meant = rotationNamed(deps.services(), name);
  if (!meant.ok) return meant;
  const allowed = await deps.authorize(meant.value.service.name, user);
  if (!allowed.ok) return allowed;
  const taken = await deps.onCall.takeCover(name, id, user);
  if (!taken.ok) return taken;
  const { request, overrides } = taken.value;
  await tell(deps, meant.value, request);
  return ok(coverTakenReply(meant.value.rotation, overrides, request.asker));
}

export async function withdrawCover(
  deps: HandlerDeps,
  { user }: Asker,
  { rotation: name, id }: { readonly rotation: string; readonly id: string },
): Promise<Result<null>> {
  const meant = rotationNamed(deps.services(), name);
  if (!meant.ok) return meant;
  const withdrawn = await deps.onCall.withdrawCover(name, id, user);
  if (!withdrawn.ok) return withdrawn;
  await tell(deps, meant.value, withdrawn.value);
  return ok(null);
}

/** The request is what counts; that its message is behind is no reason to say that nothing was done. */
async function tell(
  { onCallMessages, log }: HandlerDeps,
  { service, rotation }: Meant,
  request: CoverRequest,
): Promise<void> {
  try {
    const { name, title, zone } = rotation;
    await onCallMessages.tellCover({ service: service.name, rotation: { name, title, zone }, request });
  } catch (error) {
    log.warn(
      { err: error, rotation: rotation.name, request: request.id },
      'the channel was not told of a cover request',
    );
  }
}

/** Hands over to somebody, else to whoever is next. */
export async function handOver(
  deps: HandlerDeps,
  { user }: Asker,
  { service, rotation }: Meant,
  { id, to }: { readonly id: string; readonly to: string | null },
): Promise<Result<Message>> {
  const allowed = await deps.authorize(service.name, user);
  if (!allowed.ok) return allowed;
  const receiver = to ?? (await deps.onCall.standing(service.name)).find((one) => one.rotation === rotation.name)?.next;
  if (!receiver) {
    return reject(
      'bad_input',
      `Nobody is next in ${rotation.title}.`,
      `Name somebody: /incident handoff ${rotation.name} @person`,
    );
  }
  const handed = await deps.onCall.handOver(rotation.name, { id, by: user, to: receiver, note: '' });
  return handed.ok ? ok(handedOverReply(rotation, handed.value)) : handed;
}

/** "I have it". Answers whoever had said so before, if somebody had. */
export async function receive(
  deps: HandlerDeps,
  { user }: Asker,
  { rotation, id }: { readonly rotation: string; readonly id: string },
): Promise<Result<null>> {
  const at = Number(id);
  if (!Number.isSafeInteger(at))
    return reject(
      'bad_input',
      'This button belongs to an older version of Tocsin.',
      'See who is on call: /incident oncall',
    );
  const received = await deps.onCall.received(rotation, at, user);
  if (!received.ok) return received;
  await deps.onCallMessages.tellReceived(rotation, at, received.value);
  return ok(null);
}
