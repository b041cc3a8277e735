import type { IncidentStore } from '../app/store.ts';
import type { Incident } from '../domain/incident.ts';
import { durationWords } from '../stats/duration-words.ts';
import type { PastIncidents } from '../store/past-incidents.ts';
import type { Scene } from './scene.ts';
import type { Source } from './source.ts';

const TOLD = 2;
const MAX_PART = 70;

/** Earlier incidents of the service that were of this kind, with what was behind them and what helped. */
export function similarSource(
  { store, past }: { readonly store: Pick<IncidentStore, 'loadMany'>; readonly past: PastIncidents },
  { incident, now }: Scene,
): Source {
  return {
    title: 'similar incidents',
    name: null,
    async ask() {
      const ids = (await past.past(incident.service)).filter((id) => id !== incident.id);
      const found = (await store.loadMany(ids))
        .map((one) => ({ one, likeness: likeness(incident, one) }))
        .filter(({ one, likeness: like }) => like > 0 && lessonOf(one) !== null)
        .sort((a, b) => b.likeness - a.likeness || b.one.openedAt - a.one.openedAt);
      return found.slice(0, TOLD).map(({ one }) => ({
        kind: 'similar',
        text: `${one.id}, ${durationWords(Math.max(0, now - one.openedAt))} ago: ${lessonOf(one) ?? ''}`,
        at: null,
        url: null,
      }));
    },
  };
}

/** The same alarm counts most, then the same title, then the same kind of trouble in the same place. */
function likeness(a: Incident, b: Incident): number {
  const keys = new Set(a.members.shown.map(({ key }) => key));
  if (b.members.shown.some(({ key }) => keys.has(key))) return 3;
  if (a.title === b.title) return 2;
  return a.incidentClass === b.incidentClass && a.environment === b.environment ? 1 : 0;
}

/** What its closing note says, else the word that it was resolved with; `null` where nobody wrote any. */
function lessonOf({ closingNote, resolution, resolvedBy }: Incident): string | null {
  const cause = part(closingNote?.cause);
  const fix = part(closingNote?.fix);
  if (cause !== '' || fix !== '') {
    return [cause === '' ? '' : `cause: ${cause}`, fix === '' ? '' : `fix: ${fix}`].filter(Boolean).join('; ');
  }
  return resolution === '' || resolvedBy === 'tocsin' ? null : part(resolution);
}

function part(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > MAX_PART ? `${line.slice(0, MAX_PART - 1)}…`.toWellFormed() : line;
}
