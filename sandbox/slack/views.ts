import { ApiError } from './api-error.ts';
import { worded } from './block-limits.ts';
import type { Json } from './json.ts';
import { isJson, objectOf, objectsOf, stringOf } from './json.ts';
import { withIds } from './methods/drafts.ts';
import { isViewTooLarge, viewProblems } from './view-limits.ts';
import { stateValues } from './view-state.ts';
import type { View, World } from './world.ts';

/** https://docs.slack.dev/surfaces/modals: three views on top of each other. */
const MAX_STACK = 3;

/** A view as the app sent it, checked; throws Slack's errors. `keep` is the view that it replaces. */
export function checkedView(world: World, view: unknown, type: View['type'], keep?: View): Json {
  if (isViewTooLarge(view)) throw new ApiError('view_too_large');
  const problems = viewProblems(view, type);
  if (problems.length > 0) throw new ApiError('invalid_arguments', worded(problems));
  const content = objectOf(view);
  const externalId = stringOf(content.external_id);
  if (externalId !== '' && [...world.views.values()].some((one) => one.externalId === externalId && one !== keep)) {
    throw new ApiError('duplicate_external_id');
  }
  return { ...content, blocks: withIds(world, objectsOf(content.blocks)) };
}

/** Opens a first modal; what the person had open is gone. */
export function openModal(world: World, user: string, content: Json): View {
  forget(world, world.modals.get(user) ?? []);
  const view = create(world, user, content, null);
  world.modals.set(user, [view]);
  world.changed();
  return view;
}

/** Puts a modal on top of the person's stack. */
export function pushModal(world: World, user: string, content: Json): View {
  const stack = world.modals.get(user) ?? [];
  if (stack.length >= MAX_STACK) throw new ApiError('push_limit_reached');
  const view = create(world, user, content, stack.at(-1) ?? null);
  world.modals.set(user, [...stack, view]);
  world.changed();
  return view;
}

/** Replaces what a view shows. What the person entered stays where block and action ids stay. */
export function replaceView(world: World, view: View, content: Json): View {
  view.content = content;
  view.errors = {};
  view.hash = newHash(world);
  view.values = stateValues(objectsOf(content.blocks), view.values);
  world.changed();
  return view;
}

/** Publishes the Home tab of a person. */
export function publishHome(world: World, user: string, content: Json): View {
  const existing = world.homes.get(user);
  if (existing !== undefined) return replaceView(world, existing, content);
  const view = create(world, user, content, null);
  world.homes.set(user, view);
  world.changed();
  return view;
}

/** Takes the top modals away: only the top one, or all. Returns those that are gone, topmost first; none when the
 * person has closed it already. */
export function closeModals(world: World, user: string, view: View, all: boolean): View[] {
  const stack = world.modals.get(user) ?? [];
  const at = stack.indexOf(view);
  if (at < 0) return [];
  const keep = all ? 0 : at;
  const gone = stack.slice(keep).reverse();
  world.modals.set(user, stack.slice(0, keep));
  forget(world, gone);
  world.changed();
  return gone;
}

/** Throws `hash_conflict` when the app's picture of the view is an old one. */
export function requireHash(view: View | undefined, hash: string | undefined): void {
  if (hash !== undefined && view !== undefined && view.hash !== hash) throw new ApiError('hash_conflict');
}

function create(world: World, owner: string, content: Json, below: View | null): View {
  const id = world.nextId('V');
  const view: View = {
    id,
    type: content.type === 'home' ? 'home' : 'modal',
    owner,
    externalId: stringOf(content.external_id),
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
    content,
    hash: newHash(world),
    values: stateValues(objectsOf(content.blocks), {}),
    errors: {},
  };
  world.views.set(id, view);
  return view;
}

function newHash(world: World): string {
  return `${Math.floor(world.now() / 1000)}.${world.nextId('')}`;
}

function forget(world: World, views: readonly View[]): void {
  for (const view of views) world.views.delete(view.id);
}

/** The words of a text object, or an empty string. */
export function words(text: unknown): string {
  return isJson(text) ? stringOf(text.text) : stringOf(text);
}
