import type { Incident } from '../src/domain/incident.ts';
import { alarms } from '../src/domain/timeline.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { listLine } from './incident-words.ts';
import { context, header, lines, type Message, md, message, roughly, section, when } from './kit.ts';

export interface Storm {
  /** The channel that it is posted to. */
  readonly channel: string;
  /** The worst of the incidents that have no card yet, at most ten are shown. */
  readonly waiting: readonly Incident[];
  /** All incidents that have no card yet. */
  readonly total: number;
  /** All alarms of those incidents. */
  readonly alarms: number;
  /** When the storm began, epoch ms. */
  readonly since: number;
}

const SHOWN = 10;

/** Stands for incidents whose cards Slack does not let us post yet: the worst by name, all counted, and how to act on them at once. */
export function stormSummary(storm: Storm, now: number): Message {
  const { total, since } = storm;
  const shown = storm.waiting.slice(0, SHOWN);
  const hidden = total - shown.length;
  const count = incidents(total);
  const [worst] = shown;
  const example = worst?.id ?? 'INC-1';

  return message(
    md`Alarm storm: ${count} with ${alarms(storm.alarms)} wait for their cards. It began ${roughly(now - since)} ago. ${
      worst ? `The worst is ${worst.id}, ${worst.severity}: ${worst.title.slice(0, 200)}.` : ''
    } To act at once: ${COMMAND} ack ${example}. All of them: ${COMMAND}`,
    header(`Alarm storm: ${count} in a short time`),
    section(
      md`🌩️ *${count}* with ${alarms(storm.alarms)} opened faster than Slack takes messages. Each gets its own card, the worst first.\nAct at once: ${COMMAND} ack ${example} · See them all: ${COMMAND}`,
    ),
    shown.length === 0
      ? null
      : section(
          lines(...shown.map((one) => listLine(one)), hidden > 0 ? `and ${hidden.toLocaleString('en-US')} more` : null),
        ),
    context(md`Storm since ${when(since)} · updated ${when(now)}`),
  );
}

/** What the summary becomes when every incident has its own card. `total` counts those that it stood for. */
export function stormOver({ total, since }: Pick<Storm, 'total' | 'since'>, now: number): Message {
  const text = md`The alarm storm is over: all ${incidents(total)} have their own cards now.`;
  return message(
    text,
    section(md`🌤️ ${text}`),
    context(md`${when(since)} to ${when(now)} · ${COMMAND} lists what is open`),
  );
}

function incidents(count: number): string {
  return count === 1 ? '1 incident' : `${count.toLocaleString('en-US')} incidents`;
}
