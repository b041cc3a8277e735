import type { SectionBlock } from '@slack/types';
import type { Serving } from '../src/app/actions.ts';
import { oneLine } from './foreign-text.ts';
import { lines, type Mrkdwn, md, mention, openSection, when } from './kit.ts';
import { BUDGET } from './limits.ts';
import { offerButton } from './run-buttons.ts';

/** `⚠️ *The popularity model serves, not the personal one*: since 03:02, switched by @ana.` */
export function servingWords({ banner, since, by }: Serving): Mrkdwn {
  return md`⚠️ *${oneLine(banner, BUDGET.title).replace(/\.$/, '')}*, since ${when(since)}, switched by ${mention(by)}.`;
}

/** All of them; `null` where none serves. The button switches the first back: about `incident`, else about the one that it was switched for. */
export function servingBanner(serving: readonly Serving[], incident: string | null = null): SectionBlock | null {
  const [first] = serving;
  if (!first) return null;
  const back = offerButton('back', { incident: incident ?? first.incident, action: first.back });
  return { ...openSection(lines(...serving.map(servingWords))), accessory: back };
}
