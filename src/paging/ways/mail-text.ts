import type { Incident } from '../../domain/incident.ts';
import { cut, incidentsOf, isDrill, type Notices, placeOf, plain, worstOf } from './words.ts';

const MOST_INCIDENTS = 40;
const TITLE = 200;
const SUMMARY = 1_000;

/** A page as plain text of several lines. `link` leads to the card of the worst incident, where it is known. */
export function mailText(notices: Notices, link: string | null): string {
  const incidents = incidentsOf(notices);
  const shown = incidents.slice(0, MOST_INCIDENTS);
  const rest = incidents.length - shown.length;
  return [
    ...(isDrill(notices) ? ['This is a drill.', ''] : []),
    ...(incidents.length > 1 ? [`${incidents.length} incidents. The worst first:`, ''] : []),
    ...shown.flatMap((incident) => [...linesOf(incident, incidents.length === 1), '']),
    ...(rest > 0 ? [`And ${rest} more.`, ''] : []),
    ...(link === null ? [] : [`In Slack: ${link}`, '']),
    whyYou(notices),
    'Acknowledge in Slack. An answer to this message reaches nobody.',
  ].join('\n');
}

function linesOf(incident: Incident, isAlone: boolean): string[] {
  const head = `${incident.severity} ${placeOf(incident)} ${incident.id}: ${cut(plain(incident.title), TITLE)}`;
  if (!isAlone) return [head];
  const { total, firing, unknown } = incident.members;
  const alarms = `Alarms: ${firing} firing${unknown > 0 ? `, ${unknown} could not be told` : ''}, of ${total}`;
  return [
    head,
    ...(incident.summary === '' ? [] : [cut(plain(incident.summary), SUMMARY)]),
    '',
    `Since ${new Date(incident.milestones.firedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ...(total > 0 ? [alarms] : []),
    incident.owner === null ? 'Nobody has acknowledged it.' : 'Somebody has acknowledged it.',
  ];
}

function whyYou(notices: Notices): string {
  const { page, targetTitle } = worstOf(notices);
  const level = `level ${plain(page.level)} of the escalation`;
  if (targetTitle.startsWith('<')) return `You get this from ${level}.`; // a person, in Slack's writing
  return `You get this as ${cut(plain(targetTitle), TITLE)}, from ${level}.`;
}
