import type { WebClient } from '@slack/web-api';
import type { Service } from '../../domain/service.ts';
import { failureOf, mendOf } from '../../slack/errors.ts';
import { type Identity, whoAmI } from '../../slack/scopes.ts';
import { checkChannels } from './channels.ts';
import type { Clock } from './clock.ts';
import { clockFinding } from './clock.ts';
import { type Finding, fine, unknown, warning, wrong } from './finding.ts';

export interface SlackChecks {
  /** Calls with the bot token. */
  readonly bot: WebClient;
  /** Calls with the app token; `null` in HTTP mode. */
  readonly app: WebClient | null;
  readonly services: readonly Service[];
  readonly clock: Clock;
}

/** The token, the permissions, the channels, the way in, and the clock. */
export async function checkSlack({ bot, app, services, clock }: SlackChecks): Promise<Finding[]> {
  const identity = await whoAmI(bot).catch((error: unknown) => refusal('SLACK_BOT_TOKEN', error));
  const entrance = app === null ? overHttp() : await checkAppToken(app);
  if ('verdict' in identity) {
    const channels = unknown('the channels of the services', 'They are looked at once the bot token works.');
    return [identity, entrance, channels, clockFinding(clock)];
  }
  return [
    fine(`the bot token works: ${identity.botUserId} in the workspace ${identity.team}`),
    ...permissions(identity),
    entrance,
    ...(await checkChannels(bot, services, identity.granted)),
    clockFinding(clock),
  ];
}

/** Whatever stops a call, as a finding. An error that is not Slack's is a bug and throws. */
export function refusal(what: string, error: unknown): Finding {
  const failure = failureOf(error);
  if (!failure) throw error;
  if (failure.kind === 'wait') return unknown(what, 'Slack wants patience: run this again in a minute.');
  if (failure.kind === 'unclear') {
    return wrong(
      `${what}: Slack does not answer (${failure.code})`,
      'Check SLACK_API_URL, and that this machine may connect to slack.com (443).',
    );
  }
  return wrong(`${what}: Slack answers ${failure.code}`, mendOf(failure.code));
}

const REINSTALL =
  'Compare the scopes in manifest.yml with the app (OAuth & Permissions), add it, and reinstall the app.';

function permissions({ granted, missing }: Identity): Finding[] {
  if (granted === null) return [unknown('which permissions are granted', 'Slack did not name them in its answer.')];
  if (missing.length === 0) return [fine('every permission in manifest.yml is granted')];
  return missing.map(({ scope, required, without }) =>
    (required ? wrong : warning)(`the permission ${scope} is missing: without it ${without}`, REINSTALL),
  );
}

/** Slack answers with the address of a connection, which lets its holder in: it is not looked at. */
async function checkAppToken(app: WebClient): Promise<Finding> {
  try {
    await app.apps.connections.open();
    return fine('Socket Mode: the app token opens connections');
  } catch (error) {
    const failure = failureOf(error);
    const code = failure && 'code' in failure ? failure.code : '';
    if (code === 'invalid_auth' || code === 'not_allowed_token_type' || code === 'missing_scope') {
      return wrong(
        `SLACK_APP_TOKEN: Slack answers ${code}`,
        'Make an app-level token with connections:write (Basic Information → App-Level Tokens) and copy it: it begins with xapp-.',
      );
    }
    if (code === 'forbidden_scope' || code === 'not_allowed' || code === 'socket_mode_disabled') {
      return wrong(`SLACK_APP_TOKEN: Slack answers ${code}`, 'Switch Socket Mode on in the settings of the app.');
    }
    return refusal('SLACK_APP_TOKEN', error);
  }
}

function overHttp(): Finding {
  return unknown(
    'whether Slack reaches this installation (HTTP mode)',
    'In the settings of the app, /slack/events at your public https address must stand in three places: Event Subscriptions ' +
      '(Slack verifies it there), Interactivity, and the slash command. Then type /incident health.',
  );
}
