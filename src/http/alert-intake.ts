import type { Alert } from '../domain/alert.ts';
import { messageIdOf } from '../sources/grouped-alert.ts';
import type { Answer } from './webhook.ts';

export interface Operators {
  /** Resolves when the text is on its durable way to the people who run Tocsin; one `cause` is told once an hour. */
  readonly notifyOperators: (cause: string, text: string) => Promise<void>;
}

export interface AlertIntake extends Operators {
  /** Makes the alerts durable before it resolves. `known`: this message was stored before. */
  readonly accept: (messageId: string, alerts: readonly Alert[]) => Promise<'stored' | 'known'>;
}

/**
 * Stores each alert of a message by itself, so that the two of a pair of senders may group them as they like. If one of them
 * fails, all of the message may come again.
 */
export async function takeAlerts({ accept }: AlertIntake, alerts: readonly Alert[]): Promise<Answer> {
  const outcomes = await Promise.all(alerts.map((alert) => accept(messageIdOf(alert), [alert])));
  return { status: 200, outcome: outcomes.length > 0 && outcomes.every((one) => one === 'known') ? 'known' : 'stored' };
}

/** Alarms that the sender left out are alarms that nobody hears of. */
export async function tellTruncated(
  { notifyOperators }: Operators,
  { sender, truncated, mend }: { readonly sender: string; readonly truncated: number; readonly mend: string },
): Promise<void> {
  if (truncated === 0) return;
  await notifyOperators(
    `truncated: ${sender}`,
    `${sender} left ${truncated === 1 ? '1 alert' : `${truncated} alerts`} out of a message: nobody hears of what was left out, nor of its recovery. ${mend}`,
  );
}

/** What a known sender says and nobody understands may be an alarm that is lost: few senders read what they are answered. */
export async function refuseUnreadable(
  { notifyOperators }: Operators,
  { sender, outcome, error }: { readonly sender: string; readonly outcome: string; readonly error: string },
): Promise<Answer> {
  await notifyOperators(
    `unreadable: ${sender}`,
    `A message of ${sender} could not be read, so what it says reached nobody: ${error} docs/sources.md says what is read.`,
  );
  return { status: 400, outcome, error };
}
