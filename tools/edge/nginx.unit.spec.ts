import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as plain, type Server } from 'node:http';
import { Agent, request } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@plataforma/testing';
import { parse } from 'yaml';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { buildApplication } from '../documents/applications.ts';
import { fontesDaCasa, fontesDoPagamento, politica } from '../../libs/bff/src/pagina.ts';
import { kongFile } from './kong-file.ts';
import { passageOf } from './kong-router.ts';
import { kongSchema } from './kong-schema.ts';
import { type Edge, edgeObstacle, startEdge } from './nginx.ts';
import { attacks, smuggled } from './waf/attacks.ts';
import { honest } from './waf/honest.ts';

/** The least that the suite is worth something with. */
const [LEAST_ATTACKS, LEAST_HONEST] = [60, 200];
const kong = kongSchema.parse(parse(readFileSync(join(root, kongFile), 'utf8')));

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const closers: (() => Promise<unknown>)[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
let edge: Edge;
let gateways: Server[];
/** What came through to each gateway. */
const seen: string[][] = [[], []];

/** An application as it runs, but for what it would connect to. */
async function served(name: string): Promise<string> {
  const app = apps.find((one) => one.name === name);
  if (!app) throw new Error(name);
  const { nest } = await buildApplication(app, 'src');
  await nest.getHttpAdapter().init?.();
  const core = nest as unknown as Record<'registerModules' | 'registerRouter', () => Promise<void>>;
  await core.registerModules();
  await core.registerRouter();
  closers.push(() => nest.close());
  const fastify = nest.getHttpAdapter().getInstance() as { listen(options: object): Promise<string> };
  return fastify.listen({ port: 0, host: '127.0.0.1' });
}

/** Stands for Kong: routes as kong.yml says, to the applications. */
async function gateway(at: Readonly<Record<string, string>>, log: string[]): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    log.push(`${method} ${url}`);
    const [path = '', query] = url.split('?');
    const passage = passageOf(kong, method, path);
    const base = at[passage?.service ?? ''];
    if (!passage || base === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    const headers = { ...incoming.headers };
    const target = `${base}${passage.path}${query === undefined ? '' : `?${query}`}`;
    incoming.pipe(
      plain(target, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'x-servico': passage.service });
        answer.pipe(outgoing);
      }).on('error', () => outgoing.writeHead(502).end()),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return server;
}

const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) =>
  new Promise<Answer>((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port: edge.port, ca: edge.ca, agent, method, path },
        headers: {
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          accept: 'application/json',
          host: 'localhost',
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(body)),
          }),
          ...headers,
        },
      },
      (answer) => {
        text(answer).then(
          (said) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: said }),
          reject,
        );
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });

/** What is answered to bytes, until the connection ends or a first line is there. */
const send = (bytes: string) =>
  new Promise<string>((resolve, reject) => {
    let said = '';
    const socket = connect({ host: '127.0.0.1', port: edge.port, ca: edge.ca, ALPNProtocols: ['http/1.1'] }, () =>
      socket.write(bytes, 'latin1'),
    );
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      said += chunk;
      if (said.includes('\r\n')) socket.destroy();
    });
    socket.once('error', reject).once('close', () => resolve(said.split('\r\n')[0] ?? ''));
  });

/** Where nginx is neither there nor to be had, that is said, and what needs it is left out. */
const obstacle = await edgeObstacle();
const suite =
  obstacle === undefined
    ? describe
    : (name: string, _tests: () => void): void =>
        describe(name, () =>
          it(`ficou de fora: ${obstacle}`, () => console.warn(`A borda ficou de fora: ${obstacle}`)),
        );

