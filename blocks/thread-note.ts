import type { SectionBlock } from '@slack/types';
import { briefingOf } from '../src/domain/escalation-message.ts';
import type { Incident, IncidentEvent } from '../src/domain/incident.ts';
import type { Runbook } from '../src/domain/runbook.ts';
import { phraseOf } from '../src/domain/timeline.ts';
import { briefingWords } from './briefing.ts';
import { lines, type Message, type Mrkdwn, md, mention, message, openSection, section } from './kit.ts';
import { BUDGET } from './limits.ts';
import { phrase } from './phrase.ts';

/** Lines of one reply; a burst of changes shows its newest. */
const LINES_SHOWN = 8;

/** What whoever escalates wants told: all events of the incident, and its runbook. */
interface Known {
  readonly events: readonly IncidentEvent[];
  readonly runbook: Runbook | null;
}

/**
 * One short reply in the card's thread for one or several changes of state, the oldest first. `incident` is the state after them;
 * `events` are those that are to be told (`isTold`), at least one.
 */
export function threadNote(
  incident: Incident,
  events: readonly IncidentEvent[],
  known: Known = { events, runbook: null },
): Message {
  const left = Math.max(0, events.length - LINES_SHOWN);
  const told = events.slice(left).map((event) => sentence(incident, event));
  const text = lines(left > 0 ? `${left} earlier changes are in the timeline.` : null, ...told);
  return message(md`${incident.id}: ${text}`, section(text), briefed(incident, events, known));
}

/** Whoever is called for help finds what is known and what was done where they are called to. */
function briefed(incident: Incident, news: readonly IncidentEvent[], { events, runbook }: Known): SectionBlock | null {
  const last = news.findLast(({ type }) => type === 'escalated');
  if (!last) return null;
  const index = events.findLastIndex(({ type }) => type === 'escalated');
  const others = index < 0 ? events : events.toSpliced(index, 1); // why it was escalated stands above
  return openSection(briefingWords(briefingOf(incident, others, runbook, last.at)));
}

/** Whoever has it is called where it waits for them. */
function sentence(incident: Incident, event: IncidentEvent): Mrkdwn {
  const words = phrase(phraseOf(event), BUDGET.prose);
  return event.type === 'note_asked' && incident.owner !== null ? md`${mention(incident.owner)}: ${words}` : words;
}
