// Exit code 0 when node_modules is what package-lock.json says, whole and in the same versions; 1 when `npm ci` is due.
// npm writes node_modules/.package-lock.json last, so an installation that was cut short has none.
// Plain JavaScript without dependencies: it runs before anything is installed, on the oldest Node that setup.sh accepts.
import { existsSync, readFileSync } from 'node:fs';

const wanted = packagesOf('package-lock.json');
const installed = packagesOf('node_modules/.package-lock.json');

const fresh = Object.entries(wanted)
  .filter(([path]) => path !== '')
  .every(([path, { version, optional }]) => {
    if (!(path in installed)) return optional === true;
    return installed[path].version === version && existsSync(`${path}/package.json`);
  });
process.exitCode = fresh ? 0 : 1;

function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}
