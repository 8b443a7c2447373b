import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { eventually, testEnvironment, TokenIssuer } from '@plataforma/testing';

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

/** A service without anything of its own. */
const SERVICE = `
  import { PlatformModule, processSettings, runService } from '@plataforma/platform';
  await runService({
    name: 'teste', description: '', problems: {}, settings: processSettings,
    module: (config) => ({ module: class Vazio {}, imports: [PlatformModule.with({ name: 'teste', config })] }),
  });
`;

/** Runs `program` with tracing on. @returns what the collector received until it ended, and all that it wrote */
async function traced(
  program: string,
  env: Record<string, string>,
  during: (output: () => string, child: ReturnType<typeof spawn>) => Promise<void> = () => Promise.resolve(),
): Promise<{ spans: string; output: string }> {
  const received: string[] = [];
  const collector = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  let output = '';
  try {
    const child = spawn(process.execPath, ['--import', './otel.mjs', '--input-type=module', '--eval', program], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
        ...env,
      },
    });
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const ended = once(child, 'close');
    await during(() => output, child);
    expect(await ended).toEqual([0, null]);
  } finally {
    collector.close();
  }
  return { spans: received.join('\n'), output };
}

it('um número de cartão num endereço não sai do processo num rastro (segurança 34)', async () => {
  const { spans } = await traced(PROGRAM, { CAMINHO });
  expect(spans).toContain(`/v1/x/${ID}/[numero]`);
  expect(spans).not.toMatch(/4000(?:%20)?0566/);
});

it('o endereço de um webhook não está num rastro, e quem o recebe não sabe dos nossos', async () => {
  const ouvidos: IncomingHttpHeaders[] = [];
  const receptor = createServer((request, response) => {
    ouvidos.push(request.headers);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receptor, 'listening');
  try {
    const { spans } = await traced(
      `
      import { request } from 'undici';
      const url = 'http://127.0.0.1:' + process.env.PORTA + process.env.CAMINHO;
      for (const headers of [{ 'webhook-signature': 'v1,x' }, {}])
        await (await request(url + (headers['webhook-signature'] ? 'gancho' : 'outro'), { headers })).body.dump();
      process.exitCode = 0;`,
      { CAMINHO: '/por/', PORTA: String((receptor.address() as AddressInfo).port) },
    );
    expect(spans).toContain('/por/outro');
    expect(spans).not.toContain('/por/gancho');
    expect(ouvidos.map((headers) => 'traceparent' in headers)).toEqual([false, true]);
  } finally {
    receptor.closeAllConnections();
    receptor.close();
  }
});

/** As the other, a hundred times. */
const MANY = `
  import http from 'node:http';
  const server = http.createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', async () => {
    for (let n = 0; n < 100; n++)
      await new Promise((resolve) => http.get(
        { port: server.address().port, path: '/pedido' },
        (response) => response.resume().on('end', resolve)));
    server.close();
  });
`;

it('em produção vai uma parte dos rastros, inteiros, ou tantos quantos se queiram; fora dela vão todos', async () => {
  const traces = async (env: Record<string, string>) => {
    const { spans } = await traced(MANY, env);
    const ids = [...spans.matchAll(/"traceId":"([0-9a-f]{32})"/g)].map(([, id]) => id);
    return { spans: ids.length, traces: new Set(ids).size };
  };
  const part = await traces({ NODE_ENV: 'production' });
  expect(part.traces).toBeLessThan(60);
  expect(part.spans).toBe(2 * part.traces);
  expect(await traces({ NODE_ENV: 'production', OTEL_TRACES_SAMPLER_ARG: '1' })).toEqual({ spans: 200, traces: 100 });
  expect(await traces({ NODE_ENV: 'development' })).toEqual({ spans: 200, traces: 100 });
});

it('o documento de um problema diz o rastro de que é', async () => {
  const issuer = await TokenIssuer.start();
  const env = testEnvironment({ issuer });
  let problema: { code?: string; rastro?: string } = {};
  const { spans } = await traced(SERVICE, { ...env, LOG_LEVEL: 'info' }, async (written, child) => {
    const url = await eventually(() => /"url":"([^"]+)"/.exec(written())?.[1]);
    problema = (await (await fetch(`${url}/nao-ha`)).json()) as typeof problema;
    child.kill('SIGTERM');
  });
  await issuer.stop();
  expect(problema.code).toBe('requisicao.nao-encontrada');
  expect(problema.rastro).toMatch(/^[0-9a-f]{32}$/);
  expect(spans).toContain(`"traceId":"${problema.rastro}"`);
});

it('os últimos rastros e linhas de um processo que se encerra chegam', async () => {
  const issuer = await TokenIssuer.start();
  const env = testEnvironment({ issuer });
  const { spans, output } = await traced(SERVICE, { ...env, LOG_LEVEL: 'info' }, async (written, child) => {
    const url = await eventually(() => /"url":"([^"]+)"/.exec(written())?.[1]);
    await fetch(`${url}/a-ultima`);
    child.kill('SIGTERM');
  });
  await issuer.stop();
  expect(spans).toContain('/a-ultima');
  expect(output).toContain('Encerrado');
});
