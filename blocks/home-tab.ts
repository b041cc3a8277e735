import type { HomeView, KnownBlock } from '@slack/types';
import type { Incident } from '../src/domain/incident.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { links } from '../src/slack/protocol.ts';
import type { Report } from '../src/stats/report.ts';
import { type Acts, actsHome, NO_ACTS } from './acts-home.ts';
import { followUpsSection } from './deadline-list.ts';
import { rowLine } from './incident-words.ts';
import { actions, context, facts, header, lines, md, plain, present, section, showButton, when } from './kit.ts';
import { LIMITS } from './limits.ts';
import { type OnCallHome, onCallHome } from './on-call-home.ts';
import type { Health } from './replies.ts';
import { weekFields } from './stats-table.ts';

export interface Home {
  /** Open incidents of whoever looks, newest first. */
  readonly mine: readonly Incident[];
  /** Open incidents that somebody else or nobody has, newest first. */
  readonly others: readonly Incident[];
  /** All open incidents, also those that were not loaded. */
  readonly openCount: number;
  /** Seven days; `null` while the times cannot be read. */
  readonly week: Report | null;
  readonly health?: Health;
  /** What they still have to do after incidents; `null` while it cannot be read. */
  readonly followUps?: Parameters<typeof followUpsSection>[0];
  /** Incidents with a run that waits or goes on, open or not; none when it is left out. */
  readonly busy?: readonly Incident[];
  /** What serves and what is switched off; none when it is left out. */
  readonly acts?: Acts;
  /** `null` while who is on call cannot be read. */
  readonly onCall: OnCallHome | null;
  readonly now: number;
}

/** Rows of each list; with everything else they stay below a view's 100 blocks. */
const ROWS = 20;

/** App Home: trouble of Tocsin itself on top, what needs a decision, then what is this person's, then the others, then how the week went. */
export function homeTab(home: Home): HomeView {
  const { mine, others, openCount, week, health, onCall, followUps, acts = NO_ACTS, busy = [], now } = home;
  const hidden = openCount - Math.min(mine.length, ROWS) - Math.min(others.length, ROWS);
  return {
    type: 'home',
    blocks: present([
      health && !health.ok ? trouble(health) : null,
      ...actsHome(busy, acts),
      header('Open incidents'),
      ...(openCount === 0 && mine.length === 0 && others.length === 0 ? [quiet()] : []),
      ...list(MINE, mine),
      ...list('Others', others),
      hidden > 0 ? context(md`and ${hidden.toLocaleString('en-US')} more. All of them: ${COMMAND} list`) : null,
      homeActions(),
      ...(followUps === undefined ? [] : followUpsSection(followUps, now)),
      { type: 'divider' },
      ...onCallHome(onCall),
      { type: 'divider' },
      header("This week's times"),
      week === null ? section(md`The times cannot be read right now.`) : facts(...weekFields(week)),
      context(md`Against the 7 days before. More: ${COMMAND} stats`),
      context(md`Updated ${when(now)}`),
    ]),
  };
}

/** An empty page is the moment to learn what one needs when it is not empty. */
function quiet(): KnownBlock {
  return section(
    lines(
      md`✅ *All quiet.* No incident is open.`,
      md`When an alarm fires, its card appears in the service's channel: press *Acknowledge* and it is yours. *Resolve* asks what it was.`,
      md`Seen something that no alarm noticed? ${COMMAND} declare opens a form. ${COMMAND} help lists everything.`,
    ),
  );
}

/** Under this heading nobody is named in each row. */
const MINE = 'Yours';

function list(title: string, incidents: readonly Incident[]): KnownBlock[] {
  if (incidents.length === 0) return [];
  const rows = [...incidents].sort(mostUrgentFirst).slice(0, ROWS);
  return [
    section(md`*${title}* (${incidents.length})`),
    ...rows.map((incident) => section(rowLine(incident, title === MINE), showButton(incident.id))),
  ];
}

/** What nobody has comes before what somebody has. */
function mostUrgentFirst(a: Incident, b: Incident): number {
  return (
    Number(a.owner !== null) - Number(b.owner !== null) ||
    a.severity.localeCompare(b.severity) ||
    b.openedAt - a.openedAt
  );
}

function homeActions(): KnownBlock {
  const labels = [links.declare, links.refreshHome] as const;
  return actions(
    ...labels.map(({ actionId, label }) => ({
      type: 'button' as const,
      action_id: actionId,
      text: plain(label, LIMITS.buttonLabel),
    })),
  );
}

function trouble({ checks }: Health): KnownBlock {
  const failing = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return section(md`⚠️ *Tocsin has trouble:* ${failing.join(', ')}. Details: ${COMMAND} health`);
}
