import { describe, expect, it } from 'vitest';
import type { Situation } from '../../src/domain/escalation.ts';
import { policyOfPack } from '../packs/policies.ts';
import { ANA, HOUR, MINUTE, T0, type Watched, watched } from './escalation-given.ts';

/** Wednesday, 3 in the night. */
const NIGHT = T0;
const MORNING = T0 + 7 * HOUR;

/** An incident under the policy that the pack ships. */
function incidentOf(pack: string, more: Partial<Situation>, from = NIGHT): Watched {
  return watched(policyOfPack(pack), more, from);
}

/** Lives through some minutes: `15: L1 → on-call`. */
function through(it: Watched, from: number, to: number, by = 1): string[] {
  const lines: string[] = [];
  for (let minute = from; minute <= to; minute += by) lines.push(...it.at(minute).map((line) => `${minute}: ${line}`));
  return lines;
}

const acknowledged = (minute: number, incident: Watched) =>
  incident.happens(minute, { type: 'acknowledged', by: ANA }, { status: 'acknowledged', owner: ANA });

/** Lives through some minutes in which the owner writes every 20 minutes how it goes, so that nobody has to ask. */
function worked(it: Watched, from: number, to: number): string[] {
  const lines: string[] = [];
  for (let minute = from; minute <= to; minute += 20) {
    it.happens(minute, { type: 'noted', by: ANA, text: 'still at it' });
    lines.push(...through(it, minute, Math.min(minute + 19, to)));
  }
  return lines;
}

describe('the potato pipeline', () => {
  it('P0: on-call at once and at 15 min, senior at 30, manager at 60, director at 120; then the director and the channel, three times', () => {
    expect(through(incidentOf('potato-pipeline', { severity: 'P0' }), 0, 400)).toEqual([
      '0: L1 → on-call',
      '15: L1 → on-call',
      '30: L2 → senior',
      '60: L3 → manager',
      '120: L4 → director',
      '150: L4 again (1) → director, the channel',
      '180: L4 again (2) → director, the channel',
      '210: L4 again (3) → director, the channel',
    ]);
  });

  it('P1: no second call at 15 min and no director; the manager is the last', () => {
    expect(through(incidentOf('potato-pipeline', { severity: 'P1' }), 0, 400)).toEqual([
      '0: L1 → on-call',
      '30: L2 → senior',
      '60: L3 → manager',
      '90: L3 again (1) → manager, the channel',
      '120: L3 again (2) → manager, the channel',
      '150: L3 again (3) → manager, the channel',
    ]);
  });

  it('P2 and P3 go to the channel and by mail, at any hour', () => {
    for (const severity of ['P2', 'P3'] as const) {
      expect(through(incidentOf('potato-pipeline', { severity }), 0, 400)).toEqual(['0: L1 → on-call']);
    }
  });

  it('nobody is paged after an acknowledgement, as long as its owner works on it', () => {
    const incident = incidentOf('potato-pipeline', { severity: 'P0' });
    expect(through(incident, 0, 20)).toEqual(['0: L1 → on-call', '15: L1 → on-call']);
    acknowledged(21, incident);

    expect(worked(incident, 21, 400)).toEqual([]);
  });

  it('an owner who does nothing for half an hour is asked; without an answer the path begins anew', () => {
    const incident = incidentOf('potato-pipeline', { severity: 'P0' });
    through(incident, 0, 4);
    acknowledged(5, incident);

    expect(through(incident, 5, 75)).toEqual([
      `35: ${ANA} is asked`,
      `45: ${ANA} has it no more`,
      '45: L1 → on-call',
      '60: L1 → on-call',
      '75: L2 → senior',
    ]);
  });

  it('stale becomes critically stale after 40 min: what P0 owes already is done at once, and nothing twice', () => {
    const incident = incidentOf('potato-pipeline', { severity: 'P1' });
    expect(through(incident, 0, 40)).toEqual(['0: L1 → on-call', '30: L2 → senior']);
    incident.happens(40, { type: 'severity_set', by: 'tocsin', from: 'P1', severity: 'P0' }, { severity: 'P0' });

    expect(through(incident, 40, 130)).toEqual(['40: L1 → on-call', '60: L3 → manager', '120: L4 → director']);
  });

  it('a severity that falls before the director was told does not tell them, and pages nobody by falling', () => {
    const incident = incidentOf('potato-pipeline', { severity: 'P0' });
    through(incident, 0, 100);
    incident.happens(100, { type: 'severity_set', by: ANA, from: 'P0', severity: 'P1' }, { severity: 'P1' });

    expect(through(incident, 100, 130)).toEqual(['120: L3 again (2) → manager, the channel']);
  });
});

