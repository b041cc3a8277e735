import { roughly } from '../../blocks/kit.ts';
import type { ChangeLog } from '../app/evidence-store.ts';
import type { Change } from '../domain/change.ts';
import { globMatches } from '../domain/glob.ts';
import { lookBackMs, type Scene } from './scene.ts';
import type { Source } from './source.ts';

const LOOKED_AT = 200;
const TOLD = 4;

/** What was changed on purpose around the start: the newest before it first, since that is the first suspect. */
export function changeSource(changes: ChangeLog, scene: Scene): Source[] {
  const { incident, service, now } = scene;
  if (!service || service.changes.length === 0) return [];
  const { firedAt } = incident.milestones;
  return [
    {
      title: 'recent changes',
      name: null,
      async ask() {
        const found = await changes.between(firedAt - lookBackMs(scene), now, LOOKED_AT);
        const mine = found.filter(({ subject }) => service.changes.some((pattern) => globMatches(pattern, subject)));
        const before = mine.filter(({ at }) => at <= firedAt).sort((a, b) => b.at - a.at);
        const after = mine.filter(({ at }) => at > firedAt).sort((a, b) => a.at - b.at);
        return [...before, ...after].slice(0, TOLD).map((change) => ({
          kind: 'change',
          text: changeWords(change, firedAt),
          at: change.at,
          url: change.url,
        }));
      },
    },
  ];
}

function changeWords({ at, text, by }: Change, firedAt: number): string {
  const when = at <= firedAt ? `${roughly(firedAt - at)} before` : `${roughly(at - firedAt)} after`;
  return `${when}: ${text}${by === null ? '' : `, by ${by}`}`;
}
