import type { KnownBlock, ModalView } from '@slack/types';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { type TimelineEntry, timelineOf } from '../../src/domain/timeline.ts';
import { context, lines, type Mrkdwn, md, section, when } from '../kit.ts';
import { BUDGET } from '../limits.ts';
import { phrase } from '../phrase.ts';
import { sheet } from './form.ts';
import { about, asSide, otherSides, type SidesOf } from './sides.ts';

/** Entries in one block, and entries in a view: below a modal's 100 blocks. */
const PER_BLOCK = 2;
const ENTRIES = 180;

/** Room for entries within Slack's 250 KB for a view, with a good margin for what stands around them. */
const ENTRIES_BYTES = 200_000;

/** The story so far, the newest last; older entries are left out and said to be. */
export function timelineModal(of: SidesOf, events: readonly IncidentEvent[], now: number): ModalView {
  const all = timelineOf(events.filter(({ type }) => type !== 'posted'));
  const shown = newestThatFit(all);
  const left = all.length - shown.length;
  const { incident } = of;
  const view = sheet(
    `${incident.id} timeline`,
    about(incident),
    otherSides(of, 'timeline'),
    left > 0
      ? context(md`${left.toLocaleString('en-US')} older entries are left out here; the export has all of them.`)
      : null,
    ...entryBlocks(shown),
    context(md`Updated ${when(now)}`),
  );
  return asSide(view, 'timeline', incident);
}

function newestThatFit(entries: readonly TimelineEntry[]): Mrkdwn[] {
  const shown: Mrkdwn[] = [];
  let bytes = 0;
  for (const entry of entries.slice(-ENTRIES).reverse()) {
    const line = entryLine(entry);
    bytes += new TextEncoder().encode(JSON.stringify(line.text)).length + FRAME_BYTES;
    if (bytes > ENTRIES_BYTES) break;
    shown.unshift(line);
  }
  return shown;
}

/** What a block adds around its text. */
const FRAME_BYTES = 100;

function entryBlocks(entries: readonly Mrkdwn[]): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  for (let i = 0; i < entries.length; i += PER_BLOCK) blocks.push(section(lines(...entries.slice(i, i + PER_BLOCK))));
  return blocks;
}

function entryLine({ at, phrase: sentence }: TimelineEntry): Mrkdwn {
  return md`${when(at)} · ${phrase(sentence, BUDGET.line * 2)}`;
}
