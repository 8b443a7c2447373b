import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, TestApp, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const NAVEGADOR = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
const DOCUMENTO = '<!doctype html><html lang="pt-BR"><title>Reservas</title></html>';
const SCRIPT = 'export const pagina = 1;';

const folder = mkdtempSync(join(tmpdir(), 'pagina-'));
let platform: FakePlatform;
let app: TestApp;

const startWith = (pagina: string | undefined) => {
  const config = loadConfig(settings, {
    ...testEnvironment(platform),
    ...platform.settings,
    CHECKOUT_CHAVE_PUBLICAVEL: 'pk_test_1',
    CHECKOUT_API_BASE: 'http://127.0.0.1:3200/v1',
    ...(pagina !== undefined && { PAGINA_DIR: pagina }),
  });
  return TestApp.start(appModule(config), application);
};

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), DOCUMENTO);
  writeFileSync(join(folder, 'sw.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/pagina-C0ffee12.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/pagina-C0ffee12.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(folder, 'assets/que-some-C0ffee12.js'), SCRIPT);
  writeFileSync(join(folder, '.env'), 'SEGREDO=1');
  symlinkSync(tmpdir(), join(folder, 'fora'));
  symlinkSync('index.html', join(folder, 'elo.html'));
  writeFileSync(join(folder, '..', `${folder.split('/').at(-1)}.segredo`), 'segredo');
  platform = await FakePlatform.start();
  app = await startWith(folder);
});
afterAll(async () => {
  await app.stop();
  await platform.stop();
  rmSync(folder, { recursive: true });
  rmSync(`${folder}.segredo`);
});

describe('a página ao lado da API', () => {
  it.each(['/', '/espacos/sala-ipe?de=2026-12-01', '/reservas/0192f0c4-0000-7000-8000-000000000001', '/sobre/'])(
    'quem navega para %s recebe o documento dela, para conferir a cada vez',
    async (path) => {
      const { status, headers, body } = await app.get(path, NAVEGADOR);
      expect([status, body]).toEqual([200, DOCUMENTO]);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('quem não lê HTML fica sabendo na raiz o que é isto', async () => {
    const { body } = await app.get('/', { headers: { accept: '*/*' } });
    expect(body).toMatchObject({ nome: 'bff-web' });
  });

  it('um arquivo cujo nome muda com o conteúdo fica guardado, comprimido se serve; outro se confere', async () => {
    const asset = await app.get('/assets/pagina-C0ffee12.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(asset.status).toBe(200);
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('vary')).toMatch(/accept-encoding/i);
    expect(asset.headers.get('content-type')).toMatch(/javascript/);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const worker = await app.get('/sw.js');
    expect([worker.status, worker.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const again = await app.get('/sw.js', { headers: { 'if-none-match': worker.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('nada roda nela que não venha daqui ou da Stripe, e ninguém a mostra dentro de outra', async () => {
    const { headers } = await app.get('/', NAVEGADOR);
    const csp = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources];
      }),
    );
    expect(csp.get('default-src')).toEqual(["'none'"]);
    expect(csp.get('script-src')).toEqual(["'self'", 'https://js.stripe.com']);
    expect(csp.get('style-src')).toEqual(["'self'"]);
    expect(csp.get('connect-src')).toEqual(["'self'", 'https://api.stripe.com', 'http://127.0.0.1:3200']);
    expect(csp.get('frame-ancestors')).toEqual(["'none'"]);
    expect(csp.get('base-uri')).toEqual(["'none'"]);
    expect([...csp.values()].flat()).not.toContain("'unsafe-inline'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['um endereço que a API não tem', '/v1/nada'],
    ['o mesmo, com a barra dobrada', '//v1/nada'],
    ['o mesmo, em maiúsculas', '/V1/nada'],
    ['o mesmo, escrito de outro modo', '/%76%31/nada'],
    ['o mesmo, com a barra escrita de outro modo', '/v1%2fnada'],
    ['um arquivo escondido', '/.env'],
    ['um elo', '/elo.html'],
    ['o que está numa pasta a que um elo leva', `/fora/${folder.split('/').at(-1)}.segredo`],
    ['um arquivo que ela não tem', '/assets/outro-C0ffee12.js'],
    ['um arquivo fora da pasta', `/..%2f${folder.split('/').at(-1)}.segredo`],
    ['um arquivo de fora, pelo caminho todo', `/${encodeURIComponent(`${folder}.segredo`)}`],
  ])('%s é 404, também para quem navega', async (_, path) => {
    const { status, body } = await app.get(path, NAVEGADOR);
    expect([status, body]).toEqual([404, expect.objectContaining({ code: 'requisicao.nao-encontrada' })]);
  });

  it('um arquivo que sumiu desde o início é 404, e ninguém o guarda', async () => {
    rmSync(join(folder, 'assets/que-some-C0ffee12.js'));
    const { status, headers, body } = await app.get('/assets/que-some-C0ffee12.js');
    expect([status, body]).toEqual([404, expect.objectContaining({ code: 'requisicao.nao-encontrada' })]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['text/html;q=0, application/json', false],
    ['application/json, text/html;q=0.1', false],
    ['text/htmlx', false],
    ['TEXT/HTML', true],
    ['text/*', true],
  ])('a quem aceita %s a raiz responde com a página: %s', async (accept, pagina) => {
    const { headers, body } = await app.get('/', { headers: { accept } });
    expect(typeof body === 'string').toBe(pagina);
    if (pagina) expect(headers.get('vary')).toMatch(/accept/i);
  });

  it('o que se recusa antes de chegar à API segue sendo um documento de problema', async () => {
    for (const [recusa, code] of [
      [app.post('/v1/sessoes', 'x'), 'requisicao.json-invalido'],
      [app.post('/v1/sessoes', '{"email":"a","email":"b"}'), 'requisicao.json-invalido'],
      [app.get('/v1/espacos?cidade=a&cidade=b'), 'requisicao.invalida'],
      [app.get('/v1/espacos/'), 'requisicao.nao-encontrada'],
    ] as const) {
      const { headers, body } = await recusa;
      expect([headers.get('content-type'), body['code']]).toEqual(['application/problem+json; charset=utf-8', code]);
    }
  });

  it('só se lê', async () => {
    expect((await app.post('/espacos', {})).status).toBe(404);
  });

  it('sem pasta, quem navega também fica sabendo o que é isto, e o resto é 404', async () => {
    const plain = await startWith(undefined);
    expect((await plain.get('/', NAVEGADOR)).body).toMatchObject({ nome: 'bff-web' });
    expect((await plain.get('/espacos/sala-ipe', NAVEGADOR)).status).toBe(404);
    await plain.stop();
  });

  it('uma pasta sem página é recusada no início', async () => {
    await expect(startWith(join(folder, 'assets'))).rejects.toThrow('PAGINA_DIR');
    await expect(startWith(join(folder, 'nada'))).rejects.toThrow('PAGINA_DIR');
  });
});
