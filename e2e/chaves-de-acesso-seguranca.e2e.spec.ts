import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DesafioHttp, FatoresHttp, SessaoHttp } from '@plataforma/contracts';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { siteUrl } from '../tools/apps.ts';
import { launchBrowser } from '../tools/site/browser.ts';
import { E2ePlatform } from './platform.ts';

const FIXTURE = readFileSync(new URL('chaves-de-acesso.html', import.meta.url), 'utf8');
const SENHA = 'o rato roeu a roupa do rei';
const ditoPor = (token: string): unknown => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

interface Resposta<Corpo> {
  readonly status: number;
  readonly corpo: Corpo;
}

describe('Chaves de acesso num Chromium', () => {
  let platform: E2ePlatform;
  let browser: Browser;
  let page: Page;
  let cdp: CDPSession;
  let authenticatorId: string;
  /** What was started is ended, also when what comes after it could not be. */
  const fins: (() => Promise<void>)[] = [];
  const email = `pessoa-${randomUUID()}@exemplo.com`;

  /** As the page's own script calls it. */
  const chamar = <Corpo>(funcao: string, ...argumentos: unknown[]): Promise<Resposta<Corpo>> =>
    page.evaluate(`${funcao}(...${JSON.stringify(argumentos)})`);
  const pedir = <Corpo>(...argumentos: unknown[]) => chamar<Corpo>('pedir', ...argumentos);
  const entrar = () => pedir<SessaoHttp & DesafioHttp>('POST', '/v1/sessoes', { email, senha: SENHA });
  const abrir = async (onde: string): Promise<void> => {
    await page.route('**/chaves-de-acesso.html', (route) => route.fulfill({ contentType: 'text/html', body: FIXTURE }));
    await page.goto(`${onde}/chaves-de-acesso.html`);
  };

  beforeAll(async () => {
    platform = await E2ePlatform.start({ names: ['auth', 'reservas', 'bff-web'] });
    fins.push(() => platform.stop());
    browser = await launchBrowser();
    fins.push(() => browser.close());
    page = await browser.newPage();
    cdp = await page.context().newCDPSession(page);
    // https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn: as a laptop's own, which knows its person.
    await cdp.send('WebAuthn.enable');
    ({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    }));
    await abrir(siteUrl('bff-web', platform.state.portOffset));
  }, 300_000);
  afterAll(async () => {
    for (const fim of fins.toReversed()) await fim();
  });

  it('registra-se uma pela página do site, e a conta a mostra', async () => {
    expect((await pedir('POST', '/v1/usuarios', { nome: 'Ana Souza', email, senha: SENHA })).status).toBe(202);
    const { status, corpo: sessao } = await entrar();
    expect(status).toBe(201);
    const { tokenAcesso } = sessao;
    expect(await chamar('criar', tokenAcesso)).toMatchObject({
      status: 201,
      corpo: { chave: { nome: 'Chromium' }, codigosRecuperacao: expect.any(Array) },
    });
    const { corpo: fatores } = await pedir<FatoresHttp>('GET', '/v1/usuarios/eu/fatores', undefined, tokenAcesso);
    expect(fatores.chavesDeAcesso).toHaveLength(1);
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
    // The same authenticator is not asked for another.
    await expect(chamar('criar', tokenAcesso)).rejects.toThrow(/InvalidStateError/);
  });

  it('entra-se só com ela, e a sessão fica no navegador, fora do alcance da página', async () => {
    const { status, corpo } = await chamar<SessaoHttp>('entrarPorChave');
    expect([status, corpo.usuario.email]).toEqual([201, email]);
    expect(ditoPor(corpo.tokenAcesso)).toMatchObject({ amr: ['hwk', 'mfa'] });
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: '__Host-renovacao', httpOnly: true, secure: true, sameSite: 'Strict' });
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await pedir('POST', '/v1/sessoes/renovacao')).toMatchObject({ status: 200, corpo: { usuario: { email } } });
  });

  it('completa a senha, e confirma quem já entrou', async () => {
    const { status, corpo: lancado } = await entrar();
    expect([status, lancado.fatores]).toEqual([202, ['CHAVE_DE_ACESSO', 'CODIGO_DE_RECUPERACAO']]);
    const completa = await chamar<SessaoHttp>('completar', lancado);
    expect(completa).toMatchObject({ status: 201, corpo: { usuario: { email } } });
    expect((await chamar('confirmar', completa.corpo.tokenAcesso)).status).toBe(200);
  });

  it('não serve a quem não é a pessoa dela, nem a página de outro domínio, nem depois de removida', async () => {
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await expect(chamar('entrarPorChave')).rejects.toThrow(/NotAllowedError/);
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });

    const { corpo: sessao } = await chamar<SessaoHttp>('entrarPorChave');
    const [{ id } = { id: '' }] = (
      await pedir<FatoresHttp>('GET', '/v1/usuarios/eu/fatores', undefined, sessao.tokenAcesso)
    ).corpo.chavesDeAcesso;
    const remover = ['DELETE', `/v1/usuarios/eu/chaves-de-acesso/${id}`, undefined, sessao.tokenAcesso];
    expect((await pedir(...remover)).status).toBe(204);
    expect(await chamar('entrarPorChave')).toMatchObject({ status: 401, corpo: { code: 'auth.fator-incorreto' } });

    await abrir(platform.state.apps['bff-web'] ?? '');
    await expect(chamar('entrarPorChave')).rejects.toThrow(/SecurityError/);
  });
});
