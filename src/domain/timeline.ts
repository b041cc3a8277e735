import type { DeadlineEvent } from './deadline.ts';
import type { EscalationEvent } from './escalation-events.ts';
import { deadlinePhrase, escalationPhrase } from './escalation-phrases.ts';
import {
  type Actor,
  type AlarmsChanged,
  type Graded,
  type Incident,
  type IncidentEvent,
  type MessageAdded,
  type Opened,
  TOCSIN,
} from './incident.ts';
import { isWhole } from './member.ts';
import { isOfRun, type RunEvent } from './run.ts';
import { runPhrase } from './run-phrases.ts';
import { isWorse } from './severity.ts';

/**
 * A sentence as data, so that each surface draws people, times and links in its own way. Plain strings are ours or foreign and
 * mean only themselves; `quote` is what somebody wrote, in any length and with line feeds.
 */
export type Phrase = readonly Part[];
export type Part =
  | string
  | { readonly person: Actor }
  /** A Slack channel or user group, by its id. */
  | { readonly channel: string }
  | { readonly group: string }
  | { readonly time: number }
  | { readonly quote: string }
  /** A number with CloudWatch's word for its unit. `beside` is another of the sentence, from which it must be told apart. */
  | { readonly quantity: number; readonly unit: string | null; readonly beside: number | null }
  | { readonly label: string; readonly url: string };

export interface TimelineEntry {
  readonly at: number;
  readonly phrase: Phrase;
}

/** The whole story in the order in which it happened, one sentence for each event. */
export function timelineOf(events: readonly IncidentEvent[]): TimelineEntry[] {
  const titles = new Map<string, string>();
  return events.map((event) => {
    for (const one of event.type === 'alarms' ? event.changed : []) if (isWhole(one)) titles.set(one.key, one.title);
    return { at: event.at, phrase: phraseOf(event, titles) };
  });
}

const NO_TITLES: ReadonlyMap<string, string> = new Map();

/** One event as a plain sentence. `titles` of alarms that earlier events have told of, by key. */
export function phraseOf(event: IncidentEvent, titles = NO_TITLES): Phrase {
  switch (event.type) {
    case 'opened':
      return openedPhrase(event);
    case 'alarms':
      return [alarmsSentence(event, titles)];
    case 'posted':
      return ['The card is in the channel.'];
    case 'seen':
      return [person(event.by), ' looked at it.'];
    case 'noted':
      return [person(event.by), ' noted: ', { quote: event.text }];
    case 'message_added':
      return messagePhrase(event);
    default:
      if (isDeadline(event)) return deadlinePhrase(event);
      if (isOfRun(event)) return runPhrase(event);
      return isEscalation(event) ? escalationPhrase(event) : phraseOfChange(event, titles);
  }
}

function openedPhrase({ by, drill }: Opened): Phrase {
  if (by === TOCSIN) return ['Opened by an alarm.'];
  return [person(by), drill ? ' started a drill.' : ' declared this incident.'];
}

function messagePhrase({ by, author, text, link }: MessageAdded): Phrase {
  return [
    person(by),
    ...(by === author ? [' added a message: '] : [' added a message of ', person(author), ': ']),
    { quote: text },
    ...(link === null ? [] : [' ', { label: 'Open the message', url: link }]),
  ];
}

const ESCALATION: ReadonlySet<string> = new Set<EscalationEvent['type']>([
  'page_due',
  'page_passed',
  'page_sent',
  'page_failed',
  'page_dropped',
  'asked_owner',
  'confirmed',
  'unacknowledged',
  'snoozed',
  'snooze_ended',
  'value_held',
  'escalated',
]);

function isEscalation(event: IncidentEvent): event is EscalationEvent {
  return ESCALATION.has(event.type);
}

function isDeadline(event: IncidentEvent): event is DeadlineEvent {
  return event.type.startsWith('deadline_');
}

type Change = Exclude<
  IncidentEvent,
  | EscalationEvent
  | DeadlineEvent
  | RunEvent
  | { type: 'opened' | 'alarms' | 'posted' | 'seen' | 'noted' | 'message_added' }
>;

function phraseOfChange(event: Change, titles: ReadonlyMap<string, string>): Phrase {
  switch (event.type) {
    case 'acknowledged':
      return [person(event.by), ' acknowledged and has it.'];
    case 'assigned':
      return handOverPhrase(event);
    case 'severity_set':
      return event.by === TOCSIN
        ? [
            isWorse(event.severity, event.from)
              ? `Severity raised from ${event.from} to ${event.severity}.`
              : `Severity lowered from ${event.from} to ${event.severity}: the values stayed milder.`,
          ]
        : [person(event.by), ` changed the severity from ${event.from} to ${event.severity}.`];
    case 'silenced':
      return [person(event.by), ' silenced it until ', { time: event.until }, '.'];
    case 'silence_ended':
      return ['The silence is over.'];
    case 'answer_overdue':
      return ['Nobody has answered in time.'];
    case 'graded':
    case 'easing':
    case 'evidence':
      return phraseOfMeasuring(event, titles);
    case 'step_ticked':
      return [person(event.by), event.isDone ? ' did: ' : ' opened again: ', { quote: event.text }];
    case 'step_checked':
      return [
        ...(event.by === TOCSIN ? ['Checked: '] : [person(event.by), ' checked: ']),
        { quote: event.text },
        ' → ',
        { quote: event.answer },
      ];
    default:
      return phraseOfStatus(event);
  }
}