beforeAll(async () => {
  if (obstacle !== undefined) return;
  const site = mkdtempSync(join(tmpdir(), 'site-'));
  closers.push(async () => rmSync(site, { recursive: true }));
  mkdirSync(join(site, 'assets'));
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>Reservas</title>');
  writeFileSync(join(site, 'assets/inicio-B1x2.js'), 'export {};');
  writeFileSync(join(site, '.segredo'), 'x');
  const names = ['bff-web', 'bff-mobile', 'bff-admin', 'auth', 'pagamentos', 'notificacoes'];
  const at: Record<string, string> = {};
  for (const name of names) at[name] = await served(name);
  gateways = await Promise.all(seen.map((log) => gateway(at, log)));
  edge = await startEdge({
    gateways: gateways.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`),
    port: await freePort(),
    site,
    limits: false,
  });
  closers.push(() => edge.stop());
});
beforeEach(() => seen.forEach((log) => log.splice(0)));
afterAll(async () => {
  agent.destroy();
  for (const close of closers.toReversed()) await close();
});

suite('A borda diante dos BFFs', () => {
  it('é provada por bastante', () => {
    expect(attacks.length + smuggled.length).toBeGreaterThanOrEqual(LEAST_ATTACKS);
    expect(honest().length).toBeGreaterThanOrEqual(LEAST_HONEST);
  });

  it.each(attacks.map((attack) => [attack.what, attack] as const))('recusa %s: %j', async (_what, attack) => {
    const { status, headers, body } = await ask(attack.method ?? 'GET', attack.path, attack.headers, attack.body);
    expect([400, 403, 404, 405, 413, 414, 431]).toContain(status);
    expect(seen.flat()).toEqual([]);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.stringMatching(/^requisicao\./) });
  });

  it.each(smuggled)('recusa, em bytes, %s', async (_what, bytes) => {
    expect(await send(bytes)).toMatch(/^(HTTP\/1\.1 (400|403|405|501|505) .*)?$/);
    expect(seen.flat()).toEqual([]);
  });

  it('deixa passar cada rota, e o que pessoas, bancos e provedores escrevem', async () => {
    const stopped: unknown[] = [];
    for (const { method, path, body, form, headers } of honest()) {
      const said = form ?? (body === undefined ? undefined : JSON.stringify(body));
      const asForm = form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' };
      const { status, headers: answered } = await ask(method, path, { ...headers, ...asForm }, said);
      // What an application answers has its mark, whatever it says.
      if (answered['x-servico'] === undefined || answered['x-correlation-id'] === undefined)
        stopped.push({ method, path, body, status, why: edge.complaints().split('\n').at(-2)?.slice(0, 900) });
    }
    expect(stopped).toEqual([]);
  });

  it('deixa passar um lote inteiro da SendGrid, e nada maior; em outro lugar, nem isso', async () => {
    const lote = (n: number) =>
      JSON.stringify(
        Array.from({ length: n }, (_, i) => ({
          event: 'delivered',
          email: `pessoa.${i}@exemplo.com.br`,
          timestamp: 1_796_000_000,
          response: `250 2.0.0 OK ${'x'.repeat(280)}`,
          notificacaoId: '0192f0c4-0000-7000-8000-0000000000d1',
        })),
      );
    const grande = lote(1_700);
    expect([grande.length > 700_000, grande.length < 786_432]).toEqual([true, true]);
    const { headers } = await ask('POST', '/webhooks/sendgrid', {}, grande);
    expect(headers['x-servico']).toBe('notificacoes');
    expect((await ask('POST', '/webhooks/sendgrid', {}, lote(2_200))).status).toBe(413);
    expect((await ask('POST', '/webhooks/stripe', {}, grande)).status).toBe(413);
  });

  it('deixa passar a maior foto e a maior planilha, e em outro lugar nada desse tamanho', async () => {
    const foto = JSON.stringify({ conteudo: 'QUJD'.repeat(1_990_000) });
    const planilha = JSON.stringify({ conteudo: "Sala d'Ouro; SELECT * FROM Café\n".repeat(100_000) });
    for (const [rota, corpo] of [
      ['fotos', foto],
      ['importacoes', planilha],
    ] as const)
      expect((await ask('POST', `/admin/v1/${rota}`, {}, corpo)).headers['x-servico']).toBe('bff-admin');
    expect((await ask('POST', '/admin/v1/fotos', {}, foto + ' '.repeat(500_000))).status).toBe(413);
    expect((await ask('POST', '/admin/v1/espacos', {}, planilha)).status).toBe(413);
  });

  it('divide o que chega entre os gateways', async () => {
    for (let n = 0; n < 12; n++) await ask('GET', '/v1/configuracao');
    expect(seen.map((log) => log.length > 0)).toEqual([true, true]);
  });

  it('diz ao que está atrás de onde vem o pedido, e não o que o cliente disse', async () => {
    const { status, headers } = await ask('GET', '/v1/configuracao', {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-correlation-id': 'teste-borda-1',
    });
    expect([status, headers['x-correlation-id']]).toEqual([200, 'teste-borda-1']);
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });

  it('serve a página com a política que os BFFs lhe dariam, e os seus arquivos para sempre', async () => {
    const fontes = { ...fontesDaCasa, ...fontesDoPagamento(undefined) };
    for (const path of ['/', '/conta/reservas']) {
      const { status, headers } = await ask('GET', path);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ]);
      expect(headers['content-security-policy']).toBe(politica(fontes));
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    }
    const asset = await ask('GET', '/assets/inicio-B1x2.js');
    expect([asset.status, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    for (const path of ['/assets/outro.js', '/favicon.ico', '/.segredo'])
      expect((await ask('GET', path)).status).toBe(404);
    expect((await ask('POST', '/', {}, '{}')).status).toBe(403);
  });

  it.each([
    ['TLSv1.1', false],
    ['TLSv1.2', true],
    ['TLSv1.3', true],
  ] as const)('fala %s: %s', async (version, spoken) => {
    const protocol = await new Promise<string | null>((resolve) => {
      const socket = connect(
        {
          host: '127.0.0.1',
          port: edge.port,
          ca: edge.ca,
          minVersion: version,
          maxVersion: version,
          ALPNProtocols: ['h2'],
        },
        () => {
          resolve(`${socket.getProtocol()} ${String(socket.alpnProtocol)}`);
          socket.destroy();
        },
      ).once('error', () => resolve(null));
    });
    expect(protocol).toBe(spoken ? `${version} h2` : null);
  });

  it('leva quem vem sem TLS para onde há', async () => {
    const answer = await new Promise<Answer>((resolve, reject) => {
      plain(
        { socketPath: edge.http, path: '/v1/espacos?cidade=Ilh%C3%A9us', headers: { host: 'reservas.exemplo.com' } },
        (got) => resolve({ status: got.resume().statusCode ?? 0, headers: got.headers, body: '' }),
      )
        .once('error', reject)
        .end();
    });
    expect([answer.status, answer.headers['location']]).toEqual([
      308,
      'https://reservas.exemplo.com/v1/espacos?cidade=Ilh%C3%A9us',
    ]);
    expect(seen.flat()).toEqual([]);
  });

  it('não escreve no registro o que se enviou em segredo', async () => {
    const senha = "' OR '1'='1'; <script>--não é ataque, é senha</script>";
    const { headers } = await ask('POST', '/v1/sessoes', {}, JSON.stringify({ email: 'ana@exemplo.com', senha }));
    expect(headers['x-servico']).toBe('bff-web');
    expect(edge.complaints()).not.toContain('não é ataque, é senha');
  });

  // The last, for it leaves one gateway.
  it('segue com o gateway que resta, e sem nenhum diz quando voltar', async () => {
    const end = (server: Server | undefined) =>
      new Promise<void>((resolve) => server?.close(() => resolve()).closeAllConnections());
    await end(gateways[0]);
    for (let n = 0; n < 6; n++) expect((await ask('GET', '/v1/configuracao')).status).toBe(200);
    await end(gateways[1]);
    const { status, headers, body } = await ask('GET', '/v1/configuracao');
    expect([status, headers['retry-after'], headers['content-type']]).toEqual([503, '5', 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'servico.indisponivel' });
    // What is its own goes on.
    expect((await ask('GET', '/saude')).status).toBe(200);
    expect((await ask('GET', '/conta')).status).toBe(200);
  });
});
