import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@plataforma/testing';
import { enviarRegistros, since } from './enviar-registros.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registros-'));
  file = join(folder, 'reservas.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (message: string) => `${JSON.stringify({ service: 'reservas', message })}\n`;

describe('O que se lê de um registro', () => {
  it('são as linhas inteiras que são nossas; a que ainda se escreve fica para depois', () => {
    writeFileSync(file, `${line('um')}(node:1) aviso\n${line('é')}{"service":"meia`);
    const { lines, end } = since(file, 0);
    expect(lines.map((each) => (JSON.parse(each) as { message: string }).message)).toEqual(['um', 'é']);
    appendFileSync(file, '"}\n');
    expect(since(file, end).lines).toEqual(['{"service":"meia"}']);
  });

  it('recomeça num arquivo que ficou menor, e passa adiante uma linha sem fim', () => {
    writeFileSync(file, line('outro'));
    expect(since(file, 9_999).lines).toHaveLength(1);
    writeFileSync(file, 'x'.repeat(2_500_000));
    expect(since(file, 0)).toEqual({ lines: [], end: 1_000_000 });
  });
});

it('o que a loja não tomou vai de novo, e o que havia antes não vai', async () => {
  writeFileSync(file, line('antigo'));
  const received: string[] = [];
  let refusals = 1;
  const store = createServer((request, response) => {
    void text(request).then((body) => {
      if (refusals-- > 0) return response.writeHead(503).end();
      received.push(body);
      return response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  const ending = new AbortController();
  const sending = enviarRegistros(folder, `http://127.0.0.1:${(store.address() as AddressInfo).port}`, ending.signal);
  try {
    appendFileSync(file, line('novo'));
    await eventually(() => received.length > 0, 30_000);
    expect(received.join('\n').trim()).toBe(line('novo').trim());
  } finally {
    ending.abort();
    await sending;
    store.closeAllConnections();
    store.close();
  }
});
