import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RedisServer, type RedisServerOptions, startRedisServer } from '../../src/local/redis-server.ts';

describe('the private redis-server', () => {
  let dir: string;
  let started: RedisServer[];

  beforeEach(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'tocsin-test-')));
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((server) => server.kill()));
    await rm(dir, { recursive: true, force: true });
  });

  async function start(options: RedisServerOptions) {
    const server = await startRedisServer(options);
    started.push(server);
    return server;
  }

  it('keeps its append-only data over a restart, at the same address', async () => {
    const first = await start({ dir, appendonly: true });
    await withClient(first, (redis) => redis.set('bell', 'rings'));
    await first.stop();

    const second = await start({ dir, appendonly: true });

    expect(second.url).toBe(first.url);
    expect(await withClient(second, (redis) => redis.get('bell'))).toBe('rings');
  });

  it('keeps what was written when it is killed', async () => {
    const first = await start({ dir, appendonly: true });
    await withClient(first, (redis) => redis.set('bell', 'rings'));
    const policy = await withClient(first, (redis) => redis.config('GET', 'appendfsync'));
    await first.kill();

    const second = await start({ dir, appendonly: true });

    expect(await withClient(second, (redis) => redis.get('bell'))).toBe('rings');
    expect(policy).toEqual(['appendfsync', 'always']); // a slow disk must not lose what was answered
  });

  it('lets a client that was connected find it again after a restart', async () => {
    const first = await start({ dir, appendonly: true });
    const redis = new Redis({ path: first.socket, maxRetriesPerRequest: null });
    redis.on('error', () => {});
    await redis.set('bell', 'rings');
    await first.kill();

    await start({ dir, appendonly: true });
    const bell = await redis.get('bell');
    redis.disconnect();

    expect(bell).toBe('rings');
  });

  it('listens on no port, refuses writes rather than forget, and writes no snapshots', async () => {
    const server = await start({ dir });

    const settings = await withClient(server, (redis) =>
      Promise.all(['port', 'maxmemory-policy', 'save'].map((name) => redis.config('GET', name))),
    );

    expect(settings).toEqual([
      ['port', '0'],
      ['maxmemory-policy', 'noeviction'],
      ['save', ''],
    ]);
  });

  it('finds room for its socket when the folder has a very long name', async () => {
    const long = join(dir, 'a-rather-long-name-'.repeat(8));
    const server = await start({ dir: long });

    expect(Buffer.byteLength(server.socket)).toBeLessThan(104);
    expect(await withClient(server, (redis) => redis.ping())).toBe('PONG');
  });

  it('refuses a folder that another server is serving', async () => {
    await start({ dir });

    await expect(start({ dir })).rejects.toThrow('Another redis-server already serves');
  });

  it('leaves nothing behind when it had no folder of its own', async () => {
    const server = await start({});
    await server.stop();

    await expect(readdir(dirname(server.socket))).rejects.toThrow('ENOENT');
    expect(isAlive(server.pid)).toBe(false);
  });

  it.each([
    { program: 'not-a-redis-server', sentence: 'No redis-server was found' },
    {
      program: 'old',
      version: 'Redis server v=6.0.16 sha=0',
      sentence: 'version 6.0: Tocsin needs Redis 6.2 or newer',
    },
    { program: 'mute', version: 'hello', sentence: 'No redis-server was found' },
    {
      program: 'liar',
      version: 'Redis server v=7.2.0 sha=0',
      sentence: 'redis-server did not start: Redis server v=7',
    },
  ])('says in one sentence what is wrong with a server program: $program', async ({ program, version, sentence }) => {
    const binary = join(dir, program);
    if (version !== undefined) {
      await writeFile(binary, `#!/bin/sh\necho '${version}'\n`);
      await chmod(binary, 0o755);
    }

    await expect(start({ dir, binary })).rejects.toThrow(sentence);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('ends when the process that started it gets %s', async (signal) => {
    const module = join(import.meta.dirname, '../../src/local/redis-server.ts');
    const script = `
      const { startRedisServer } = await import(${JSON.stringify(module)});
      console.log((await startRedisServer({ dir: ${JSON.stringify(dir)} })).pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));

    const aliveBefore = isAlive(pid);
    parent.kill(signal);

    expect(aliveBefore).toBe(true);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function withClient<T>({ socket }: RedisServer, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ path: socket });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
