import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { pageConfig } from './vite.config.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
/** What the page depends on beside its own folder: the contract and the versions of its packages. */
const BESIDE = ['sandbox/api.ts', 'package-lock.json'];

/**
 * Builds the page unless it has been built from these very sources, and returns the folder to serve (`index.html` and `assets/`).
 * Throws when the sources do not compile. Processes may build at once: each folder appears whole, under the digest of its sources.
 */
export async function buildPage(): Promise<string> {
  const { outDir } = pageConfig.build;
  const folder = join(outDir, await digestOfSources());
  if (await exists(folder)) return folder;
  const draft = join(outDir, `draft-${process.pid}`);
  await mkdir(dirname(draft), { recursive: true });
  const config = { ...pageConfig, build: { ...pageConfig.build, outDir: draft } };
  await build({ ...config, configFile: false, logLevel: 'warn', mode: 'production' });
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(folder))) throw error;
  });
  return folder;
}

async function digestOfSources(): Promise<string> {
  const entries = await readdir(pageConfig.root, { recursive: true, withFileTypes: true });
  const own = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const beside = BESIDE.map((path) => join(REPOSITORY, path));
  const digest = createHash('sha256');
  for (const path of [...own.sort(), ...beside]) digest.update(`${path}\n`).update(await readFile(path));
  return digest.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
