import type { ClosingNote, Incident, IncidentEvent, Status } from '../../src/domain/incident.ts';
import { STATUSES } from '../../src/domain/incident.ts';
import type { Member } from '../../src/domain/member.ts';
import { BY_RULE, PLAIN_INCIDENT } from '../support/plain.ts';

export const NOW = Date.UTC(2026, 10, 22, 3, 12);
export const MINUTE = 60_000;
export const ANA = 'U0ANA';
export const BEN = 'U0BEN';

export const note: ClosingNote = {
  symptoms: 'p95 latency above 2 s for all riders',
  cause: 'New endpoint configuration without enough memory',
  fix: 'Rolled back to v41',
  followUps: 'Alarm on memory\nLoad test before the next release',
};

export function member(changes: Partial<Member> = {}): Member {
  return {
    key: 'cw:1:111122223333/eu-central-1/bikeshare-prod-latency',
    title: 'p95 latency is high',
    state: 'firing',
    firedAt: NOW - 12 * MINUTE,
    changedAt: NOW - 12 * MINUTE,
    firings: 1,
    severity: 'P1',
    sourceSeverity: null,
    reason: 'Threshold Crossed: 1 out of the last 1 datapoints was greater than the threshold (800000.0).',
    measurement: {
      metric: 'ModelLatency',
      statistic: 'p95',
      unit: null,
      value: 2_400_000,
      threshold: 800_000,
      comparison: 'above',
    },
    url: 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/bikeshare-prod-latency',
    runbook: 'https://wiki.example.com/runbooks/latency',
    ruling: BY_RULE,
    ...changes,
  };
}

const reached = {
  firedAt: NOW - 12 * MINUTE,
  receivedAt: NOW - 12 * MINUTE + 2000,
  postedAt: NOW - 12 * MINUTE + 3000,
  seenAt: NOW - 10 * MINUTE,
  acknowledgedAt: NOW - 10 * MINUTE,
  mitigatedAt: NOW - 4 * MINUTE,
  resolvedAt: NOW - 2 * MINUTE,
  closedAt: NOW - MINUTE,
};

/** An incident as it is once it has come to `status`. */
export function incident(status: Status, changes: Partial<Incident> = {}): Incident {
  const at = (from: Status) => STATUSES.indexOf(status) >= STATUSES.indexOf(from);
  return {
    ...PLAIN_INCIDENT,
    id: 'INC-7',
    version: 12,
    status,
    service: 'bikeshare',
    serviceTitle: 'Bikeshare',
    team: 'ML platform',
    channel: 'C0BIKES',
    environment: 'prod',
    title: 'p95 latency is high',
    summary: '',
    severity: 'P1',
    incidentClass: 'system',
    openedBy: 'tocsin',
    openedAt: NOW - 12 * MINUTE,
    drill: false,
    owner: at('acknowledged') ? ANA : null,
    links: [{ label: 'Dashboard', url: 'https://grafana.example.com/d/bikeshare' }],
    policy: { recovery: { end: 'ask', watchMs: 5 * MINUTE }, groupingMs: 10 * MINUTE, reopenMs: 30 * MINUTE },
    milestones: {
      ...reached,
      acknowledgedAt: at('acknowledged') ? reached.acknowledgedAt : null,
      mitigatedAt: at('mitigated') ? reached.mitigatedAt : null,
      resolvedAt: at('resolved') ? reached.resolvedAt : null,
      closedAt: at('closed') ? reached.closedAt : null,
    },
    members: {
      total: 1,
      firing: at('resolved') ? 0 : 1,
      unknown: 0,
      shown: [member(at('resolved') ? { state: 'recovered' } : {})],
    },
    lastAlarmAt: NOW - 12 * MINUTE,
    lastAlarmVersion: 2,
    silencedUntil: null,
    watchUntil: null,
    noteAsked: false,
    resolvedBy: at('resolved') ? ANA : null,
    resolution: at('resolved') ? 'rolled back to v41' : '',
    closingNote: at('closed') ? note : null,
    reopenings: 0,
    ...changes,
  };
}

const recovered = { total: 1, firing: 0, unknown: 0, shown: [member({ state: 'recovered' })] };
const automatic = { recovery: { end: 'resolve', watchMs: 5 * MINUTE }, groupingMs: 0, reopenMs: 0 } as const;

