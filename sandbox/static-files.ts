import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';

interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
  /** Built files with a hash in their name never change. */
  readonly forever: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * Serves the files of a folder that is still being built. They are read once, and only a path that is one of them is
 * answered, so no path leads out of the folder.
 */
export function serveStatic(app: FastifyInstance, folder: Promise<string>): void {
  const files = folder.then(readFolder);
  files.catch(() => undefined);

  app.get('/*', async (request, reply) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const found = await files.catch((error: unknown) => String(error));
    if (typeof found === 'string')
      return reply.code(503).type('text/plain').send(`The page could not be built: ${found}`);
    const file = found.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return reply.code(404).type('text/plain').send('There is no such page.');
    const caching = file.forever ? 'public, max-age=31536000, immutable' : 'no-cache';
    return reply.header('cache-control', caching).type(file.type).send(file.body);
  });
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map(async (path): Promise<[string, StaticFile]> => {
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    return [url, { type, body: await readFile(path), forever: url.startsWith('/assets/') }];
  });
  return new Map(await Promise.all(files));
}
