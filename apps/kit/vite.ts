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

/** The service worker is told every file that the page is made of. */
const arquivosDoServico: Plugin = {
  name: 'arquivos-do-servico',
  apply: 'build',
  generateBundle(_, bundle) {
    const servico = bundle['sw.js'];
    if (servico?.type !== 'chunk') return;
    const nomes = Object.keys(bundle).filter((nome) => nome.startsWith('assets/'));
    const arquivos = [...nomes, 'icone.svg', 'manifest.webmanifest'].map((nome) => `/${nome}`);
    servico.code = servico.code.replaceAll('__ARQUIVOS__', JSON.stringify(arquivos.sort()));
  },
};

/**
 * How a page is compiled.
 *
 * @param root its folder
 * @param comum what the first visit needs anyway: in few files, since alone each small one would be compressed by itself
 * @param servico its service worker, whose name stays the same
 */
export const configurar = (root: string, comum: RegExp, servico?: string) =>
  defineConfig({
    root,
    plugins: [react(), arquivosDoServico, comprimidos],
    build: {
      target: 'es2023',
      // What is written into the document itself would have to be let through by the CSP.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      emptyOutDir: true,
      rolldownOptions: {
        input: { index: join(root, 'index.html'), ...(servico !== undefined && { sw: join(root, servico) }) },
        output: {
          entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
          codeSplitting: { groups: [{ name: 'comum', test: comum }] },
        },
      },
    },
  });