/** Every state that looks different, by the name of its snapshot. */
export const states: Readonly<Record<string, Incident>> = {
  triggered: incident('triggered'),
  'triggered, given to somebody': incident('triggered', { owner: BEN }),
  acknowledged: incident('acknowledged'),
  'mitigated by hand': incident('mitigated'),
  'recovered, resolves by itself': incident('mitigated', {
    members: recovered,
    watchUntil: NOW + MINUTE,
    policy: automatic,
  }),
  'recovered, watching': incident('mitigated', { members: recovered, watchUntil: NOW + MINUTE }),
  'recovered, note asked': incident('mitigated', { members: recovered, watchUntil: NOW - MINUTE, noteAsked: true }),
  'recovered, nobody has it': incident('mitigated', {
    members: recovered,
    watchUntil: NOW,
    noteAsked: true,
    owner: null,
  }),
  'recovered but for one that cannot tell': incident('mitigated', {
    members: {
      total: 2,
      firing: 0,
      unknown: 1,
      shown: [member({ state: 'unknown' }), member({ key: 'b', state: 'recovered' })],
    },
    watchUntil: NOW + MINUTE,
    policy: automatic,
  }),
  silenced: incident('acknowledged', { silencedUntil: NOW + 60 * MINUTE }),
  'no data': incident('triggered', {
    members: {
      total: 2,
      firing: 0,
      unknown: 2,
      shown: [member({ state: 'unknown' }), member({ key: 'b', state: 'unknown' })],
    },
  }),
  'many alarms': incident('acknowledged', {
    members: {
      total: 23,
      firing: 14,
      unknown: 2,
      shown: [
        member({ firings: 3 }),
        member({
          key: 'b',
          title: '5xx errors',
          measurement: {
            metric: '5XXError',
            statistic: 'sum',
            unit: 'Count',
            value: 12,
            threshold: 5,
            comparison: 'above',
          },
        }),
        member({
          key: 'c',
          title: 'Predictions stopped',
          measurement: null,
          reason: 'No heartbeat for 10 minutes.',
          url: null,
        }),
        member({ key: 'd', title: 'Drift', state: 'unknown' }),
        member({ key: 'e', title: 'Memory', state: 'recovered', firings: 7 }),
        member({ key: 'f', title: 'Disk' }),
      ],
    },
  }),
  'declared drill': incident('triggered', {
    drill: true,
    openedBy: ANA,
    summary: 'Riders see an error page.\nSince about three.',
    members: { total: 0, firing: 0, unknown: 0, shown: [] },
    links: [],
  }),
  resolved: incident('resolved'),
  'resolved by itself': incident('resolved', {
    resolvedBy: 'tocsin',
    resolution: 'All alarms recovered and stayed so.',
    owner: null,
    milestones: { ...reached, acknowledgedAt: null, closedAt: null },
  }),
  closed: incident('closed'),
  'a closed drill of two alarms': incident('closed', {
    drill: true,
    reopenings: 1,
    members: {
      total: 2,
      firing: 0,
      unknown: 0,
      shown: [member({ state: 'recovered' }), member({ key: 'b', state: 'recovered' })],
    },
  }),
  reopened: incident('acknowledged', { reopenings: 2, environment: 'unknown' }),
};

/** One event of each kind and shape. */
export const events: readonly IncidentEvent[] = [
  {
    type: 'opened',
    at: NOW - 12 * MINUTE,
    id: 'INC-7',
    service: 'bikeshare',
    serviceTitle: 'Bikeshare',
    team: 'ML',
    channel: 'C1',
    environment: 'prod',
    title: 't',
    summary: '',
    severity: 'P1',
    incidentClass: 'system',
    by: 'tocsin',
    firedAt: NOW,
    receivedAt: NOW,
    drill: false,
    links: [],
    policy: automatic,
    runbook: null,
    answerDue: {},
    escalation: null,
  },
  {
    type: 'alarms',
    at: NOW - 12 * MINUTE,
    joined: 3,
    refired: 1,
    recovered: 2,
    lostSight: 1,
    changed: [member(), member({ key: 'b', title: '5xx errors' }), member({ key: 'c' })],
    totals: { total: 7, firing: 4, unknown: 1 },
  },
  {
    type: 'alarms',
    at: NOW - 11 * MINUTE,
    joined: 1,
    refired: 0,
    recovered: 0,
    lostSight: 0,
    changed: [member()],
    totals: { total: 1, firing: 1, unknown: 0 },
  },
  { type: 'posted', at: NOW - 12 * MINUTE },
  { type: 'seen', at: NOW - 11 * MINUTE, by: ANA },
  { type: 'acknowledged', at: NOW - 10 * MINUTE, by: ANA },
  { type: 'assigned', at: NOW - 9 * MINUTE, by: ANA, to: BEN },
  { type: 'assigned', at: NOW - 9 * MINUTE, by: ANA, to: ANA },
  { type: 'severity_set', at: NOW - 8 * MINUTE, by: ANA, from: 'P2', severity: 'P1' },
  { type: 'severity_set', at: NOW - 8 * MINUTE, by: 'tocsin', from: 'P1', severity: 'P0' },
  {
    type: 'noted',
    at: NOW - 7 * MINUTE,
    by: ANA,
    text: 'Traffic is shifted, see https://status.example.com/42 & wait',
  },
  {
    type: 'message_added',
    at: NOW - 7 * MINUTE,
    by: ANA,
    author: BEN,
    text: 'the queue is full',
    link: 'https://example.slack.com/archives/C1/p1',
  },
  { type: 'message_added', at: NOW - 7 * MINUTE, by: ANA, author: ANA, text: 'mine', link: null },
  { type: 'silenced', at: NOW - 6 * MINUTE, by: ANA, until: NOW },
  { type: 'silence_ended', at: NOW - 5 * MINUTE },
  { type: 'answer_overdue', at: NOW - 5 * MINUTE },
  { type: 'mitigated', at: NOW - 5 * MINUTE, by: ANA },
  { type: 'recovered', at: NOW - 4 * MINUTE, watchUntil: NOW },
  { type: 'relapsed', at: NOW - 4 * MINUTE },
  { type: 'note_asked', at: NOW - 3 * MINUTE },
  { type: 'resolved', at: NOW - 2 * MINUTE, by: ANA, text: 'rolled back' },
  { type: 'resolved', at: NOW - 2 * MINUTE, by: 'tocsin', text: 'All alarms recovered and stayed so.' },
  { type: 'resolved', at: NOW - 2 * MINUTE, by: ANA, text: '' },
  { type: 'closed', at: NOW - MINUTE, by: ANA, note },
  { type: 'reopened', at: NOW, by: BEN, reason: 'errors are back' },
  { type: 'reopened', at: NOW, by: 'tocsin', reason: 'An alarm fired again.' },
];
