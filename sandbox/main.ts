import { readSandboxOptions } from './options.ts';
import { startSandbox } from './server.ts';

/** Sent to the parent, or printed as one line of JSON when nobody started this as a child. */
function say(message: object): void {
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(message)}\n`);
  else process.send(message);
}

try {
  const { close, ...addresses } = await startSandbox(readSandboxOptions(process.env));
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
