import { LogLevel, type Logger as SlackLogger } from '@slack/web-api';
import type { Logger } from 'pino';

/** The SDK's log lines in ours. Its debug lines are dropped: they hold message texts, trigger ids and response URLs. */
export function slackLogger(log: Logger): SlackLogger {
  const words = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: (...parts) => log.debug({ from: 'slack-sdk', said: words(parts) }, 'Slack SDK'),
    warn: (...parts) => log.warn({ from: 'slack-sdk', said: words(parts) }, 'Slack SDK'),
    error: (...parts) => log.warn({ from: 'slack-sdk', said: words(parts) }, 'Slack SDK'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
