import type { ContextBlock, ImageBlock, KnownBlock, SectionBlockAccessory } from '@slack/types';
import { context, lines, type Mrkdwn, md, openSection, present, section } from './kit.ts';

/** A card is at most so many blocks, so that a phone shows what matters without a search. */
export const CARD_BLOCKS = 8;

/** What a card has to say, before it is known how much of it has a block of its own. */
export interface CardParts {
  /** What is wrong, what to press, and what is being done: never left out. */
  readonly above: readonly KnownBlock[];
  readonly alarms: Mrkdwn | null;
  /** What is known, or what was written about it at the end. */
  readonly known: Mrkdwn | null;
  /** Whether it is shown in full, and never folded. */
  readonly isKnownOpen: boolean;
  readonly graph: ImageBlock | null;
  readonly pages: Mrkdwn | null;
  readonly beside: SectionBlockAccessory | null;
  readonly origin: Mrkdwn;
}

/** Where there are too many blocks, first those that only tell where to look become one, then those that tell what is known, and the graph goes last: the evidence has it. */
export function inRoom(parts: CardParts): KnownBlock[] {
  const drawn = [drawnAs(parts), drawnAs(oneFoot(parts)), drawnAs(oneList(oneFoot(parts)))];
  const shortest = drawnAs({ ...oneList(oneFoot(parts)), graph: null });
  return drawn.find(({ length }) => length <= CARD_BLOCKS) ?? shortest;
}

function oneFoot(parts: CardParts): CardParts {
  return parts.pages ? { ...parts, pages: lines(parts.pages, parts.origin), origin: EMPTY } : parts;
}

function oneList(parts: CardParts): CardParts {
  const { alarms, known } = parts;
  return alarms && known ? { ...parts, alarms: null, known: lines(alarms, known) } : parts;
}

const EMPTY = md``;

function drawnAs({ above, alarms, known, isKnownOpen, graph, pages, beside, origin }: CardParts): KnownBlock[] {
  const foot: ContextBlock | null = origin.text === '' ? null : context(origin);
  return present<KnownBlock>([
    ...above,
    alarms && section(alarms),
    known && (isKnownOpen ? openSection(known) : section(known)),
    graph,
    pages && section(pages, beside ?? undefined),
    foot,
  ]);
}
