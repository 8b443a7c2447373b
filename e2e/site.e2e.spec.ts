import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { totp } from '../tools/demo/account.ts';
import { siteUrl } from '../tools/apps.ts';
import { root } from '../tools/cli/paths.ts';
import { launchBrowser } from '../tools/site/browser.ts';
import { logIn, screens } from '../tools/site/screens.ts';
import { looks, openPage, violations } from './navegador.ts';
import { E2ePlatform } from './platform.ts';

/** A screen waits for services on a busy machine. */
const DEADLINE_MS = 60_000;

let platform: E2ePlatform;
let browser: Browser;
let site: string;
let page: Page;
/** What the browser had against the page: scripts that failed, what the CSP stopped, files that were not there. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  platform = await E2ePlatform.start();
  site = siteUrl('bff-web', platform.state.portOffset);
});
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
});

beforeEach(async () => {
  page = await newPage();
});
afterEach(async () => {
  await page.context().close();
  expect(complaints).toEqual([]);
});

async function newPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  complaints = [];
  const opened = await openPage(browser, complaints, options);
  opened.setDefaultTimeout(DEADLINE_MS);
  return opened;
}

/** From a search by its first words to the page on which one pays. */
async function hold(space: string): Promise<void> {
  await page.goto(`${site}/?texto=${encodeURIComponent(space)}`);
  await page
    .getByRole('link', { name: /^Livre / })
    .first()
    .click();
  await page.getByRole('link', { name: 'Continuar' }).click();
  await page.getByRole('button', { name: 'Reservar e pagar' }).click();
  await page.waitForURL(/\/pagar$/);
}

/** A day at the places of the demonstration. */
const dayAhead = async (days: number): Promise<string> =>
  page.evaluate<string>(
    `new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Sao_Paulo' }).format(Date.now() + ${days * 86_400_000})`,
  );
async function inSight(target: Locator): Promise<boolean> {
  const box = await target.boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0);
}

const confirmed = () => page.getByRole('heading', { name: 'Reserva confirmada' }).waitFor();

