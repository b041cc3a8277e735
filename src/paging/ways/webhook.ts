import type { Logger } from 'pino';
import { SetupError, TransientError } from '../../app/errors.ts';
import type { LeftBehind, Notice, PageSender, Recipients, Sent } from '../../app/page-way.ts';
import { resolved, type Variables, variablesIn } from '../../config/variables.ts';
import type { Incident } from '../../domain/incident.ts';
import type { PageWay } from '../../domain/page.ts';
import { signedHeaders } from '../../http/signed-headers.ts';
import { post } from '../../probes/web.ts';
import { type CardLink, linkOf } from './card-link.ts';
import { outcome, reachedAll, sent, unusable } from './outcome.ts';
import { WAY_MS } from './publish.ts';
import { addressOf } from './sns.ts';
import type { Notices } from './words.ts';

export interface WebhookDeps {
  /** A guarded one: it asks no cloud for credentials. */
  readonly fetch: typeof fetch;
  /** `PAGE_WEBHOOK_SECRET`. */
  readonly secret: string | null;
  readonly variables: Variables;
  readonly permalink: CardLink;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Pick<Logger, 'error'>;
}

/** What became of an incident that a webhook was told of; `unacknowledged`: whoever had it has it no more. */
export type WebhookNews = 'acknowledged' | 'unacknowledged' | 'resolved';

export type LeftWithWebhook = Extract<LeftBehind, { kind: 'webhook' }>;

export interface WebhookWay extends PageSender {
  /** Tells a receiver what became of an incident that it was told of, as it is now. Never throws. */
  tellWebhook(left: LeftWithWebhook, news: WebhookNews, incident: Incident): Promise<Sent>;
}

/** A signed POST of JSON for each notice to the address that a variable holds. All of several must be taken. */
export function createWebhookWay(deps: WebhookDeps): WebhookWay {
  const { variables, permalink, log } = deps;
  const page = async (to: string, notice: Notice, recipients: Recipients): Promise<Sent> => {
    const message = pageMessage(notice, recipients, await linkOf(permalink, notice.incident));
    const answer = await deliver(deps, resolvedAddress(to, variables), notice.id, message);
    return answer.ok ? sent([{ kind: 'webhook', to }]) : answer;
  };

  const send = async (way: PageWay, notices: Notices, recipients: Recipients): Promise<Sent> => {
    const to = addressOf(way);
    const answer = reachedAll(
      await Promise.all(notices.map((notice) => outcome(log, () => page(to, notice, recipients)))),
    );
    return answer.ok ? sent(answer.left.slice(0, 1)) : answer; // one address
  };

  const tell = async ({ to }: LeftWithWebhook, news: WebhookNews, incident: Incident): Promise<Sent> => {
    const id = `${incident.id}/${news}/${incident.version}`;
    return await deliver(deps, resolvedAddress(to, variables), id, newsMessage(id, news, incident));
  };

  return {
    send: (way, notices, recipients) => outcome(log, () => send(way, notices, recipients)),
    tellWebhook: (left, news, incident) => outcome(log, () => tell(left, news, incident)),
  };
}

const MAX_BYTES = 20_000;

/** Who signs nothing could be anyone: without a secret nothing is sent. */
async function deliver(
  { fetch: doFetch, secret, now }: WebhookDeps,
  url: string,
  id: string,
  message: object,
): Promise<Sent> {
  if (secret === null) return unusable('PAGE_WEBHOOK_SECRET is not set');
  const body = JSON.stringify(message);
  const { status } = await post({
    ...{ fetch: doFetch, url, body, maxBytes: MAX_BYTES, signal: AbortSignal.timeout(WAY_MS) },
    headers: signedHeaders({ secret, body, id, at: now() }),
  });
  if (status >= 200 && status < 300) return sent();
  const words = `${new URL(url).host} answers ${status}`;
  if (PASSING.has(status) || status >= 500) throw new TransientError(words, { cause: null });
  throw new SetupError(status < 400 ? `${words}: Tocsin follows no redirects` : words);
}

const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Throws SetupError in words that repeat nothing of what the variable holds. */
function resolvedAddress(to: string, variables: Variables): string {
  const names = variablesIn(to).join(', ');
  const address = resolved(to, variables);
  if (address === null) throw new SetupError(`${names} is not set`);
  const protocol = URL.parse(address)?.protocol ?? '';
  if (!/^https?:$/.test(protocol)) throw new SetupError(`${names} holds no web address: write https://… or http://…`);
  return address;
}

function pageMessage({ id, incident, page, targetTitle }: Notice, { people }: Recipients, link: string | null): object {
  return {
    type: 'page',
    id,
    at: new Date(page.at).toISOString(),
    level: page.level,
    repeat: page.repeat,
    to: { title: targetTitle, people },
    incident: incidentMessage(incident, link),
  };
}

function newsMessage(id: string, news: WebhookNews, incident: Incident): object {
  const { acknowledgedAt, resolvedAt } = incident.milestones;
  const by = { acknowledged: incident.owner, unacknowledged: null, resolved: incident.resolvedBy }[news];
  const at = { acknowledged: acknowledgedAt, unacknowledged: null, resolved: resolvedAt }[news];
  return {
    ...{ type: news, id, at: at === null ? null : new Date(at).toISOString(), by },
    incident: incidentMessage(incident, null),
  };
}

function incidentMessage(incident: Incident, link: string | null): object {
  const {
    id,
    status,
    severity,
    incidentClass,
    title,
    summary,
    service,
    serviceTitle,
    environment,
    team,
    owner,
    drill,
  } = incident;
  const since = new Date(incident.milestones.firedAt).toISOString();
  const about = { id, status, severity, class: incidentClass, title, summary, since, owner, drill };
  return { ...about, service, service_title: serviceTitle, environment, team, link };
}
