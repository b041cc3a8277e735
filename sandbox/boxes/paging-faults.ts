import type { PublishFault } from '../aws/publish-faults.ts';
import type { FaultDefinition, Faults } from '../systems/faults.ts';
import { createFaults } from '../systems/faults.ts';
import type { PagingTopics } from './paging-topics.ts';

const FAULTS: readonly FaultDefinition[] = [
  {
    name: 'sms-throttled',
    title: 'Throttle text messages',
    expect: 'SNS answers 429 to every text message. The next way of a page is tried.',
  },
  {
    name: 'sms-denied',
    title: 'Forbid text messages',
    expect: 'SNS answers that the bot may not send any: a person has to mend its permissions.',
  },
  {
    name: 'calls-disabled',
    title: 'Close the telephone exchange',
    expect: 'SNS refuses what is published to the topic of calls. No phone rings.',
  },
  {
    name: 'mail-lost',
    title: 'Lose answers about mail',
    expect: 'The mail goes out, and SNS hangs up before it says so.',
  },
  {
    name: 'sns-slow',
    title: 'Slow SNS down',
    expect: 'Every publication takes 8 seconds, which is longer than the bot waits. It may arrive all the same.',
  },
  { name: 'pagerduty-throttled', title: 'Throttle PagerDuty', expect: 'PagerDuty answers 429 to every event.' },
  { name: 'pagerduty-down', title: 'Take PagerDuty down', expect: 'PagerDuty answers 503 to every event.' },
  { name: 'webhook-down', title: 'Take the webhook receiver down', expect: 'It answers 503, whoever signed.' },
];

/** Ways in which pages can fail to arrive, to be switched on and off. */
export function createPagingFaults(now: () => number): Faults {
  return createFaults(FAULTS, now);
}

/** What the switches that are on do to publications. */
export function publishFaults({ isOn }: Faults, topics: PagingTopics): readonly PublishFault[] {
  const all: readonly (readonly [string, PublishFault])[] = [
    ['sms-throttled', { target: 'sms', kind: 'throttled' }],
    ['sms-denied', { target: 'sms', kind: 'denied' }],
    ['calls-disabled', { target: topics.calls, kind: 'endpoint-disabled' }],
    ['mail-lost', { target: topics.mail, kind: 'answer-lost' }],
    ['sns-slow', { target: '*', kind: 'slow' }],
  ];
  return all.filter(([name]) => isOn(name)).map(([, fault]) => fault);
}
