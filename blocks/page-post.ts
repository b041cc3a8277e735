import type { Notice, Recipients } from '../src/app/page-way.ts';
import { oneLine } from './foreign-text.ts';
import { whatFired } from './incident-words.ts';
import { groupMention, join, type Message, type Mrkdwn, md, mention, message, section, showButton } from './kit.ts';
import { BUDGET } from './limits.ts';
import { acknowledge, headline, isFree, levelReason, pageMessage } from './page-message.ts';

/** People that one post names, so that what it says stays in view. */
const PEOPLE = 40;

/** The post that mentions whoever is paged: one line, what fired, and a button to have it. */
export function pageMention(notice: Notice, whom: Whom): Message {
  return post(notice, mentions(whom));
}

type Whom = Pick<Recipients, 'people' | 'groups'>;

function mentions({ people, groups }: Whom): Mrkdwn {
  return join([...people.slice(0, PEOPLE).map(mention), ...groups.slice(0, PEOPLE).map(groupWords)], ' ');
}

/** One post for several incidents at once, each with its button; it may mention nobody. */
export function pageMentions(notices: readonly [Notice, ...Notice[]], whom: Whom, now: number): Message {
  const { text, blocks } = pageMessage(notices, now);
  const named = mentions(whom);
  if (named.text === '') return { text, blocks };
  return { text: `${named.text} ${text}`, blocks: [section(named), ...blocks] };
}

/** The same for a channel that is told, and nobody in it by name. */
export function channelPage(notice: Notice): Message {
  return post(notice, md`📣`);
}

function post(notice: Notice, whom: Mrkdwn): Message {
  const { incident } = notice;
  const what = md`${whom} ${headline(incident)}. ${levelReason(notice)}`;
  const why = whatFired(incident);
  const shown = join([md`${whom} *${headline(incident)}*`, md`${join([levelReason(notice), why], ' ')}`], '\n');
  return message(
    join([what, why], ' '),
    section(shown, isFree(incident) ? acknowledge(incident) : showButton(incident.id)),
  );
}

/** Where the plan of Slack has no user groups, an alias that people have set up to be notified of. */
function groupWords({ id, alias }: Recipients['groups'][number]): Mrkdwn | null {
  if (id !== null) return groupMention(id);
  return alias === null ? null : md`!${oneLine(alias, BUDGET.name)}`;
}
