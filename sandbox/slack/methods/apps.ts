import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { structure } from '../args.ts';
import { blockProblems } from '../block-limits.ts';
import { isJson, objectOf } from '../json.ts';
import type { Method, Services } from '../method.ts';
import { method } from '../method.ts';
import type { Problem } from '../shape.ts';
import { viewProblems } from '../view-limits.ts';

export const appMethods: Readonly<Record<string, Method>> = {
  'api.test': method(apiTest, 'tier4', [], 'none'),
  'auth.test': method(authTest, 'special'),
  'apps.connections.open': method(connectionsOpen, 'tier3', [], 'app'),
  'blocks.validate': method(validate, 'special', [], 'none'),
};

function apiTest(_: Services, args: Args) {
  const { token: _token, error, ...rest } = args;
  if (typeof error === 'string') throw new ApiError(error, { args: rest });
  return { args: rest };
}

function authTest({ world: { workspace, app } }: Services) {
  return {
    url: workspace.url,
    team: workspace.name,
    user: app.name.toLowerCase(),
    team_id: workspace.id,
    user_id: app.botUserId,
    bot_id: app.botId,
    is_enterprise_install: false,
  };
}

function connectionsOpen({ socketUrl }: Services) {
  return { url: socketUrl() };
}

/** https://docs.slack.dev/reference/methods/blocks.validate */
function validate(_: Services, args: Args) {
  const blocks = structure(args, 'blocks', 'invalid_blocks');
  const message = structure(args, 'message', 'invalid_message');
  const view = structure(args, 'view', 'invalid_view');
  if ([blocks, message, view].filter((one) => one !== undefined).length !== 1) throw new ApiError('invalid_arguments');
  if (blocks !== undefined) refuse('invalid_blocks', blockProblems(blocks, 'message'));
  if (message !== undefined) refuse('invalid_message', blockProblems(objectOf(message).blocks ?? [], 'message'));
  if (view !== undefined)
    refuse('invalid_view', viewProblems(view, isJson(view) && view.type === 'home' ? 'home' : 'modal'));
  return {};
}

function refuse(code: string, problems: Problem[]): void {
  if (problems.length === 0) return;
  throw new ApiError(code, {
    errors: problems.map(({ pointer, message }) => ({ pointer, code: 'invalid', message, constraint: {} })),
  });
}
