import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const PAN = '4000056655665556';
const ID = '0199c1a2-0000-7000-8000-424242424242';

const CAMINHO = `/v1/x/${ID}/${PAN}?cartao=${PAN}&outro=4000%200566%205566%205556`;

/** Answers one request to the address that it is given: not as an argument, since a trace names those. */
const PROGRAM = `
  import http from 'node:http';
  const server = http.createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', () =>
    http.get({ port: server.address().port, path: process.env.CAMINHO },
      (response) => response.resume().on('end', () => server.close())));
`;

it('um número de cartão num endereço não sai do processo num rastro (segurança 34)', async () => {
  const received: string[] = [];
  const collector = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  try {
    const child = spawn(process.execPath, ['--import', './otel.mjs', '--input-type=module', '--eval', PROGRAM], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: 'inherit',
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        CAMINHO,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      },
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    collector.close();
  }
  const spans = received.join('\n');
  expect(spans).toContain(`/v1/x/${ID}/[numero]`);
  expect(spans).not.toMatch(/4000(?:%20)?0566/);
});
