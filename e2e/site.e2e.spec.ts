import { createECDH } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { totp } from '../tools/demo/account.ts';
import { Person, type Slot, until, Visitor } from '../tools/demo/client.ts';
import { demoLogins, demoPassword } from '../tools/platform/demo-accounts.ts';
import { siteUrl } from '../tools/apps.ts';
import { root } from '../tools/cli/paths.ts';
import { launchBrowser } from '../tools/site/browser.ts';
import { observeVitals, vitalsOf } from '../tools/site/vitals.ts';
import { logIn, screens } from '../tools/site/screens.ts';
import { flaws, openPage } from './navegador.ts';
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
  platform = await E2ePlatform.start({ settings: vapidKeys() });
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
  // What its service worker answers no spec could take the network away from; those about it say so.
  const opened = await openPage(browser, complaints, { serviceWorkers: 'block', ...options });
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

/** How many days ahead a Tuesday is, three at least: on weekends prices do not depend on the hour. */
const toTuesday = (): number => 3 + ((7 + 2 - ((new Date(Date.now() - 3 * 3_600_000).getUTCDay() + 3) % 7)) % 7);

/** A day at the places of the demonstration. */
const dayAhead = async (days: number): Promise<string> =>
  page.evaluate<string>(
    `new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Sao_Paulo' }).format(Date.now() + ${days * 86_400_000})`,
  );
async function inSight(target: Locator): Promise<boolean> {
  const box = await target.boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0);
}

/** As whoever runs the house makes them once (RFC 8292). */
function vapidKeys(): Record<string, string> {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return {
    VAPID_PUBLICA: pair.getPublicKey('base64url'),
    VAPID_PRIVADA: pair.getPrivateKey().toString('base64url').padStart(43, 'A'),
  };
}

/** The client of the demonstration, by the API: what a browser need not do is prepared so. */
async function client(): Promise<Person> {
  const email = demoLogins.find((one) => one.email.startsWith('cliente'))?.email ?? '';
  const { body } = await new Visitor(platform.state).api('POST /v1/sessoes', { corpo: { email, senha: demoPassword } });
  if ('desafio' in body) throw new Error('a conta da demonstração pede um segundo fator');
  return Person.withToken(platform.state, 'cliente', body.tokenAcesso);
}

/** So many days from today at an hour of São Paulo. */
function at(espacoId: string, days: number, hour: number, minutes = 60): Slot {
  const day = new Date(Date.now() + days * 86_400_000 - 3 * 3_600_000).toISOString().slice(0, 10);
  const inicio = Date.parse(`${day}T00:00:00-03:00`) + hour * 3_600_000;
  return { espacoId, inicio: new Date(inicio).toISOString(), fim: new Date(inicio + minutes * 60_000).toISOString() };
}

/** Booked by the API, and paid with a good card. */
async function booked(person: Person, slot: Slot): Promise<string> {
  const { id } = await person.book(slot);
  await person.pay(id, 'pm_card_visa');
  await person.until(id, 'a reserva confirmada', ({ reserva }) => reserva.status === 'CONFIRMADA');
  return id;
}

