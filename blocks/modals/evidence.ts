import type { KnownBlock, ModalView } from '@slack/types';
import type { Snapshot } from '../../src/app/evidence-store.ts';
import type { Moment } from '../../src/domain/evidence.ts';
import { evidenceGraph, factLine, inOrder } from '../evidence.ts';
import { context, header, lines, md, present, section, when } from '../kit.ts';
import { sheet } from './form.ts';
import { about, asSide, otherSides, type SidesOf } from './sides.ts';

const MOMENTS: Readonly<Record<Moment, string>> = {
  fire: 'When it fired',
  acknowledge: 'When it was acknowledged',
  action: 'When something was done',
  resolve: 'When it was resolved',
};

/** Facts in one block: a line is at most some 400 characters, with its link up to 3,400. */
const FACTS_PER_BLOCK = 4;
/** Facts of one moment; with four moments the view stays below its 100 blocks. */
const FACTS_OF_MOMENT = 60;

/** What was known at each moment. It was written down then and does not change. */
export function evidenceModal(of: SidesOf, snapshots: readonly Snapshot[], now: number): ModalView {
  const { incident } = of;
  const view = sheet(
    `${incident.id} evidence`,
    about(incident),
    otherSides(of, 'evidence'),
    ...(snapshots.length === 0 ? [section(md`Nothing has been gathered yet.`)] : snapshots.flatMap(snapshotBlocks)),
    context(md`Updated ${when(now)}`),
  );
  return asSide(view, 'evidence', incident);
}

function snapshotBlocks({ moment, at, facts, graph }: Snapshot): KnownBlock[] {
  const shown = inOrder(facts).slice(0, FACTS_OF_MOMENT);
  return present<KnownBlock>([
    header(MOMENTS[moment]),
    context(when(at)),
    ...grouped(
      shown.map((fact) => factLine(fact, at)),
      FACTS_PER_BLOCK,
    ).map((group) => section(lines(...group))),
    shown.length === 0 ? section(md`Nothing could be told.`) : null,
    evidenceGraph({ at, facts, graph }),
  ]);
}

function grouped<T>(all: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < all.length; i += size) groups.push(all.slice(i, i + size));
  return groups;
}
