import { setTimeout as sleep } from 'node:timers/promises';
import { readSandboxOptions } from './options.ts';
import { startSandbox } from './server.ts';

const TAKEN_WITHIN_MS = 5000;

/** Sent to the parent, or printed as one line of JSON when nobody started this as a child. */
function say(message: object): void {
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(message)}\n`);
  else process.send(message);
}

/** Tells the parent that the clock is so far ahead, in ms; settles when it says that it goes by it. */
async function follow(aheadMs: number): Promise<void> {
  const taken = new Promise<void>((resolve) => {
    const hear = (message: unknown): void => {
      if (!isTaken(message, aheadMs)) return;
      process.off('message', hear);
      resolve();
    };
    process.on('message', hear);
  });
  say({ aheadMs });
  const late = sleep(TAKEN_WITHIN_MS, 'late', { ref: false });
  if ((await Promise.race([taken, late])) === 'late') throw new Error('Nobody took the new time.');
}

function isTaken(message: unknown, aheadMs: number): boolean {
  return typeof message === 'object' && message !== null && 'takenMs' in message && message.takenMs === aheadMs;
}

try {
  const { close, ...addresses } = await startSandbox(readSandboxOptions(process.env), follow);
  const end = (): void => void close().finally(() => process.exit());
  process.once('SIGTERM', end);
  // A parent ends this when it is done itself, and a Ctrl-C that reaches both must not come before that; when the parent
  // is gone, however it went, there is nobody left to be here for.
  process.on('SIGINT', process.send === undefined ? end : () => undefined);
  process.once('disconnect', end);
  if (process.send !== undefined && !process.connected) end();
  say({ ready: true, ...addresses });
} catch (error) {
  say({ ready: false, error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