/** Asks the emulator for what the provider, or a bank, would do by itself. */
async function emulator(path: string, body: object = {}): Promise<void> {
  const response = await fetch(`${platform.state.stripe.apiBase}/_emulador/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`o emulador respondeu ${response.status}: ${await response.text()}`);
}

const intentOf = async (person: Person, id: string): Promise<string> =>
  (await person.until(id, 'a cobrança aberta', ({ pagamento }) => Boolean(pagamento?.provedor))).pagamento?.provedor
    ?.paymentIntentId ?? '';

/** From then on its service worker is asked for what the page wants. */
const controlled = (): Promise<true> =>
  until(
    'o service worker',
    async () => (await page.evaluate<boolean>('navigator.serviceWorker.controller !== null')) || undefined,
    DEADLINE_MS,
  );

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
    await other.getByText('Sala Guanabara').first().waitFor({ state: 'detached' });
    // Whoever logs in next reads their own, and Back leads to nothing of the one before.
    await page.goBack();
    await page.waitForURL(/\/entrar/);
    await page.getByText('Sala Guanabara').first().waitFor({ state: 'detached' });
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
    await page.goto(`${site}/?texto=Lagoa&dia=${await dayAhead(toTuesday())}`);
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
    await dialog.getByLabel('Dia').fill(await dayAhead(toTuesday() + 1));
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

  it('mudar para mais barato diz antes quanto volta, pelos preços de quando se reservou, e o próprio horário não atrapalha', async () => {
    const person = await client();
    const { id: espacoId } = await person.findSpace('Quadra da Lagoa');
    const id = await booked(person, at(espacoId, toTuesday() + 7, 19, 120));
    await logIn({ site, page });
    await page.goto(`${site}/reservas/${id}`);
    await page.getByRole('button', { name: 'Mudar o horário' }).click();
    const dialog = page.getByRole('dialog');
    // Half of it is one's own.
    await dialog.getByRole('button', { name: '20:00' }).waitFor();
    await dialog.getByRole('button', { name: '10:00' }).click();
    const [said = ''] =
      /R\$\s[\d.]+,\d\d/.exec((await dialog.getByText(/Custa menos: voltam/).textContent()) ?? '') ?? [];
    await dialog.getByRole('button', { name: 'Mudar para este horário' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText(/, 10:00–12:00/).waitFor();
    const { reserva } = await person.details(id);
    const back = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });
    const { itens } = (await person.api('GET /v1/pagamentos', { consulta: { reservaId: id } })).body;
    expect(back.format(((itens[0]?.valorCentavos ?? 0) - reserva.pagoCentavos) / 100)).toBe(said);
  });

  it('cancelar diz antes o que volta, e por um momento se desfaz; ao sair da página, já foi', async () => {
    const person = await client();
    const { id: espacoId } = await person.findSpace('Sala Guanabara');
    const id = await booked(person, at(espacoId, 11, 15));
    await logIn({ site, page });
    await page.goto(`${site}/reservas/${id}`);
    const cancel = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Cancelar a reserva' }).click();
      await page
        .getByRole('dialog')
        .getByText(/tudo o que você pagou/)
        .waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancelar a reserva' }).click();
      await page.getByRole('heading', { name: /a reserva vai ser cancelada/ }).waitFor();
    };
    await cancel();
    // Whoever uses the keyboard is where it can be taken back.
    expect(await page.locator(':focus').textContent()).toBe('Desfazer');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Mudar o horário' }).waitFor();
    expect((await person.details(id)).reserva.status).toBe('CONFIRMADA');
    await cancel();
    await page.goto('about:blank');
    await person.until(id, 'o cancelamento', ({ reserva }) => reserva.status === 'CANCELADA');
  });

  it('toda semana: sem a que não dá, paga-se tudo de uma vez, e depois se cancela uma, ou as seguintes', async () => {
    const person = await client();
    const { id: espacoId } = await person.findSpace('Sala Jacarandá');
    await person.book(at(espacoId, 27, 17));
    await logIn({ site, page });
    await page.goto(
      `${site}/recorrencia?dia=${await dayAhead(20)}&hora=17:00&vezes=3&cidade=S%C3%A3o%20Paulo&pessoas=12&tipo=SALA`,
    );
    await page.getByRole('button', { name: /^Sem 1 das 3 ocorrências: Sala Jacarandá/ }).click();
    await page.getByRole('button', { name: 'Reservar e pagar' }).click();
    await page.waitForURL(/\/series\//);
    await page.getByText(/^Ficaram de fora: /).waitFor();
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(2);
    await page.getByRole('link', { name: /^Pagar tudo de uma vez/ }).click();
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await confirmed();
    await page.getByRole('link', { name: 'Ver todas as vezes desta série' }).click();
    await page.getByText('Confirmada', { exact: true }).nth(1).waitFor();
    await page
      .getByRole('button', { name: /^Cancelar a de / })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/tudo o que você pagou/).waitFor();
    await dialog.getByRole('combobox').selectOption('ESTA_E_SEGUINTES');
    await dialog.getByRole('button', { name: 'Cancelar 2 reservas' }).waitFor();
    await dialog.getByRole('combobox').selectOption('ESTA');
    await dialog.getByRole('button', { name: 'Cancelar uma reserva' }).click();
    await page.getByRole('button', { name: 'Cancelar já' }).click();
    await page.getByText('Cancelada', { exact: true }).waitFor();
    expect(await page.getByText('Confirmada', { exact: true }).count()).toBe(1);
  });

  it('de quem espera na lista, o horário que ficou livre se aceita e se paga', async () => {
    const person = await client();
    const other = await Person.register(platform.state, 'Nilo');
    const { id: espacoId } = await person.findSpace('Estúdio Arpoador');
    const slot = at(espacoId, 13, 16);
    const { id } = await other.book(slot);
    await person.api('POST /v1/fila', { corpo: { ...slot, flexibilidadeMinutos: 0 } });
    await logIn({ site, page });
    await page.goto(`${site}/fila`);
    await page.getByText('Esperando', { exact: true }).waitFor();
    await other.api('POST /v1/reservas/:id/cancelamento', { parametros: { id } });
    await page.getByRole('link', { name: 'Aceitar e pagar' }).click();
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await confirmed();
    await page.goto(`${site}/fila`);
    await page.getByText('Conseguido').waitFor();
  });

  it('um Pix que venceu dá lugar a outro, e o que se paga no fim do prazo é conferido antes de se dizer o que houve', async () => {
    const person = await client();
    await logIn({ site, page });
    await hold('Sala Guanabara');
    const id = /reservas\/([^/]+)/.exec(page.url())?.[1] ?? '';
    await page.getByRole('radio', { name: 'Pix' }).check();
    await page.getByRole('button', { name: 'Gerar o código Pix' }).click();
    await page.getByRole('img', { name: /QR Code/ }).waitFor();
    await emulator(`pix/${await intentOf(person, id)}/expirar`);
    await page.getByRole('heading', { name: 'Este código venceu' }).waitFor();
    await page.getByRole('button', { name: 'Gerar novo código' }).click();
    await page.getByRole('img', { name: /QR Code/ }).waitFor();
    await emulator(`pix/${await intentOf(person, id)}/pagar`);
    await confirmed();

    // Of a hold of seconds: paid, and the platform does not hear of it until it asks.
    const { id: cabine } = await person.findSpace('Cabine Relâmpago');
    const short = await person.book(await person.freeSlot(cabine, 30));
    await person.breakPayment(short.id, { tipo: 'webhook_perdido', vezes: null });
    await person.breakPayment(short.id, { tipo: 'latencia', operacao: 'payment_intents.cancel', ms: 4_000 });
    expect((await person.pay(short.id, 'pm_card_visa')).status).toBe(200);
    await page.goto(`${site}/reservas/${short.id}/pagar`);
    await page
      .getByText(/^Pagamento enviado$|^O prazo acabou; estamos conferindo/)
      .first()
      .waitFor();
    await confirmed();
  });

  it('a conexão que cai depois de pagar e a notícia que tarda não cobram duas vezes nem mandam pagar o que está pago', async () => {
    const person = await client();
    await logIn({ site, page });
    await hold('Sala Rio Negro');
    const id = /reservas\/([^/]+)/.exec(page.url())?.[1] ?? '';
    const intent = await intentOf(person, id);
    await person.breakPayment(id, { tipo: 'webhook_atrasado', evento: 'payment_intent.succeeded', ms: 60_000 });
    await page.route(
      '**/confirm',
      async (route) => {
        // It is paid; that it is, is lost on the way.
        await route.fetch();
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await page.getByRole('alert').getByText('Não recebemos resposta').waitFor();
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await page.getByRole('heading', { name: 'Pagamento enviado' }).waitFor();
    await page.getByRole('link', { name: 'Ver a reserva' }).click();
    await page.getByRole('heading', { name: 'Pagamento enviado' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Pagamento enviado' }).waitFor();
    await emulator('webhooks/reenviar', { payment_intent: intent, tipo: 'payment_intent.succeeded' });
    await confirmed();
    const ledger = (await (
      await fetch(`${platform.state.stripe.apiBase}/_emulador/razao?payment_intent=${intent}`)
    ).json()) as { lancamentos: { tipo: string }[] };
    expect(ledger.lancamentos.map(({ tipo }) => tipo)).toEqual(['captura']);
  });

  it('quem volta, passo a passo, não perde o que escolheu nem o que está retido', async () => {
    await logIn({ site, page });
    await page.goto(`${site}/?texto=Guanabara&dia=${await dayAhead(6)}`);
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByRole('link', { name: 'Continuar' }).click();
    await page.getByRole('button', { name: 'Reservar e pagar' }).waitFor();
    const check = page.url();
    await page.goBack();
    await page.getByRole('link', { name: 'Continuar' }).waitFor();
    await page.goBack();
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .waitFor();
    await page.goForward();
    await page.goForward();
    await page.getByRole('button', { name: 'Reservar e pagar' }).waitFor();
    expect(page.url()).toBe(check);
    await page.getByRole('button', { name: 'Reservar e pagar' }).click();
    await page.waitForURL(/\/pagar$/);
    const paying = page.url();
    await page.goBack();
    await page.getByRole('heading', { name: 'Um horário deste espaço está retido para você' }).waitFor();
    await page.getByRole('link', { name: 'Ir para o pagamento' }).click();
    await page.waitForURL(paying);
    await page.getByRole('button', { name: 'Pagar', exact: true }).click();
    await confirmed();
    await page.goBack();
    await page.getByRole('heading', { name: 'Quando' }).waitFor();
  });

  it('num aparelho dez minutos adiantado, o prazo que se vê é o do servidor', async () => {
    await page.clock.install({ time: Date.now() + 600_000 });
    await logIn({ site, page });
    await hold('Sala Jacarandá');
    const timer = page.getByRole('timer');
    await timer.waitFor();
    const [, minutes = 0] = /^(\d+):\d\d$/.exec((await timer.textContent()) ?? '')?.map(Number) ?? [];
    expect(minutes).toBeGreaterThanOrEqual(11);
    expect(minutes).toBeLessThanOrEqual(15);
  });

  it('sem rede, abrem-se a casca e as próprias reservas com o código; sair da conta apaga o que se guardava', async () => {
    const person = await client();
    const { id: espacoId } = await person.findSpace('Sala Guanabara');
    const id = await booked(person, at(espacoId, 12, 9));
    const code = (await person.details(id)).reserva.checkin?.codigo ?? '';
    await page.context().close();
    page = await newPage({ serviceWorkers: 'allow', permissions: ['notifications'] });
    await logIn({ site, page });
    const kept = (): Promise<string | null> =>
      page.evaluate<string | null>(`localStorage.getItem('reservas-guardadas')`);
    await until(
      'as reservas guardadas',
      async () => ((await kept())?.includes(code) === true ? true : undefined),
      DEADLINE_MS,
    );
    await controlled();
    await page.context().setOffline(true);
    await page.goto(`${site}/reservas`);
    await page.waitForURL(/\/sem-rede$/);
    await page.getByText(`${code.slice(0, 4)}-${code.slice(4)}`).waitFor();
    expect(await page.getByRole('img', { name: /QR Code/ }).count()).toBeGreaterThan(0);
    expect(await kept()).not.toMatch(/eyJ|clientSecret|_secret_/);
    await page.context().setOffline(false);
    await page.getByRole('link', { name: 'Tentar de novo' }).click();
    await page.getByRole('heading', { name: 'Minhas reservas' }).waitFor();
    await page.getByRole('button', { name: 'Sair' }).click();
    await page.getByRole('link', { name: 'Entrar' }).waitFor();
    expect(await kept()).toBeNull();
  });

  it('um aviso chega ao navegador sem página aberta nele, e só leva a páginas daqui', async () => {
    await page.context().close();
    page = await newPage({ serviceWorkers: 'allow', permissions: ['notifications'] });
    await page.goto(site);
    await controlled();
    const cdp = await page.context().newCDPSession(page);
    const registered = new Promise<string>((found) =>
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [one] = registrations;
        if (one) found(one.registrationId);
      }),
    );
    await cdp.send('ServiceWorker.enable');
    const data = JSON.stringify({
      id: 'aviso-1',
      titulo: 'Reserva confirmada',
      texto: 'Sala Ipê',
      caminho: '/reservas',
    });
    await cdp.send('ServiceWorker.deliverPushMessage', { origin: site, registrationId: await registered, data });
    await until(
      'o aviso',
      async () =>
        (await page.evaluate<boolean>(`navigator.serviceWorker.ready
          .then((registration) => registration.getNotifications())
          .then((all) => all.some(({ title, body, tag }) => title === 'Reserva confirmada' && body === 'Sala Ipê' && tag === 'aviso-1'))`)) ||
        undefined,
      DEADLINE_MS,
    );
    // Who has not asked for it is subscribed to nothing; whoever may, is offered it.
    await logIn({ site, page });
    await page.goto(`${site}/conta/preferencias`);
    await page.getByRole('button', { name: 'Avisar neste navegador' }).waitFor();
    expect(
      await page.evaluate('navigator.serviceWorker.ready.then((r) => r.pushManager.getSubscription())'),
    ).toBeNull();
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
      expect(await flaws(screens, { site, page }, locale)).toEqual([]);
    }
  });

  it('o que a primeira visita carrega cabe no que se prometeu: 130 kB de scripts, 20 kB de estilos, e nada pula do lugar', async () => {
    const loaded: { type: string; url: string }[] = [];
    page.on('response', (response) => loaded.push({ type: response.request().resourceType(), url: response.url() }));
    await observeVitals(page);
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
    // Nothing moves away from under a finger, then or on the way.
    await page
      .getByRole('link', { name: /^Livre / })
      .first()
      .click();
    await page.getByRole('link', { name: 'Continuar' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Criar conta' }).waitFor();
    expect((await vitalsOf(page)).cls).toBeLessThanOrEqual(0.05);
  });
});
