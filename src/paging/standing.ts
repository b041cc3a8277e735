import { type Incident, isOver } from '../domain/incident.ts';

/** What became of an incident, for whoever was paged about it. */
export type News = 'waiting' | 'taken' | 'over';

export function newsOf(incident: Pick<Incident, 'status'>): News {
  if (isOver(incident)) return 'over';
  return incident.status === 'triggered' ? 'waiting' : 'taken';
}

/** How it stands with an incident, in one line: as long as that is the same, nobody who was paged must hear anything. */
export function standingOf(incident: Pick<Incident, 'id' | 'status' | 'owner' | 'severity'>): string {
  return [incident.id, newsOf(incident), incident.owner ?? '', incident.severity].join(' ');
}
