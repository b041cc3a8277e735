import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SETUP = join(import.meta.dirname, '../../script/setup.sh');
const FRESH = join(import.meta.dirname, '../../script/dependencies-fresh.mjs');

describe('the set-up of both commands', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-setup-'));
    await mkdir(join(dir, 'bin'));
    for (const tool of ['cat', 'date', 'env', 'grep', 'id', 'paste', 'sleep', 'tr']) await borrow(tool);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** A machine that has nothing but what the test gave it. */
  function onThisMachine(steps: string, env: Record<string, string> = {}) {
    const script = `set -eu; . "${SETUP}"; ${steps}`;
    return run('/bin/sh', ['-c', script], { cwd: dir, env: { ...env, PATH: join(dir, 'bin') } });
  }

  async function give(program: string, shellScript: string) {
    await writeFile(join(dir, 'bin', program), `#!/bin/sh\n${shellScript}\n`);
    await chmod(join(dir, 'bin', program), 0o755);
  }

  async function borrow(program: string) {
    const { stdout } = await run('/bin/sh', ['-c', `command -v ${program}`], {});
    await symlink(stdout.trim(), join(dir, 'bin', program));
  }

  it.each([
    { machine: 'no Node', node: undefined, sentence: 'node was not found: install Node.js 20 or newer' },
    { machine: 'an old Node', node: '18', sentence: 'is too old: install Node.js 20 or newer' },
  ])('says what to install on a machine with $machine', async ({ node, sentence }) => {
    if (node !== undefined) await give('node', `echo ${node}`);
    await give('npm', 'true');

    const { code, stderr } = await onThisMachine('need_node; echo went on');

    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it('goes on with Node 20 and npm', async () => {
    await give('node', 'echo 20');
    await give('npm', 'true');

    expect(await onThisMachine('need_node')).toMatchObject({ code: 0, stderr: '' });
  });

  it('names redis-server and REDIS_URL when it can install nothing', async () => {
    const { code, stderr } = await onThisMachine('need_redis; echo went on');

    expect(code).toBe(1);
    expect(stderr).toMatch(/error: redis-server could not be installed .* set REDIS_URL/);
  });

  it.each([
    { here: 'redis-server', env: {} },
    { here: 'valkey-server', env: {} },
    { here: 'nothing-of-the-kind', env: { REDIS_URL: 'redis://localhost' } },
  ])('installs no Redis when there is $here $env.REDIS_URL', async ({ here, env }) => {
    await give(here, 'true');
    await give('apt-get', 'echo must not run >&2; exit 1');

    const { code, stderr } = await onThisMachine('need_redis', env);

    expect(code).toBe(0);
    expect(stderr).not.toContain('must not run');
  });

  it.each([
    { user: 'root', id: '0', sudo: undefined, through: '' },
    { user: 'an ordinary user with sudo', id: '1000', sudo: 'echo "sudo $*"; shift; "$@"', through: 'sudo -n apt-get' },
  ])('installs redis-server with apt-get as $user, asking nothing', async ({ id, sudo, through }) => {
    await rm(join(dir, 'bin', 'id'));
    await give('id', `echo ${id}`);
    if (sudo !== undefined) await give('sudo', sudo);
    const server = join(dir, 'bin', 'redis-server');
    await borrow('chmod');
    await give(
      'apt-get',
      `echo "apt-get $*"; case "$1" in install) echo '#!/bin/sh' > ${server}; chmod 755 ${server};; esac`,
    );

    const { code, stderr } = await onThisMachine('need_redis');

    expect(code).toBe(0);
    expect(stderr).toMatch(/apt-get update .*\n(.*\n)*apt-get install -y -q --no-install-recommends redis-server\n/);
    expect(stderr).toContain(through);
  });

  it.skipIf(process.platform === 'darwin')(
    'says loudly that the browser tests are skipped when no browser can be had',
    async () => {
      const { code, stderr } = await onThisMachine('want_chromium; env >&2');

      expect(code).toBe(0);
      expect(stderr).toContain('SKIPPED: the browser tests');
      expect(stderr).not.toContain('CHROMIUM=');
    },
  );
});

describe('the check of node_modules', () => {
  let dir: string;

  const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
  const wanted = {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '1.0.0', optional: true },
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-fresh-'));
    await writeFile(join(dir, 'package-lock.json'), lock(wanted));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function install(version: string, options: { lockWritten: boolean; folderWhole: boolean }) {
    await mkdir(join(dir, 'node_modules/a'), { recursive: true });
    if (options.folderWhole) await writeFile(join(dir, 'node_modules/a/package.json'), '{}');
    if (options.lockWritten)
      await writeFile(join(dir, 'node_modules/.package-lock.json'), lock({ 'node_modules/a': { version } }));
  }

  const isFresh = async () => (await run(process.execPath, [FRESH], { cwd: dir })).code === 0;

  it('is content with what the lock file names, optional packages of other systems left out', async () => {
    await install('1.0.0', { lockWritten: true, folderWhole: true });

    expect(await isFresh()).toBe(true);
  });

  it.each([
    { state: 'an older version', version: '0.9.0', lockWritten: true, folderWhole: true },
    { state: 'an installation that was cut short', version: '1.0.0', lockWritten: false, folderWhole: true },
    { state: 'a package that was deleted', version: '1.0.0', lockWritten: true, folderWhole: false },
  ])('sees $state', async ({ version, ...options }) => {
    await install(version, options);

    expect(await isFresh()).toBe(false);
  });

  it('sees that there is nothing at all', async () => {
    expect(await isFresh()).toBe(false);
  });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
