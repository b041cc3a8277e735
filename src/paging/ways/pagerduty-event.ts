import { createHash } from 'node:crypto';
import type { Notice } from '../../app/page-way.ts';
import type { Severity } from '../../domain/severity.ts';
import { cut, placeOf, plain } from './words.ts';

/** The severities that PagerDuty has beside these: `info`. */
const SEVERITY = { P0: 'critical', P1: 'critical', P2: 'error', P3: 'warning' } as const satisfies Record<
  Severity,
  string
>;

const SUMMARY = 1_024;
const KEY = 255;
const TEXT = 1_000;

/** The event that opens an alert. https://developer.pagerduty.com/docs/send-alert-event */
export function triggerOf(notice: Notice, link: string | null): object {
  const { incident, page, targetTitle } = notice;
  const what = `${incident.drill ? 'DRILL: ' : ''}${incident.severity} ${placeOf(incident)} ${incident.id}: ${plain(incident.title)}`;
  return {
    event_action: 'trigger',
    dedup_key: dedupKeyOf(notice),
    client: 'Tocsin',
    ...(link === null ? {} : { client_url: link, links: [{ href: link, text: `${incident.id} in Slack` }] }),
    payload: {
      summary: cut(what, SUMMARY),
      source: `${incident.service}/${incident.environment}`,
      severity: SEVERITY[incident.severity],
      timestamp: new Date(incident.milestones.firedAt).toISOString(),
      component: incident.service,
      class: incident.incidentClass,
      custom_details: {
        incident: incident.id,
        severity: incident.severity,
        status: incident.status,
        level: page.level,
        'paged as': cut(plain(targetTitle), TEXT),
        team: cut(plain(incident.team), TEXT),
        'alarms firing': incident.members.firing,
        ...(incident.summary === '' ? {} : { summary: cut(plain(incident.summary), TEXT) }),
        drill: incident.drill,
      },
    },
  };
}

/** The id of the notice; a longer one than PagerDuty takes ends in its hash. */
export function dedupKeyOf({ id }: Pick<Notice, 'id'>): string {
  if (id.length <= KEY) return id;
  return `${id.slice(0, 200).toWellFormed()}#${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}
