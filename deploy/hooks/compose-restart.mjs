/**
 * Restarts a service of Docker Compose for each signed request of an action with `webhook: { body: { restart: NAME } }`.
 *
 *   HOOK_SECRET=… COMPOSE_SERVICES=api,mlflow STATE_DIRECTORY=/var/lib/tocsin-compose node deploy/hooks/compose-restart.mjs
 *
 * Only services in COMPOSE_SERVICES are restarted, one at a time, and never through a shell. COMPOSE_COMMAND is `docker compose`, or
 * for instance `docker compose --file /srv/credit-risk/docker-compose.yml`: words with a space between them. STATE_DIRECTORY (systemd
 * sets it) keeps what was done under which key, so that nothing is restarted twice, also after this program was. HOOK_HOST (127.0.0.1)
 * and HOOK_PORT (8090) say where it listens.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needed, receive, refused, say } from './verified.mjs';

const services = needed('COMPOSE_SERVICES', /^[a-zA-Z0-9][\w.-]*(\s*,\s*[a-zA-Z0-9][\w.-]*)*$/).split(/\s*,\s*/);
const [program, ...first] = (process.env.COMPOSE_COMMAND ?? 'docker compose').split(/\s+/).filter(Boolean);
const directory = needed('STATE_DIRECTORY');

const PATIENCE_MS = 2 * 60_000;
const KEPT_MS = 24 * 60 * 60_000;

mkdirSync(directory, { recursive: true });
for (const name of readdirSync(directory).filter((one) => /^[0-9a-f]{64}\.json$/.test(one))) {
  const path = join(directory, name);
  if (statSync(path).mtimeMs < Date.now() - KEPT_MS) rmSync(path);
}

let turn = Promise.resolve();

receive(({ key, asked: { restart: name } }) => {
  if (!services.includes(name)) {
    return refused(`“${String(name).slice(0, 60)}” may not be restarted here, only ${services.join(', ')}.`);
  }
  const mine = turn.then(() => keptFor(key, () => restart(name)));
  turn = mine.catch(() => {});
  return mine;
});

/** Does `work` for a key that no file is of. What was begun and has no end was interrupted: it is not begun again. */
async function keptFor(key, work) {
  const path = join(directory, `${createHash('sha256').update(key).digest('hex')}.json`);
  try {
    await writeFile(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const kept = await readFile(path, 'utf8');
    return kept === '' ? unclear('It was interrupted: look at the machine.') : JSON.parse(kept);
  }
  const answer = await work();
  await writeFile(path, JSON.stringify(answer));
  return answer;
}

function restart(name) {
  const options = { timeout: PATIENCE_MS, maxBuffer: 10_000_000, shell: false };
  return new Promise((resolve) => {
    execFile(program, [...first, 'restart', name], options, (error, _stdout, stderr) => {
      if (!error) return resolve({ status: 200, body: { restarted: name } });
      if (error.syscall?.startsWith('spawn')) return resolve(refused(`${program} cannot be started: ${error.code}.`));
      say(stderr);
      resolve(unclear(`The restart of ${name} ended with ${error.code ?? error.signal}: ${stderr.trim().slice(-300)}`));
    });
  });
}

/** No 4xx: that would say that nothing was changed, and a service may have been stopped and not started. */
function unclear(message) {
  return { status: 500, body: { message } };
}
