import type { EvidenceShown } from '../../src/domain/evidence.ts';
import type { Ruling } from '../../src/domain/grading.ts';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import type { Member } from '../../src/domain/member.ts';
import type { Runbook } from '../../src/domain/runbook.ts';
import { BY_RULE } from '../support/plain.ts';
import { ANA, BEN, incident, MINUTE, member, NOW } from './incidents.ts';

/** Decided by a value that a query answered. */
export function graded(changes: Partial<Ruling> = {}): Ruling {
  return {
    ...BY_RULE,
    ...{ by: 'value', rule: 'sm-prod-5xx', measure: 'Error rate', value: 5.4, isGraded: true, unit: 'Percent' },
    reached: { direction: 'above', limit: 5, inclusive: false },
    next: { direction: 'above', limit: 10, inclusive: false, severity: 'P0' },
    ...changes,
  };
}

export const evidence: EvidenceShown = {
  at: NOW - 11 * MINUTE,
  facts: [
    { kind: 'value', text: 'Error rate 5.4 %, 12 times the usual', at: NOW - 12 * MINUTE, url: null },
    {
      kind: 'change',
      text: 'Endpoint bikeshare-prod went from v41 to v42, by deploy-bot',
      at: NOW - 31 * MINUTE,
      url: 'https://eu-central-1.console.aws.amazon.com/sagemaker/home#/endpoints/bikeshare-prod',
    },
    { kind: 'missing', text: 'Logs: CloudWatch Logs did not answer in time', at: null, url: null },
    { kind: 'history', text: 'Fired 3 times in 24 h, 9 times in 7 days', at: null, url: null },
    { kind: 'model', text: 'v42 is live', at: NOW - 31 * MINUTE, url: null },
    { kind: 'similar', text: 'INC-3: too little memory; rolled back to v38', at: NOW - 9 * 86_400_000, url: null },
  ],
  graph: { file: 'F0123456789', alt: 'Error rate over the last 3 hours: it rose above 5 % at 03:00 UTC' },
};

export const runbook: Runbook = {
  name: 'slow-endpoint',
  title: 'The endpoint is slow or fails',
  url: 'https://wiki.example.com/runbooks/latency',
  causes: [
    { cause: 'Too little memory', cure: 'Roll back, then raise the instance type' },
    { cause: 'A slow feature store', cure: 'Shed load and tell its owner' },
  ],
  steps: [
    step('look', { kind: 'check', text: 'Is the endpoint in service?', query: 'endpoint', phase: 'Look, 0–5 min' }),
    step('rate', { kind: 'check', text: 'What is the error rate now?', query: 'error-rate', phase: 'Look, 0–5 min' }),
    step('logs', {
      text: 'Read the newest errors',
      phase: 'Look, 0–5 min',
      commands: { prod: 'aws logs tail /aws/sagemaker/Endpoints/bikeshare-prod --since 10m | grep -c "<ERROR>"' },
    }),
    step('back', {
      kind: 'action',
      text: 'Roll back to the last known good configuration',
      action: 'rollback',
      phase: 'Act',
      commands: { staging: 'make rollback ENV=staging', local: 'make rollback ENV=local' },
    }),
    step('tell', { text: 'Tell the riders’ support desk' }),
  ],
};

function step(id: string, more: Partial<Runbook['steps'][number]>): Runbook['steps'][number] {
  return { id, kind: 'do', text: id, commands: {}, phase: null, query: null, action: null, ...more };
}

/** What people have done of it so far. */
export const ticked: Incident['steps'] = [
  {
    runbook: 'slow-endpoint',
    step: 'look',
    text: 'Is the endpoint in service?',
    done: { by: ANA, at: NOW - 8 * MINUTE },
    answer: { text: 'InService with config v42 since 02:41 UTC', isWell: true, at: NOW - 9 * MINUTE, by: ANA },
  },
  {
    runbook: 'slow-endpoint',
    step: 'rate',
    text: 'What is the error rate now?',
    done: null,
    answer: { text: '5.4 %', isWell: false, at: NOW - 7 * MINUTE, by: BEN },
  },
  {
    runbook: 'slow-endpoint',
    step: 'back',
    text: 'Roll back to the last known good configuration',
    done: { by: BEN, at: NOW - 6 * MINUTE },
    answer: null,
  },
];

