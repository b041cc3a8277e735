import { ok, type Result, reject } from '../src/domain/result.ts';

/** Who asks for something, as far as Slack says it with the question. */
export interface Asker {
  readonly user: string;
  /** Belongs to another organisation that shares the channel (Slack Connect). */
  readonly isStranger: boolean;
  readonly isBot: boolean;
}

/** What interactions carry about the person. */
interface Body {
  readonly user: { readonly id: string; readonly team_id?: string };
  readonly team: { readonly id: string } | null;
  readonly enterprise?: { readonly id: string } | null;
}

/**
 * Slack names the person's own workspace (`user.team_id`) and the one that the bot was asked in (`team.id`). On an Enterprise
 * Grid colleagues come from several workspaces of one organisation, so there the two may differ.
 */
export function askerOf({ user, team, enterprise }: Body): Asker {
  const isForeign = user.team_id !== undefined && team !== null && user.team_id !== team.id;
  return { user: user.id, isStranger: isForeign && !enterprise, isBot: false };
}

/** Refuses whoever has no business with this workspace's incidents, whatever the service file says. */
export function welcome({ isStranger, isBot }: Asker): Result<true> {
  if (isBot)
    return reject(
      'not_allowed',
      'Only people can do this, not apps.',
      'An app can add to an incident through its webhook.',
    );
  if (!isStranger) return ok(true);
  return reject(
    'not_allowed',
    'Only people of the workspace that Tocsin is installed in can do this.',
    'Write in the thread: the team that owns the incident reads it there.',
  );
}