describe('the movie recommender', () => {
  it('the lead comes when it is not resolved in 15 min, acknowledged or not, and the owner not again', () => {
    const incident = incidentOf('movie-recommender', { severity: 'P1', rules: ['error-rate'] });
    expect(through(incident, 0, 3)).toEqual(['0: L1 → on-call']);
    acknowledged(4, incident);

    expect(through(incident, 4, 44)).toEqual([`15: L2 → ml-lead but not ${ANA}`]);
  });

  it('the manager and the cloud engineer come when it is down for 30 min, all stakeholders after an hour', () => {
    const incident = incidentOf('movie-recommender', { severity: 'P0', rules: ['down'] });
    acknowledged(1, incident);

    expect(worked(incident, 1, 60)).toEqual([
      `15: L2 → ml-lead but not ${ANA}`,
      `30: L3 → project-manager, cloud-engineer but not ${ANA}`,
      `45: L2 again (1) → ml-lead, the channel but not ${ANA}`,
      `60: L4 → all stakeholders but not ${ANA}`,
    ]);
  });

  it('they do not come when it is up again before that', () => {
    const incident = incidentOf('movie-recommender', { severity: 'P0', rules: ['down'] });
    acknowledged(1, incident);
    incident.happens(20, { type: 'mitigated', by: ANA }, { status: 'mitigated' });
    through(incident, 20, 20);

    expect(through(incident, 21, 29)).toEqual([]);
    expect(through(incident, 30, 60).filter((line) => !line.includes('ml-lead'))).toEqual([]);
  });

  it('the lead comes when the latency was above 500 ms for 5 min, the on-call engineer when it did not get better in 15 more', () => {
    const slow = {
      severity: 'P2',
      rules: ['latency-p95'],
      paging: 'always',
      status: 'acknowledged',
      owner: ANA,
    } as const;
    const incident = incidentOf('movie-recommender', slow);
    expect(through(incident, 0, 2)).toEqual([]);
    const since = NIGHT + 2 * MINUTE;
    incident.happens(2, { type: 'value_held', condition: 'latency-p95 above 500', since });

    expect(through(incident, 2, 30)).toEqual([
      `7: L2 → ml-lead but not ${ANA}`,
      `15: L2 → ml-lead but not ${ANA}`,
      `22: L1 → on-call but not ${ANA}`,
    ]);
  });

  it('a value that fell again in time brings nobody', () => {
    const slow = {
      severity: 'P2',
      rules: ['latency-p95'],
      paging: 'always',
      status: 'acknowledged',
      owner: ANA,
    } as const;
    const incident = incidentOf('movie-recommender', slow);
    incident.happens(2, { type: 'value_held', condition: 'latency-p95 above 500', since: NIGHT + 2 * MINUTE });
    incident.happens(6, { type: 'value_held', condition: 'latency-p95 above 500', since: null });

    expect(through(incident, 6, 14)).toEqual([]);
  });

  it('drift that may wait wakes nobody at night', () => {
    const drift = { severity: 'P2', rules: ['drift'], incidentClass: 'drift' } as const;
    expect(through(incidentOf('movie-recommender', drift), 0, 359)).toEqual([]);
    expect(through(incidentOf('movie-recommender', drift), 360, 375)).toEqual([
      '360: L1 → on-call',
      '375: L2 → ml-lead',
    ]);
  });
});

describe('the recommendation system', () => {
  it('P0 pages the on-call engineer at once and every 15 min, four times more, with the channel', () => {
    expect(through(incidentOf('recommendation', { severity: 'P0' }), 0, 300)).toEqual([
      '0: L1 → on-call',
      '15: L1 again (1) → on-call, the channel',
      '30: L1 again (2) → on-call, the channel',
      '45: L1 again (3) → on-call, the channel',
      '60: L1 again (4) → on-call, the channel',
    ]);
  });

  it("P1 tells them, P2 goes by mail to the team, P3 is nobody's page", () => {
    expect(through(incidentOf('recommendation', { severity: 'P1' }), 0, 29)).toEqual(['0: L1 → on-call']);
    expect(through(incidentOf('recommendation', { severity: 'P2' }), 0, 300)).toEqual(['0: L1 → engineering']);
    expect(through(incidentOf('recommendation', { severity: 'P3' }), 0, 300)).toEqual([]);
  });
});

describe('credit risk', () => {
  it('API down: the on-call engineer, at once', () => {
    const down = { severity: 'P0', rules: ['api-down'], incidentClass: 'system' } as const;
    expect(through(incidentOf('credit-risk', down), 0, 15)).toEqual([
      '0: L1 → on-call',
      '15: L1 again (1) → on-call, the channel',
    ]);
  });

  it('high drift: the Data Science Lead, and again after the 4 hours in which they had to answer', () => {
    const drift = { severity: 'P1', rules: ['drift'], incidentClass: 'drift' } as const;
    expect(through(incidentOf('credit-risk', drift), 0, 241)).toEqual([
      '0: L1 → data-science-lead',
      '240: L1 again (1) → data-science-lead, the channel',
    ]);
  });

  it('model performance: the ML Engineer in working hours, and with the channel when a business day has gone by', () => {
    const model = { severity: 'P1', rules: ['f1'], incidentClass: 'model-quality' } as const;
    const [toNine, day] = [6 * 60, 24 * 60];
    expect(through(incidentOf('credit-risk', model), 0, 3 * day, 10)).toEqual([
      `${toNine}: L1 → ml-engineer`,
      `${toNine + day}: L1 → ml-engineer, the channel`,
    ]);
  });

  it('infrastructure: the DevOps team; a warning of the night waits until nine', () => {
    const disk = { severity: 'P2', rules: ['disk'], incidentClass: 'system' } as const;
    expect(through(incidentOf('credit-risk', disk), 0, 479)).toEqual(['360: L1 → devops']);
    expect(through(incidentOf('credit-risk', disk, MORNING), 0, 120)).toEqual([
      '0: L1 → devops',
      '120: L1 again (1) → devops, the channel',
    ]);
  });
});

describe('bike share', () => {
  it('critical goes to Slack and mail at any hour, first to the data scientist on duty, then to MLOps', () => {
    expect(through(incidentOf('bikeshare', { severity: 'P1' }), 0, 60)).toEqual([
      '0: L1 → data-scientist',
      '0: L1 → data-scientist',
      '10: L2 → mlops',
      '10: L2 → mlops',
    ]);
  });

  it('a warning, and what is wrong in staging, stay in the channel', () => {
    expect(through(incidentOf('bikeshare', { severity: 'P2' }), 0, 60)).toEqual([]);
    expect(through(incidentOf('bikeshare', { severity: 'P1', environment: 'staging' }), 0, 60)).toEqual([]);
  });
});
