import { readFileSync } from 'node:fs';

/**
 * Ends a process whose Node is older than the platform needs, before anything is loaded that would crash in it.
 * Nothing that this imports may be newer than Node 18.
 */
const { engines } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');
if (needed.localeCompare(process.versions.node, 'en', { numeric: true }) > 0) {
  console.error(
    `Este é o Node ${process.versions.node}; é preciso o ${needed} ou mais novo. O que o npm ci traz serve: escreva "npx node" em vez de "node", na pasta do repositório, ou use npm start.`,
  );
  process.exit(1);
}