describe('o site, num navegador', () => {
  it('quem está na conta vai da busca à reserva paga por cartão em cinco toques, e volta ao endereço dela', async () => {
    await logIn({ site, page });
    await hold('Sala Jacarandá');
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await confirmed();
    const { pathname } = new URL(page.url());
    expect(pathname).toMatch(/^\/reservas\/[0-9a-f-]{36}$/);
    await page.reload();
    await confirmed();
    expect(await page.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/).count()).toBe(1);
  });

  it('quem é novo cria a conta no meio do caminho, não perde o que escolheu, e paga por Pix', async () => {
    await page.goto(`${site}/?texto=Guanabara`);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByRole('link', { name: 'Continuar' }).click();
    const chosen = page.url();
    await page.getByRole('main').getByRole('link', { name: 'Criar conta' }).click();
    await page.getByLabel('Nome').fill('Íris <b>Nova</b>');
    await page.getByLabel('E-mail').fill(`iris-${Date.now()}@demo.local`);
    await page.getByLabel('Senha', { exact: true }).fill('uma frase bem comprida e nova');
    await page.getByRole('button', { name: 'Criar a conta' }).click();
    await page.waitForURL(chosen);
    await page.getByRole('button', { name: 'Reservar e pagar' }).click();
    await page.getByRole('radio', { name: 'Pix' }).check();
    await page.getByRole('button', { name: 'Gerar o código Pix' }).click();
    await page.getByRole('img', { name: /QR Code/ }).waitFor();
    // What was shown is shown again, and no second code made.
    const code = await page.locator('code').textContent();
    await page.reload();
    expect(await page.locator('code').textContent()).toBe(code);
    const [bank] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Abrir o banco de teste' }).click(),
    ]);
    await bank.getByRole('button', { name: 'Pagar este Pix' }).click();
    await confirmed();
  });

  it('um cartão recusado não perde a retenção: o seguinte paga, e o 3-D Secure volta ao estado verdadeiro', async () => {
    await logIn({ site, page });
    await hold('Sala Rio Negro');
    await page.getByRole('radio', { name: /recusado/ }).check();
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/não há saldo/)
      .waitFor();
    await page.getByRole('radio', { name: /3-D Secure/ }).check();
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await page.getByRole('button', { name: 'Aprovar a compra' }).click();
    await page.waitForURL(/\/reservas\//);
    await confirmed();
    // What the provider adds to the address on the way back is kept by no history.
    expect(new URL(page.url()).search).toBe('');
  });

  it('dois toques no mesmo botão são um pedido só', async () => {
    await logIn({ site, page });
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && /\/v1\/(reservas|payment_intents)\b/.test(request.url()))
        asked.push(request.url());
    });
    await page.goto(`${site}/?texto=Ip%C3%AA`);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByRole('link', { name: 'Continuar' }).click();
    await page.getByRole('button', { name: 'Reservar e pagar' }).dblclick();
    await page.getByRole('button', { name: 'Pagar', exact: true }).dblclick();
    await confirmed();
    expect(asked.length).toBe(2);
  });

  it('sem resposta, o que se pediu é pedido de novo com a mesma chave, e há uma reserva só', async () => {
    await logIn({ site, page });
    const keys: (string | undefined)[] = [];
    await page.route('**/v1/reservas', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key']);
      // The request arrives; its answer is lost on the way.
      const answer = await route.fetch();
      return keys.length === 1 ? route.abort('connectionreset') : route.fulfill({ response: answer });
    });
    await page.goto(`${site}/?texto=Arpoador`);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByRole('link', { name: 'Continuar' }).click();
    await page.getByRole('button', { name: 'Reservar e pagar' }).click();
    await page.getByRole('alert').getByText('Não recebemos resposta').waitFor();
    await page.getByRole('button', { name: 'Reservar e pagar' }).click();
    await page.waitForURL(/\/pagar$/);
    expect(keys.length).toBe(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('quem pede primeiro fica com o horário; ao outro se diz que foi tomado, e onde há outros', async () => {
    await logIn({ site, page });
    await page.goto(`${site}/?texto=Ponta%20Negra`);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByRole('link', { name: 'Continuar' }).click();
    await page.getByRole('button', { name: 'Reservar e pagar' }).waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Reservar e pagar' }).click();
    await other.waitForURL(/\/pagar$/);
    await page.getByRole('button', { name: 'Reservar e pagar' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('link', { name: 'Escolher o horário' }).click();
    await page.getByRole('heading', { name: 'Quando' }).waitFor();
  });

  it('só com o teclado se reserva e se paga, e o foco se vê', async () => {
    await logIn({ site, page });
    await page.goto(`${site}/?texto=Jacarand%C3%A1`);
    const press = async (target: ReturnType<Page['getByRole']>, key = 'Enter'): Promise<void> => {
      await target.waitFor();
      for (let i = 0; i < 200; i++) {
        if ((await target.and(page.locator(':focus')).count()) === 1) break;
        await page.keyboard.press('Tab');
      }
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
      await page.keyboard.press(key);
    };
    await press(page.getByRole('link', { name: /^Livre / }).first());
    await press(page.getByRole('link', { name: 'Continuar' }));
    await press(page.getByRole('button', { name: 'Reservar e pagar' }));
    await press(page.getByRole('button', { name: 'Pagar', exact: true }));
    await confirmed();
  });

  it('de outro fuso, cada horário diz os dois, e o que se reserva é o do espaço', async () => {
    await page.context().close();
    page = await newPage({ timezoneId: 'Asia/Tokyo' });
    await page.goto(`${site}/?texto=Rio%20Negro`);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByText(/^Horários de /).click();
    const start = page.locator('button[aria-pressed=true]').filter({ hasText: 'para você' });
    const [, there = '', here = ''] =
      /^(\d{1,2}:\d\d)\s*(\d{1,2}:\d\d) para você/.exec((await start.textContent()) ?? '') ?? [];
    const minutes = (clock: string): number => {
      const [hours = 0, rest = 0] = clock.split(':').map(Number);
      return hours * 60 + rest;
    };
    // Manaus is four hours behind UTC, and Tokyo nine ahead.
    expect((minutes(here) - minutes(there) + 1_440) % 1_440).toBe(13 * 60);
    await page.getByRole('link', { name: 'Continuar' }).click();
    await page.getByText(`, ${there}–`).first().waitFor();
    await page.getByText(/^Para você: /).waitFor();
  });

  it('o que é de uma pessoa sai da tela com a sessão dela, em todas as abas', async () => {
    await logIn({ site, page });
    await hold('Sala Guanabara');
    await page.goto(`${site}/reservas`);
    const mine = page.getByRole('heading', { name: 'Sala Guanabara' });
    await mine.first().waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('heading', { name: 'Sala Guanabara' }).first().waitFor();
    await page.getByRole('button', { name: 'Sair' }).click();
    await page.waitForURL(`${site}/`);
    await page.getByRole('link', { name: 'Entrar' }).waitFor();
    await other.waitForURL(/\/entrar\?volta=/);
    expect(await other.getByText('Sala Guanabara').count()).toBe(0);
    // Whoever logs in next reads their own, and Back leads to nothing of the one before.
    await page.goBack();
    await page.waitForURL(/\/entrar/);
    expect(await page.getByText('Sala Guanabara').count()).toBe(0);
  });

  it('o que já passou não se procura nem se reserva, e se diz por quê', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${site}/?dia=2025-01-10`);
    await page.getByRole('heading', { name: 'Este dia já passou' }).waitFor();
    await page.getByRole('button', { name: /10 de jan\. de 2025/ }).waitFor();
    expect(asked.filter((url) => url.includes('livreDe'))).toEqual([]);
    await page.getByRole('button', { name: 'Procurar hoje' }).click();
    await page.getByText(/^\d+ espaço|^Nenhum espaço/).waitFor();
    await logIn({ site, page });
    await page.goto(`${site}/?texto=Guanabara`);
    await page.getByRole('link', { name: 'Sala Guanabara' }).click();
    await page.waitForURL(/\/espacos\//);
    const space = new URL(page.url()).pathname;
    await page.goto(`${site}${space}?dia=2025-01-10`);
    await page.getByText('Este dia já passou').waitFor();
    await page.getByRole('button', { name: /^Ir para o próximo/ }).click();
    await page.goto(`${site}${space}/conferir?inicio=2025-01-10T13:00:00Z&minutos=60`);
    await page.getByRole('alert').getByText('Este horário já passou').waitFor();
    expect(await page.getByRole('button', { name: 'Reservar e pagar' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Escolher o horário' }).click();
    await page.getByRole('heading', { name: 'Quando' }).waitFor();
  });

  it('o que foi recusado de vez não se pede de novo: a saída é outro horário', async () => {
    await logIn({ site, page });
    await page.goto(`${site}/?texto=Guanabara`);
    await page.getByRole('link', { name: 'Sala Guanabara' }).click();
    await page.waitForURL(/\/espacos\//);
    // In the middle of the night it is closed.
    const night = `${new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)}T06:00:00Z`;
    await page.goto(`${site}${new URL(page.url()).pathname}/conferir?inicio=${night}&minutos=60`);
    await page.getByRole('alert').waitFor();
    await page.getByRole('link', { name: 'Escolher o horário' }).waitFor();
    expect(await page.getByRole('button', { name: 'Reservar e pagar' }).count()).toBe(0);
  });

  it('um endereço com um id que não é nenhum não existe', async () => {
    for (const path of ['/espacos/xyz', '/espacos/xyz/conferir', '/reservas/xyz', '/reservas/xyz/pagar']) {
      await page.goto(site + path);
      await page.getByRole('heading', { name: 'Esta página não existe' }).waitFor();
    }
  });

  it('remarcar para mais caro diz o horário novo e até quando pagar; o prazo do Pix é um só', async () => {
    await logIn({ site, page });
    await page.goto(`${site}/?texto=Lagoa&dia=${await dayAhead(3)}`);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByRole('link', { name: 'Continuar' }).click();
    await page.getByRole('button', { name: 'Reservar e pagar' }).click();
    await page.getByRole('timer').waitFor();
    await page.getByRole('radio', { name: 'Pix' }).check();
    await page.getByRole('button', { name: 'Gerar o código Pix' }).click();
    await page.getByText(/^Pague até as /).waitFor();
    expect(await page.getByRole('timer').count()).toBe(0);
    await page.getByRole('radio', { name: 'Cartão' }).check();
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await confirmed();
    await page.getByRole('button', { name: 'Mudar o horário' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Dia').fill('2025-01-10');
    await dialog.getByText('Este dia já passou').waitFor();
    expect(await dialog.getByRole('listitem').count()).toBe(0);
    await dialog.getByLabel('Dia').fill(await dayAhead(4));
    await page.setViewportSize({ width: 320, height: 568 });
    // At night it costs more.
    await dialog.getByRole('button', { name: '20:00' }).click();
    await dialog.getByText(/a mais/).waitFor();
    expect(await inSight(dialog.getByRole('button', { name: 'Mudar para este horário' }))).toBe(true);
    await dialog.getByRole('button', { name: 'Mudar para este horário' }).click();
    await page.waitForURL(/\/pagar$/);
    await page.getByText(/, 20:00–21:00$/).waitFor();
    await page.getByText('Os dois horários estão retidos').waitFor();
    await page.getByRole('timer').waitFor();
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await confirmed();
    // Two payments, each with receipts of its own name.
    const names = await page.getByRole('link', { name: /^Recibos/ }).allTextContents();
    expect([names.length, new Set(names).size]).toEqual([2, 2]);
  });

  it('a conta: autenticador, chave de acesso, sessões, avisos, dados, e o apagamento com o seu comprovante', async () => {
    const [email, senha] = [`nina-${Date.now()}@demo.local`, 'uma frase bem comprida e nova'];
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await page.goto(`${site}/cadastro`);
    await page.getByLabel('Nome').fill('Nina Nova');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Senha', { exact: true }).fill(senha);
    await page.getByRole('button', { name: 'Criar a conta' }).click();
    await page.waitForURL(`${site}/`);
    await page.getByRole('link', { name: 'Conta', exact: true }).click();
    await page.getByRole('button', { name: 'Usar um autenticador' }).click();
    const secret = (await page.locator('form code').textContent()) ?? '';
    await page.getByLabel('Código do aplicativo').fill(totp(secret));
    await page.getByRole('button', { name: 'Confirmar o autenticador' }).click();
    await page.getByRole('heading', { name: 'Guarde estes códigos' }).waitFor();
    const [code = ''] = await page.locator('code').allTextContents();
    await page.getByRole('button', { name: 'Já guardei' }).click();
    await page.getByLabel('Nome da chave').fill('Notebook');
    await page.getByRole('button', { name: 'Criar uma chave de acesso' }).click();
    await page.getByRole('button', { name: 'Tirar a chave Notebook' }).waitFor();
    await page.locator('summary', { hasText: 'Mudar o nome' }).click();
    await page.locator('details[open]').getByLabel('Nome da chave').fill('Celular');
    await page.locator('details[open]').getByRole('button', { name: 'Mudar o nome' }).click();
    await page.getByRole('button', { name: 'Tirar a chave Celular' }).waitFor();

    // Without a password; then with it, and a code of recovery.
    await page.getByRole('button', { name: 'Sair' }).click();
    await page.getByRole('link', { name: 'Entrar' }).click();
    await page.getByRole('button', { name: 'Entrar com uma chave de acesso' }).click();
    await page.getByRole('button', { name: 'Sair' }).click();
    await page.getByRole('link', { name: 'Entrar' }).click();
    await page.locator('#email').fill(email);
    await page.locator('#senha').fill(senha);
    await page.getByRole('button', { name: 'Entrar', exact: true }).click();
    await page.getByRole('button', { name: 'Usar um código de recuperação' }).click();
    await page.getByLabel('Código de recuperação').fill(code);
    await page.getByRole('button', { name: 'Continuar' }).click();

    await page.waitForURL(`${site}/`);
    await page.goto(`${site}/conta/sessoes`);
    await page.getByText('este aparelho').waitFor();
    await page.goto(`${site}/conta/preferencias`);
    await page.getByLabel('Não me avisem').check();
    await page.getByLabel('Lembretes, SMS').uncheck();
    await page.getByRole('button', { name: 'Guardar' }).click();
    await page.getByText('Guardado.').waitFor();
    await page
      .getByRole('button', { name: /^Aceitar: / })
      .first()
      .click();
    await page.getByText('Você aceitou.').waitFor();
    await page.reload();
    await page.getByText('Você aceitou.').waitFor();
    expect(await page.getByLabel('Lembretes, SMS').isChecked()).toBe(false);
    await page.goto(`${site}/conta/exportacao`);
    await page.getByRole('button', { name: 'Pedir os meus dados' }).click();
    await page.getByText(/^Reunindo|^Pronto/).waitFor();

    await page.goto(`${site}/conta`);
    await page.getByRole('button', { name: 'Apagar a conta' }).click();
    await page.getByRole('dialog').getByLabel('Senha').fill(senha);
    await page.getByRole('button', { name: 'Apagar para sempre' }).click();
    await page.getByRole('heading', { name: 'Comprovante do apagamento' }).waitFor();
    await page.getByText(/^Conferindo|^Apagando|^Tudo foi apagado/).waitFor();
    await page.getByRole('link', { name: 'Entrar' }).waitFor();
    expect(new URL(page.url()).hash).toBe('');
  });

  it('uma sessão que se encerra noutro lugar acaba aqui, com o que mostrava', async () => {
    await logIn({ site, page });
    await page.goto(`${site}/reservas`);
    await page.getByRole('heading', { name: 'Minhas reservas' }).waitFor();
    const other = await browser.newContext({ locale: 'pt-BR' });
    const elsewhere = await other.newPage();
    elsewhere.setDefaultTimeout(DEADLINE_MS);
    await logIn({ site, page: elsewhere });
    await elsewhere.goto(`${site}/conta/sessoes`);
    await elsewhere.getByRole('button', { name: 'Sair de todos os outros' }).click();
    await page.waitForURL(/\/entrar\?volta=/);
    await other.close();
  });

  it('o token não fica onde outro script o acharia', async () => {
    await logIn({ site, page });
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(kept).not.toMatch(/eyJ|[A-Za-z0-9_-]{43}/);
    await page.reload();
    await page.getByRole('button', { name: 'Sair' }).click();
    await page.getByRole('link', { name: 'Entrar' }).waitFor();
  });

  it('quem sai sem que o servidor o ouça está fora aqui, ouve que falta, e a visita seguinte o diz', async () => {
    await logIn({ site, page });
    await page.route('**/sessoes/encerramento', (route) => route.abort());
    await page.getByRole('button', { name: 'Sair' }).click();
    await page.getByRole('alert').getByText('o servidor ainda não soube').waitFor();
    await page.getByRole('link', { name: 'Entrar' }).waitFor();
    await page.unroute('**/sessoes/encerramento');
    const told = page.waitForResponse('**/sessoes/encerramento');
    await page.reload();
    expect((await told).status()).toBe(204);
    expect(await page.context().cookies()).toEqual([]);
  });

  it('em cada tela e língua, clara e escura, larga e estreita: nada rola de lado, e o axe nada acha', async () => {
    for (const locale of ['pt-BR', 'en'] as const) {
      await page.context().close();
      page = await newPage({ locale });
      for (const { name, open } of screens) {
        await page.setViewportSize({ width: 1_280, height: 900 });
        await open({ site, page });
        for (const [colorScheme, width] of looks[locale]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          const where = [name, locale, colorScheme, width].join(' ');
          const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
          expect([where, overflow <= 0]).toEqual([where, true]);
          expect([where, await violations(page)]).toEqual([where, []]);
        }
      }
    }
  });

  it('o que a primeira visita carrega cabe no que se prometeu: 130 kB de scripts, 20 kB de estilos', async () => {
    const loaded: { type: string; url: string }[] = [];
    page.on('response', (response) => loaded.push({ type: response.request().resourceType(), url: response.url() }));
    await page.goto(site);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .waitFor();
    const sizeOf = (type: string): number =>
      loaded
        .filter((one) => one.type === type)
        .reduce((sum, { url }) => {
          const file = join(root, 'apps/site/dist', new URL(url).pathname);
          return sum + gzipSync(readFileSync(file), { level: 9 }).length;
        }, 0);
    expect(sizeOf('script')).toBeLessThanOrEqual(130_000);
    expect(sizeOf('stylesheet')).toBeLessThanOrEqual(20_000);
    expect(loaded.filter(({ url }) => !url.startsWith(site))).toEqual([]);
  });
});
