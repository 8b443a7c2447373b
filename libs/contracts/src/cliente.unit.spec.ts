import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { cliente, clientePorEndereco, type Envio, porFetch, type Transporte } from './cliente.js';
import type { esperaHttp } from './http-fila.js';
import { fila, relatorios, series } from './reservas/operacoes.js';

const ID = '0192f0c4-0000-7000-8000-000000000071';

/** A transport that remembers what it was given. */
function remembering(): { readonly sent: Envio[]; readonly transporte: Transporte } {
  const sent: Envio[] = [];
  return {
    sent,
    transporte: (envio) => {
      sent.push(envio);
      return Promise.resolve({ body: { id: ID }, replayed: false });
    },
  };
}

describe('Um cliente de operações', () => {
  it('pede o que a descrição diz, e dá o que ela promete', async () => {
    const { sent, transporte } = remembering();
    const { body }: { readonly body: z.output<typeof esperaHttp> } = await cliente(fila, transporte).byId({
      parametros: { id: 'a/b?c' },
      cabecalhos: { authorization: 'Bearer x' },
    });
    expect(body.id).toBe(ID);
    expect(sent).toEqual([
      {
        service: 'reservas',
        operation: 'GET /v1/fila/:id',
        method: 'GET',
        path: '/v1/fila/a%2Fb%3Fc',
        query: {},
        body: undefined,
        headers: { authorization: 'Bearer x' },
        file: false,
      },
    ]);
  });

  it('espera tanto quanto uma operação demora, e espera um arquivo onde pode vir um', async () => {
    const { sent, transporte } = remembering();
    await cliente(series, transporte).cancel({ parametros: { id: ID }, corpo: { escopo: 'TODAS' } });
    await cliente(relatorios, transporte).receita({ consulta: { de: '2026-01-01', ate: '2026-01-31' } });
    expect(sent.map(({ timeoutMs, file }) => [timeoutMs, file])).toEqual([
      [25_000, false],
      [undefined, true],
    ]);
  });

  it('pede também só pelo endereço, para quem só tem os tipos', async () => {
    const { sent, transporte } = remembering();
    const api = clientePorEndereco<(typeof fila)[keyof typeof fila]>(transporte);
    const { body } = await api('GET /v1/fila', { consulta: { limite: 5 } });
    await api('DELETE /v1/fila/:id', { parametros: { id: ID } });
    // @ts-expect-error no such operation
    await api('DELETE /v1/fila');
    expect(body.itens).toBeUndefined();
    expect(sent.map(({ method, path, query }) => [method, path, query])).toEqual([
      ['GET', '/v1/fila', { limite: 5 }],
      ['DELETE', `/v1/fila/${ID}`, {}],
      ['DELETE', '/v1/fila', {}],
    ]);
  });

  it('não compila sem o que a operação precisa', () => {
    const api = cliente(fila, remembering().transporte);
    const wrong = [
      // @ts-expect-error its parameter is missing
      () => api.byId(),
      // @ts-expect-error its body is missing
      () => api.join({}),
      // @ts-expect-error there is no such field
      () => api.join({ corpo: { inicio: '', fim: '', cor: 'azul' } }),
    ];
    expect(wrong).toHaveLength(3);
  });

  it('não traz esquema consigo: o que importa são tipos', () => {
    const imports = readFileSync(new URL('./cliente.ts', import.meta.url), 'utf8').match(
      /^(?:im|ex)port [^;]*?from .*$/gm,
    );
    expect(imports?.length).toBeGreaterThan(0);
    for (const line of imports ?? []) expect(line).toMatch(/^import type /);
  });
});

describe('O transporte por fetch', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  const serving = async (listener: RequestListener): Promise<string> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('manda JSON e os cabeçalhos, e lê a resposta com o que os cabeçalhos dela dizem', async () => {
    const origin = await serving((request, response) => {
      const { authorization, 'content-type': type, 'if-match': ifMatch } = request.headers;
      response.setHeader('content-type', 'application/json').setHeader('etag', '"3"');
      response
        .setHeader('idempotency-replayed', 'true')
        .end(JSON.stringify([request.url, authorization, type, ifMatch]));
    });
    const transporte = porFetch(origin, { cabecalhos: { authorization: 'Bearer a' } });
    const cabecalhos = { 'if-match': undefined };
    const corpo = { inicio: '2027-06-08T10:00:00-03:00', fim: '2027-06-08T11:00:00-03:00' };
    expect(await cliente(fila, transporte).join({ corpo, cabecalhos })).toEqual({
      body: ['/v1/fila', 'Bearer a', 'application/json', null],
      replayed: true,
      etag: '"3"',
    });
  });

  it('lança o documento de problema de uma recusa, venha o que vier, e no prazo', async () => {
    const refused = await serving((_request, response) => {
      response.writeHead(409, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'reservas.esperas-demais', title: 'Esperas demais' }));
    });
    await expect(cliente(fila, porFetch(refused)).list()).rejects.toMatchObject({
      status: 409,
      problema: { code: 'reservas.esperas-demais' },
    });
    server?.close();
    const broken = await serving((_request, response) => response.writeHead(502).end('<html>'));
    await expect(cliente(fila, porFetch(broken)).list()).rejects.toMatchObject({ status: 502, problema: {} });
    server?.close();
    const silent = await serving(() => undefined);
    await expect(cliente(fila, porFetch(silent, { prazoMs: 50 })).list()).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('dá um arquivo como Blob, e nada por nada', async () => {
    const origin = await serving((request, response) => {
      if (request.method === 'DELETE') response.writeHead(204).end();
      else response.setHeader('content-type', 'text/csv').end('a,b\n');
    });
    const consulta = { de: '2026-01-01', ate: '2026-01-31', formato: 'csv' } as const;
    const { body } = await cliente<typeof relatorios, Blob>(relatorios, porFetch(origin)).receita({ consulta });
    expect(body instanceof Blob && (await body.text())).toBe('a,b\n');
    expect((await cliente(fila, porFetch(origin)).leave({ parametros: { id: ID } })).body).toBeUndefined();
  });
});