function phraseOfMeasuring(
  event: Extract<IncidentEvent, { type: 'graded' | 'easing' | 'evidence' }>,
  titles: ReadonlyMap<string, string>,
): Phrase {
  switch (event.type) {
    case 'graded':
      return gradedSentence(event, titles);
    case 'easing':
      return event.severity === null
        ? ['The values do not call for a lower severity any more.']
        : [`The values call for ${event.severity}. It is lowered when that has lasted for ${minutes(event.dwellMs)}.`];
    case 'evidence':
      return ['Evidence was gathered.'];
  }
}

/** `Error rate of “5xx errors” is 5.4 %, above 5 %: P1.` */
function gradedSentence({ key, severity, ruling }: Graded, titles: ReadonlyMap<string, string>): Phrase {
  const title = titles.get(key);
  const whose = title === undefined ? '' : ` of “${title.slice(0, NAME_KEPT)}”`;
  const { measure, value, unit, reached, isGraded } = ruling;
  if (value === null) {
    return [
      isGraded
        ? `The value${whose} is not known: ${severity} by its rule.`
        : `The severity${whose} is ${severity} by its rule.`,
    ];
  }

  const subject = `${measure?.slice(0, NAME_KEPT) ?? 'The value'}${whose} is `;
  if (!reached) return [subject, { quantity: value, unit, beside: null }, `, within every limit: ${severity}.`];
  const { limit, inclusive, direction } = reached;
  return [
    subject,
    { quantity: value, unit, beside: limit },
    `, ${inclusive ? 'at or ' : ''}${direction} `,
    { quantity: limit, unit, beside: value },
    `: ${severity}.`,
  ];
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000).toLocaleString('en-US')} min`;
}

/** What whoever takes it over should know stands behind it. */
function handOverPhrase({ by, to, note = '' }: Extract<IncidentEvent, { type: 'assigned' }>): Phrase {
  const said = because(note);
  return by === to ? [person(by), ' took it', ...said] : [person(by), ' gave it to ', person(to), ...said];
}

type StatusChange = Exclude<
  Change,
  {
    type:
      | 'acknowledged'
      | 'assigned'
      | 'severity_set'
      | 'silenced'
      | 'silence_ended'
      | 'answer_overdue'
      | 'graded'
      | 'easing'
      | 'evidence'
      | 'step_ticked'
      | 'step_checked';
  }
>;

function phraseOfStatus(event: StatusChange): Phrase {
  switch (event.type) {
    case 'mitigated':
      return [person(event.by), ' marked it mitigated: the impact is over.'];
    case 'recovered':
      return ['All alarms recovered. Watching until ', { time: event.watchUntil }, '.'];
    case 'relapsed':
      return ['An alarm fired again: it is not over.'];
    case 'note_asked':
      return ['The alarms stayed quiet. It can be resolved, with a closing note.'];
    case 'resolved':
      return event.by === TOCSIN
        ? ['Resolved by itself', ...because(event.text)]
        : [person(event.by), ' resolved it', ...because(event.text)];
    case 'closed':
      return [person(event.by), ' wrote the closing note.'];
    case 'reopened':
      return event.by === TOCSIN
        ? ['Reopened', ...because(event.reason)]
        : [person(event.by), ' reopened it and has it', ...because(event.reason)];
  }
}

/** `2 alarms fired, 1 fired again, 3 recovered: “p95 latency is high”, “5xx errors are high” and 4 more.` */
function alarmsSentence(
  { joined, refired, recovered, lostSight, changed }: AlarmsChanged,
  titles: ReadonlyMap<string, string>,
): string {
  const news = [
    joined > 0 ? `${alarms(joined)} joined` : '',
    refired > 0 ? `${alarms(refired)} fired again` : '',
    recovered > 0 ? `${alarms(recovered)} recovered` : '',
    lostSight > 0 ? `${alarms(lostSight)} stopped reporting data` : '',
  ].filter((part) => part !== '');
  if (news.length === 0) news.push(`${alarms(changed.length)} got worse`);
  const named = changed
    .flatMap((one) => (isWhole(one) ? one.title : (titles.get(one.key) ?? [])))
    .slice(0, NAMED)
    .map((title) => `“${title.slice(0, NAME_KEPT)}”`);
  const more = joined + refired + recovered + lostSight - named.length;
  const names = named.length === 0 ? '' : `: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${news.join(', ')}${names}.`;
}

/** Names of one line; the card and the timeline's alarms tell the others. */
const NAMED = 2;
const NAME_KEPT = 80;

export function alarms(count: number): string {
  return count === 1 ? '1 alarm' : `${count.toLocaleString('en-US')} alarms`;
}

function because(text: string): Phrase {
  return text === '' ? ['.'] : [': ', { quote: text }];
}

function person(actor: Actor): Part {
  return { person: actor };
}

/** What was seen, for the closing note to begin with: what people declared, then what fired. */
export function symptomsOf(incident: Pick<Incident, 'title' | 'summary' | 'members'>): string {
  const { title, summary, members } = incident;
  const titles = members.shown.map((member) => member.title);
  const more = members.total - titles.length;
  return [title, summary, ...titles, more > 0 ? `and ${alarms(more)} more` : '']
    .filter((line, i, all) => line !== '' && all.indexOf(line) === i)
    .join('\n');
}
