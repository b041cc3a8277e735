import type { App, BlockButtonAction } from '@slack/bolt';
import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { homeTab } from '../blocks/home-tab.ts';
import { rejectionReply } from '../blocks/replies.ts';
import type { Incident } from '../src/domain/incident.ts';
import { ok, type Result } from '../src/domain/result.ts';
import { links } from '../src/slack/protocol.ts';
import { actsOf } from './acts.ts';
import { clicked } from './clicks.ts';
import type { HandlerDeps } from './deps.ts';
import { notAcked, settle } from './guard.ts';
import { onCallOf } from './on-call-home.ts';
import { slackCode } from './slack-code.ts';

const LOADED = 500;
const WEEK_DAYS = 7;
const FOLLOW_UPS = 10;

export function registerHome(app: App, deps: HandlerDeps): void {
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab !== 'home') return; // Slack says it for the messages tab, too
    try {
      await publish(deps, client, event.user, hashOf(event.view));
      deps.counted('home.opened', 'ok', 0);
    } catch (error) {
      deps.counted('home.opened', 'failed', 0);
      deps.log.warn({ err: error, user: event.user }, 'App Home could not be drawn');
    }
  });

  app.action<BlockButtonAction>({ type: 'block_actions', action_id: links.refreshHome.actionId }, async (click) => {
    const { ack, body, client } = click;
    await ack().catch((error: unknown) => notAcked(deps, 'home.refresh', error)); // nothing is changed, so nothing is promised
    const exchange = clicked(deps, click, 'home.refresh');
    const outcome = await settle(deps, exchange, async (): Promise<Result<null>> => {
      await publish(deps, client, body.user.id, hashOf(body.view));
      return ok(null);
    });
    deps.counted('home.refresh', outcome.is, 0);
    if (outcome.is !== 'ok') await exchange.say(rejectionReply(outcome.refusal));
  });
}

/** Draws a person's App Home. Whoever has drawn it since `hash` was read drew something newer: then nothing is done. */
export async function publish(
  deps: HandlerDeps,
  client: WebClient,
  user: string,
  hash: string | undefined,
): Promise<void> {
  const view = await draw(deps, user);
  await client.views.publish({ user_id: user, view, ...(hash !== undefined && { hash }) }).catch((error: unknown) => {
    if (slackCode(error) !== 'hash_conflict') throw error;
  });
}

async function draw(deps: HandlerDeps, user: string): Promise<HomeView> {
  const { store, report, actions, log, now } = deps;
  const [ids, total, week, onCall, followUps, acts, busy] = await Promise.all([
    store.openIds(LOADED),
    store.openCount(),
    report({ days: WEEK_DAYS }).catch((error: unknown) => {
      log.warn({ err: error }, 'App Home is drawn without times');
      return null;
    }),
    onCallOf(deps, user),
    store.followUps(user, FOLLOW_UPS).catch((error: unknown) => {
      log.warn({ err: error }, 'App Home is drawn without follow-ups');
      return null;
    }),
    actsOf(deps),
    actions.busy(),
  ]);
  const open = await store.loadMany(ids);
  const isMine = ({ owner }: Incident) => owner === user;
  const others = open.filter((incident) => !isMine(incident));
  const told = { week, onCall, followUps, acts, busy };
  return homeTab({ mine: open.filter(isMine), others, openCount: total, ...told, now: now() });
}

/** Slack sends it with every view, though not every type says so. */
export function hashOf(view: object | undefined): string | undefined {
  return view && 'hash' in view && typeof view.hash === 'string' ? view.hash : undefined;
}
