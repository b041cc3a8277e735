import { parse } from 'yaml';
import { EscalationEntry } from '../../src/config/file-escalation.ts';
import { toPolicy } from '../../src/config/to-policy.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { Calendar } from '../../src/domain/service.ts';

/** What the packs of the five systems will hold under `escalation`, read as `decisions.md` has it. */
export const SEEDS = {
  'potato-pipeline': `
    paths:
      - name: page
        for: { severity: [P0, P1] }
        steps:
          - { level: L1, after: at once, notify: on-call, via: [dm, mention] }
          - { level: L1, after: 15m, notify: on-call, via: [sms, mention], when: { severity: P0 } }
          - { level: L2, after: 30m, notify: senior, via: [dm, mention] }
          - { level: L3, after: 60m, notify: manager, via: [dm, mention] }
          - { level: L4, after: 120m, notify: director, via: [dm, mention], when: { severity: P0 } }
        end: { every: 30m, times: 3 }
      - name: mail # beside the card in the channel
        for: { severity: [P2, P3] }
        steps:
          - { level: L1, notify: on-call, via: mail }
        end: nothing`,
  'movie-recommender': `
    paths:
      - name: page
        for: { severity: [P0, P1, P2] }
        steps:
          - { level: L1, notify: on-call, via: [dm, mention] } # also for a warning, where its rule says page: always
          - { level: L2, after: 15m, notify: ml-lead, via: [dm, mention], until: resolved }
        end: { every: 30m, times: 3 }
      - name: slow
        for: { rule: latency-p95 }
        steps:
          - { level: L2, notify: ml-lead, via: [dm, mention], until: resolved, when: { value: { query: latency-p95, above: 500, for: 5m } } }
          - { level: L1, notify: on-call, via: [dm, mention], until: resolved, when: { value: { query: latency-p95, above: 500, for: 20m } } }
        end: nothing
      - name: down
        for: { rule: down }
        steps:
          - { level: L3, after: 30m, notify: [project-manager, cloud-engineer], via: [dm, mention], until: mitigated }
        end: nothing
      - name: business # the runbook gives no time: twice that of L3
        for: { severity: P0 }
        steps:
          - { level: L4, after: 60m, notify: all stakeholders, via: [mention, mail], until: mitigated }
        end: nothing`,
  recommendation: `
    paths:
      - name: page
        for: { severity: P0 }
        steps:
          - { level: L1, notify: on-call, via: [sms, dm, mention] }
        end: { every: 15m, times: 4 }
      - name: notify
        for: { severity: P1 }
        steps:
          - { level: L1, notify: on-call, via: [dm, mention] }
        end: { every: 30m, times: 3 }
      - name: mail
        for: { severity: P2 }
        steps:
          - { level: L1, notify: engineering, via: mail }
        end: nothing`,
  'credit-risk': `
    paths:
      - name: api
        for: { rule: api-down }
        steps:
          - { level: L1, notify: on-call, via: [sms, dm, mention] }
        end: { every: 15m, times: 4 }
      - name: drift
        for: { class: drift }
        steps:
          - { level: L1, notify: data-science-lead, via: [dm, mention] }
        end: { every: 4h, times: 2 }
      - name: model # the next business day: eight hours of work
        for: { class: model-quality }
        steps:
          - { level: L1, notify: ml-engineer, via: [dm, mention], when: { hours: working } }
          - { level: L1, after: 8h, notify: [ml-engineer, channel], via: [dm, mention], when: { hours: working } }
        end: nothing
      - name: infrastructure
        for: { class: [system, pipeline], severity: [P1, P2, P3] }
        steps:
          - { level: L1, notify: devops, via: [dm, mention] }
        end: { every: 2h, times: 2 }`,
  bikeshare: `
    paths:
      - name: critical
        for: { severity: [P0, P1], environment: prod }
        steps:
          - { level: L1, notify: data-scientist, via: [dm, mention] }
          - { level: L1, notify: data-scientist, via: mail }
          - { level: L2, after: 10m, notify: mlops, via: [dm, mention] }
          - { level: L2, after: 10m, notify: mlops, via: mail }
        end: { every: 10m, times: 3 }`,
} as const;

export type Seed = keyof typeof SEEDS;

export function seedPolicy(name: Seed, calendar: Calendar): Policy {
  return toPolicy(EscalationEntry.parse(parse(SEEDS[name])), { calendar, rules: [] });
}
