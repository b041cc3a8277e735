import { createHash } from 'node:crypto';
import { inOrder, pageMessage } from '../../blocks/page-message.ts';
import { channelPage, pageMention, pageMentions } from '../../blocks/page-post.ts';
import { kindOf } from '../app/errors.ts';
import type { LeftBehind, Notice, PageSender, Recipients, Sent } from '../app/page-way.ts';
import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import type { CardMemory } from '../slack/card-memory.ts';
import type { SlackMessage } from '../slack/posting.ts';
import { metadata } from '../slack/protocol.ts';
import { type Answer, type SlackMessageDeps, sendMessage } from './slack-message.ts';

export interface SlackWaysDeps extends SlackMessageDeps {
  readonly cards: Pick<CardMemory, 'load'>;
  readonly permalink: (incident: Incident) => Promise<string | null>;
  /** The timeline: who is told later reads what has been done so far. */
  readonly events: IncidentStore['events'];
  /** Who is in a user group now; see `createGroupMembers`. */
  readonly groupMembers: (group: string) => Promise<ReadonlySet<string>>;
}

type Notices = readonly [Notice, ...Notice[]];

/** A direct message to each of the people, with a button to acknowledge. */
export function createDirectMessage(deps: SlackWaysDeps): PageSender {
  return {
    async send(_way, notices, recipients) {
      const found = await peopleOf(deps, notices, recipients);
      if ('why' in found) return { ok: false, ...found };
      const [first] = notices;
      const permalink = notices.length === 1 ? await deps.permalink(first.incident) : null;
      const events = notices.length === 1 ? await deps.events(first.incident.id) : [];
      const message = pageMessage(notices, deps.now(), permalink, events);
      return together(notices, await toEach(deps, notices, found.people, message));
    },
  };
}

/** Whom Redis kept from being told is no reason to tell the others once more: only where nobody was told, it throws. */
async function toEach(deps: SlackWaysDeps, notices: Notices, people: readonly string[], message: SlackMessage) {
  const send = async (person: string) => ({
    answer: await sendMessage(deps, { ...aboutOf(notices, person), channel: person, message }),
    person,
  });
  const ended = await Promise.allSettled(people.map(send));
  const answers = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const broken = ended.find((one) => one.status === 'rejected');
  if (broken && !answers.some(({ answer }) => answer.ok)) throw broken.reason;
  return answers;
}

/** A post in the incident's channel that mentions them, below its card where that is there. */
export function createMention(deps: SlackWaysDeps): PageSender {
  return {
    async send(_way, notices, recipients) {
      const [first, ...others] = notices;
      const message =
        others.length === 0 ? pageMention(first, recipients) : pageMentions(notices, recipients, deps.now());
      return await post(deps, notices, first.incident.channel, message);
    },
  };
}

/** A post in a channel that mentions nobody. */
export function createPost(deps: SlackWaysDeps): PageSender {
  return {
    async send(_way, notices, { channel }) {
      const [first, ...others] = notices;
      const nobody = { people: [], groups: [] };
      const message = others.length === 0 ? channelPage(first) : pageMentions(notices, nobody, deps.now());
      return await post(deps, notices, channel ?? first.incident.channel, message);
    },
  };
}

async function post(deps: SlackWaysDeps, notices: Notices, channel: string, message: ReturnType<typeof channelPage>) {
  const [{ incident }] = notices;
  const card = notices.length === 1 ? await deps.cards.load(incident.id) : null;
  const threadTs = card?.channel === channel ? { threadTs: card.ts } : {};
  const answer = await sendMessage(deps, { ...aboutOf(notices, channel), channel, message, ...threadTs });
  return together(notices, [{ answer, person: null }]);
}

/** A message for many is another one than that for the first of them, which may be in Slack already. */
function aboutOf(notices: Notices, whom: string) {
  const [{ id, incident }] = notices;
  const all = createHash('sha256').update(notices.map((one) => one.id).join('\n'));
  const name = notices.length === 1 ? id : `${id} and ${notices.length - 1} more ${all.digest('hex').slice(0, 16)}`;
  return { incident: incident.id, name: `${name} ${whom}`, eventType: metadata.page };
}

/** Reached is whoever of several was reached. */
function together(
  notices: Notices,
  answers: readonly { readonly answer: Answer; readonly person: string | null }[],
): Sent {
  const incidents = inOrder(notices).map(({ incident }) => incident.id);
  const left = answers.flatMap(({ answer, person }): LeftBehind[] =>
    answer.ok ? [{ kind: 'message', ...answer.posted, person, incidents }] : [],
  );
  if (left.length > 0) return { ok: true, left };
  const failed = answers.flatMap(({ answer }) => (answer.ok ? [] : [answer]));
  return {
    ok: false,
    why: failed[0]?.why ?? 'nobody is meant',
    isUsable: failed.some(({ isUsable }) => isUsable),
  };
}

type Found = { readonly people: readonly string[] } | { readonly why: string; readonly isUsable: boolean };

async function peopleOf(deps: SlackWaysDeps, notices: Notices, { people, groups }: Recipients): Promise<Found> {
  if (groups.length === 0) return { people };
  const found = await Promise.all(groups.map((group) => membersOf(deps, notices, group)));
  const all = [...new Set([...people, ...found.flatMap((one) => ('why' in one ? [] : one.people))])];
  if (all.length > 0) return { people: all };
  const failed = found.flatMap((one) => ('why' in one ? [one] : []));
  return {
    why: failed[0]?.why ?? 'nobody else is in the user group',
    isUsable: failed.some(({ isUsable }) => isUsable),
  };
}

async function membersOf(
  { groupMembers, log }: SlackWaysDeps,
  notices: Notices,
  { id }: Recipients['groups'][number],
): Promise<Found> {
  if (id === null) return { why: 'who is behind an alias is not known', isUsable: false };
  try {
    return { people: [...(await groupMembers(id))].filter((person) => !knowsAll(notices, person)) };
  } catch (error) {
    log.warn({ err: error, group: id }, 'who is in a user group could not be told');
    return { why: 'who is in the user group could not be told', isUsable: kindOf(error) === 'transient' };
  }
}

/** Whether somebody has every one of the incidents, or had it when the page was decided: groups are not known before they are read. */
function knowsAll(notices: Notices, person: string): boolean {
  return notices.every(
    ({ page, incident }) => person === page.except || (incident.status !== 'triggered' && incident.owner === person),
  );
}
