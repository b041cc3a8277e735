import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { optionalText, requiredText, structure } from '../args.ts';
import type { Json } from '../json.ts';
import type { Method, Services } from '../method.ts';
import { method } from '../method.ts';
import { viewOut } from '../presentation.ts';
import { checkedView, openModal, publishHome, pushModal, replaceView, requireHash } from '../views.ts';
import type { View, World } from '../world.ts';

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': method(open, 'tier4'),
  'views.push': method(push, 'tier4'),
  'views.update': method(update, 'tier4'),
  'views.publish': method(publish, 'tier4'),
};

function open({ world, triggers }: Services, args: Args) {
  const content = viewArgument(world, args, 'modal');
  const user = triggers.exchange(requiredText(args, 'trigger_id'));
  return { view: viewOut(world, openModal(world, user, content)) };
}

function push({ world, triggers }: Services, args: Args) {
  const content = viewArgument(world, args, 'modal');
  const user = triggers.exchange(requiredText(args, 'trigger_id'));
  return { view: viewOut(world, pushModal(world, user, content)) };
}

function update({ world }: Services, args: Args) {
  const view = openView(world, args);
  if (view === undefined) throw new ApiError('not_found');
  requireHash(view, optionalText(args, 'hash'));
  return { view: viewOut(world, replaceView(world, view, viewArgument(world, args, view.type, view))) };
}

function publish({ world }: Services, args: Args) {
  const user = requiredText(args, 'user_id');
  if (!world.users.has(user)) throw new ApiError('user_not_found');
  const existing = world.homes.get(user);
  requireHash(existing, optionalText(args, 'hash'));
  return { view: viewOut(world, publishHome(world, user, viewArgument(world, args, 'home', existing))) };
}

function openView(world: World, args: Args): View | undefined {
  const externalId = optionalText(args, 'external_id');
  if (externalId === undefined) return world.views.get(requiredText(args, 'view_id'));
  return [...world.views.values()].find((view) => view.externalId === externalId);
}

function viewArgument(world: World, args: Args, type: View['type'], keep?: View): Json {
  const view = structure(args, 'view', 'invalid_arguments');
  if (view === undefined) throw new ApiError('invalid_arguments');
  return checkedView(world, view, type, keep);
}
