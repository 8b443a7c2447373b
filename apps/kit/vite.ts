import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Beside each file of some length its compressed twins, made once: the BFF sends them as they are. */
const comprimidos: Plugin = {
  name: 'comprimidos',
  apply: 'build',
  writeBundle({ dir = 'dist' }) {
    for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(html|js|css|svg|webmanifest)$/.test(file)) continue;
      const content = readFileSync(join(dir, file));
      if (content.length < 1_024) continue;
      writeFileSync(join(dir, `${file}.gz`), gzipSync(content, { level: 9 }));
      writeFileSync(join(dir, `${file}.br`), brotliCompressSync(content));
    }
  },
};

/**
 * How a page is compiled.
 *
 * @param root its folder
 * @param comum what the first visit needs anyway: in few files, since alone each small one would be compressed by itself
 */
export const configurar = (root: string, comum: RegExp) =>
  defineConfig({
    root,
    plugins: [react(), comprimidos],
    build: {
      target: 'es2023',
      // What is written into the document itself would have to be let through by the CSP.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      emptyOutDir: true,
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'comum', test: comum }] } } },
    },
  });