const known = { evidence, severity: 'P1' } as const;
const many = {
  total: 23,
  firing: 14,
  unknown: 2,
  shown: [
    member({ firings: 3, ruling: graded(), runbook: 'slow-endpoint' }),
    member({ key: 'b', title: '5xx errors' }),
    member({ key: 'c', title: 'Predictions stopped', measurement: null, reason: 'No heartbeat for 10 minutes.' }),
    member({ key: 'd', title: 'Drift', state: 'unknown' }),
  ],
};
const one = (changes: Partial<Member>) => ({ total: 1, firing: 1, unknown: 0, shown: [member(changes)] });

/** States of an incident that was graded, looked into and worked on, by the name of its snapshot. */
export const triagedStates: Readonly<Record<string, Incident>> = {
  'graded by a value, with evidence and a runbook': incident('triggered', {
    ...known,
    answerDue: { P1: NOW + 18 * MINUTE },
    members: one({ ruling: graded(), sourceSeverity: 'critical', runbook: 'slow-endpoint' }),
  }),
  'overdue, its value unknown': incident('triggered', {
    answerDue: { P1: NOW - MINUTE },
    members: one({ ruling: { ...BY_RULE, rule: 'sm-prod-latency', isGraded: true } }),
  }),
  'claimed by no rule': incident('triggered', {
    severity: 'P3',
    members: one({ severity: 'P3', ruling: { ...BY_RULE, by: 'nobody', rule: '' } }),
  }),
  'of a severity that a person set': incident('acknowledged', {
    severity: 'P0',
    severityBy: BEN,
    members: one({ ruling: graded() }),
  }),
  'becoming milder, with advice': incident('acknowledged', {
    ...known,
    steps: ticked,
    easing: { severity: 'P2', since: NOW - 2 * MINUTE, dwellMs: 30 * MINUTE },
    members: one({
      severity: 'P2',
      runbook: 'slow-endpoint',
      ruling: graded({
        measure: 'PSI of temperature',
        unit: null,
        value: 0.24,
        reached: { direction: 'above', limit: 0.2, inclusive: true },
        next: { direction: 'above', limit: 0.3, inclusive: false, severity: 'P1' },
        advice: 'Plan a retrain within 1 week',
        dueAt: NOW + 7 * 86_400_000,
      }),
    }),
  }),
  'a drill with everything': incident('triggered', {
    ...known,
    ...{ drill: true, steps: ticked, answerDue: { P1: NOW + MINUTE } },
    members: { ...many, shown: many.shown.map((shown) => ({ ...shown, runbook: 'slow-endpoint' })) },
  }),
  'a resolved drill with everything': incident('resolved', {
    ...known,
    ...{ drill: true, steps: ticked },
    members: many,
  }),
  'a closed drill with everything': incident('closed', { ...known, ...{ drill: true, steps: ticked }, members: many }),
};

/** The runbook that a card of these is drawn with. */
export function runbookFor({ members }: Incident): Runbook | null {
  return members.shown.some((one) => one.runbook === runbook.name) ? runbook : null;
}

/** One event of each kind that triage adds. */
export const triageEvents: readonly IncidentEvent[] = [
  { type: 'graded', at: NOW - 7 * MINUTE, key: member().key, severity: 'P1', ruling: graded() },
  { type: 'easing', at: NOW - 7 * MINUTE, severity: 'P2', dwellMs: 30 * MINUTE },
  { type: 'easing', at: NOW - 7 * MINUTE, severity: null, dwellMs: 30 * MINUTE },
  { type: 'evidence', at: NOW - 7 * MINUTE, moment: 'fire', facts: evidence.facts, graph: evidence.graph },
  {
    ...{ type: 'step_ticked', at: NOW - 6 * MINUTE, by: ANA, runbook: 'slow-endpoint', step: 'look', isDone: true },
    text: 'Is the endpoint in service?',
  },
  {
    ...{ type: 'step_ticked', at: NOW - 6 * MINUTE, by: ANA, runbook: 'slow-endpoint', step: 'look', isDone: false },
    text: 'Is the endpoint in service?',
  },
  {
    ...{ type: 'step_checked', at: NOW - 6 * MINUTE, by: BEN, runbook: 'slow-endpoint', step: 'rate', isWell: false },
    ...{ text: 'What is the error rate now?', answer: '5.4 %' },
  },
];
