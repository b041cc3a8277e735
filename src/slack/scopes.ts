import type { WebClient } from '@slack/web-api';

/** What each permission is for: without a required one Tocsin cannot do its work, without another one only that is off. */
export const SCOPES = {
  'chat:write': { required: true, without: 'no card can be posted' },
  commands: { required: true, without: '/incident does not work' },
  'app_mentions:read': { required: false, without: '@Tocsin in threads does not work' },
  'channels:history': { required: false, without: 'an unanswered post cannot be looked for, so a card may come twice' },
  'groups:history': { required: false, without: 'the same in private channels' },
  'chat:write.public': { required: false, without: 'Tocsin must be invited to a channel before it can post there' },
  'channels:read': { required: false, without: '`npm run doctor` cannot look at the channels of the services' },
  'groups:read': { required: false, without: 'the same for private channels' },
  'usergroups:read': {
    required: false,
    without: 'user groups in `responders` cannot be read: only people named there may act',
  },
  'usergroups:write': { required: false, without: 'user groups are not kept in step with who is on call' },
  'files:write': { required: false, without: 'cards have no graphs' },
  'files:read': { required: false, without: 'graphs come half a minute later: Tocsin cannot see when one is ready' },
} as const;
export type Scope = keyof typeof SCOPES;

export interface Identity {
  readonly botUserId: string;
  readonly team: string;
  /** Permissions that Slack says we have; `null` when it does not say. */
  readonly granted: readonly string[] | null;
  /** Permissions that are missing, with what that costs. */
  readonly missing: readonly { readonly scope: Scope; readonly required: boolean; readonly without: string }[];
}

/** Asks Slack who we are and what we may do. Slack names the granted scopes in every answer. */
export async function whoAmI(client: WebClient): Promise<Identity> {
  const answer = await client.auth.test();
  const granted = answer.response_metadata?.scopes;
  const missing = (Object.keys(SCOPES) as Scope[])
    .filter((scope) => granted !== undefined && !granted.includes(scope))
    .map((scope) => ({ scope, ...SCOPES[scope] }));
  return {
    botUserId: String(answer.user_id ?? ''),
    team: String(answer.team ?? ''),
    granted: granted ?? null,
    missing,
  };
}
