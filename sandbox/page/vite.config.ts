import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** How the page is built. The folder is nobody's source, so it lives where `npm ci` clears it away. */
export const pageConfig = {
  root: here('.'),
  base: './',
  cacheDir: here('../../node_modules/.cache/tocsin-vite'),
  build: {
    outDir: here('../../node_modules/.cache/tocsin-page'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3100' } },
} satisfies UserConfig;

export default pageConfig;
