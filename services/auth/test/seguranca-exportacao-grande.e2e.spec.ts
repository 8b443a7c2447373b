import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const MEGABYTES = 256;
/** What eight times as much may need more, MB; if it were held whole it would be 224. */
const MOST_MB = 64;

/** In a process of its own, whose memory is its alone: compiled, as it runs. */
const PROGRAM = `
  const { zipDaExportacao } = await import(process.argv[1]);
  const { randomBytes } = await import('node:crypto');
  let most = 0;
  async function* pedacos() {
    for (let n = 0; n < Number(process.argv[2]) * 16; n++) {
      yield JSON.stringify({ n, ruido: randomBytes(49000).toString('base64') }) + '\\n';
      await new Promise(setImmediate);
    }
  }
  const arquivo = { servico: 'reservas', arquivo: 'reservas', linhas: 1, titulo: 'R', tituloEn: 'B', pedacos };
  let read = 0;
  for await (const bytes of zipDaExportacao([arquivo], 'pt-BR', new Date(0))) {
    read += bytes.length;
    // What the system calls the most it ever was begins with what its parent was.
    most = Math.max(most, process.memoryUsage.rss());
  }
  console.log(JSON.stringify({ read, maxMb: most / 2 ** 20 }));
`;

const compiled = new URL('../dist/infrastructure/arquivo-de-exportacao.js', import.meta.url).href;

async function zip(megabytes: number): Promise<{ read: number; maxMb: number }> {
  const flags = ['--max-old-space-size=48', '--input-type=module', '-e', PROGRAM, compiled, String(megabytes)];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 240_000 });
  return JSON.parse(stdout) as { read: number; maxMb: number };
}

it('Segurança 35: o arquivo de quem tem muito não está em memória inteiro em momento nenhum', async () => {
  const [little, much] = [await zip(MEGABYTES / 8), await zip(MEGABYTES)];
  // Noise in base64 becomes three quarters of it.
  expect(much.read).toBeGreaterThan(MEGABYTES * 700_000);
  expect(much.maxMb - little.maxMb).toBeLessThan(MOST_MB);
}, 300_000);
