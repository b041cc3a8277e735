import { kindOf } from './app/errors.ts';
import { compose } from './compose.ts';
import { isLocalMode, readEnv } from './config/env.ts';
import { reloadServices } from './config/reload.ts';
import { readServices } from './config/services.ts';
import type { Service } from './domain/service.ts';
import { createLog } from './log.ts';

/** Without any Slack variable a newcomer gets the whole product: its own Redis, Slack and AWS, and a page to see it on. */
const local = await explained(async () =>
  isLocalMode(process.env) ? await (await import('./local/world.ts')).startWorld(process.env) : null,
);
Object.assign(process.env, local?.env); // the AWS SDK reads its settings there by itself
const env = await explained(() => readEnv(process.env));
const log = createLog(env.LOG_LEVEL);

let services: readonly Service[] = await explained(() => readServices(env.SERVICES_DIR, process.env));
const tocsin = await explained(() =>
  compose({ env, services: () => services, variables: process.env, log, ...(local ? { now: local.now } : {}) }),
);
const address = await tocsin.start();
log.info({ address, services: services.map(({ name }) => name) }, 'Tocsin is awake');
local?.welcome(address);

process.on('SIGHUP', () => {
  const reloaded = reloadServices(env.SERVICES_DIR, process.env);
  if (reloaded.ok) {
    services = reloaded.services;
    log.info({ services: services.map(({ name }) => name) }, 'service files were read again');
    return;
  }
  log.error({ notice: reloaded.notice }, 'the service files are not valid, the ones from before stay in force');
  tocsin.tellOperators(reloaded.cause, reloaded.notice).catch((error: unknown) => {
    log.error({ err: error }, 'operators could not be told that the service files are not valid');
  });
});

/** Supervisors wait half a minute. What is left then is in Redis, and goes on at the next start. */
const STOP_WITHIN_MS = 25_000;
let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isStopping) process.exit(1); // asked twice: somebody is in a hurry
    isStopping = true;
    void stop(signal);
  });
}

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'Tocsin goes to sleep');
  setTimeout(() => {
    log.warn({ afterMs: STOP_WITHIN_MS }, 'not everything came to its end; the next start goes on with it');
    process.exit(1);
  }, STOP_WITHIN_MS).unref();
  await tocsin.stop();
  await local?.stop();
  process.exit(0);
}

/** What keeps Tocsin from starting is said in words where a person or time can mend it. A bug keeps its trace. */
async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (kindOf(error) === 'bug' || !(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1); // what local mode has started ends with this process
  }
}
