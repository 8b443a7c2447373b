import type { Page } from 'playwright-core';
import { until } from '../demo/client.ts';
import { demoLogins, demoPassword } from '../platform/demo-accounts.ts';

/** Where one is on the way, for what comes after. */
export interface Way {
  /** The origin of the site. */
  readonly site: string;
  readonly page: Page;
}

export interface Screen {
  readonly name: string;
  /** Goes there, from wherever the screen before has led, and waits until it shows what it is for. */
  readonly open: (way: Way) => Promise<void>;
}

const firstFree = (page: Page) => page.getByRole('link', { name: /^(Livre|Free) / }).first();

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Logs in as the client of the demonstration. */
export async function logIn({ site, page }: Way): Promise<void> {
  const client = demoLogins.find(({ email }) => email.startsWith('cliente'));
  await page.goto(`${site}/entrar`);
  await page.locator('#email').fill(client?.email ?? '');
  await page.locator('#senha').fill(demoPassword);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(`${site}/`);
}

/** Every screen of the site, in the order of the way through it: of each there are pictures, and axe finds nothing. */
export const screens: readonly Screen[] = [
  {
    name: 'busca',
    open: async ({ site, page }) => {
      await page.goto(site);
      await firstFree(page).waitFor();
    },
  },
  {
    name: 'busca-com-filtros',
    open: async ({ site, page }) => {
      await page.goto(`${site}/?cidade=Manaus&recursos=projetor&pessoas=5`);
      await firstFree(page).waitFor();
    },
  },
  {
    name: 'busca-sem-nada',
    open: async ({ site, page }) => {
      await page.goto(`${site}/?cidade=Manaus&tipo=MESA`);
      await page.locator('h2').first().waitFor();
    },
  },
  {
    name: 'busca-no-passado',
    open: async ({ site, page }) => {
      await page.goto(`${site}/?dia=2025-01-10`);
      await page.locator('main h2').first().waitFor();
    },
  },
  {
    name: 'espaco',
    open: async ({ site, page }) => {
      await page.goto(site);
      await firstFree(page).click();
      await page.locator('a[href*="/conferir"]').waitFor();
    },
  },
  {
    name: 'conferir-anonima',
    open: async ({ page }) => {
      await page.locator('a[href*="/conferir"]').click();
      await page.locator('main a[href^="/entrar"]').waitFor();
    },
  },
  { name: 'entrar', open: async ({ site, page }) => void (await page.goto(`${site}/entrar`)) },
  {
    name: 'cadastro-com-erros',
    open: async ({ site, page }) => {
      await page.goto(`${site}/cadastro`);
      await page.locator('form button[type=submit]').click();
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'convite-sem-link', open: async ({ site, page }) => void (await page.goto(`${site}/convite`)) },
  { name: 'nao-encontrada', open: async ({ site, page }) => void (await page.goto(`${site}/nada/aqui`)) },
  {
    name: 'conferir',
    open: async (way) => {
      const { site, page } = way;
      await logIn(way);
      // Of the venues, one whose price depends on the hour.
      await page.goto(`${site}/?texto=lagoa&dia=${inDays(2 + Math.random() * 20)}`);
      await firstFree(page).click();
      await page.locator('a[href*="/conferir"]').click();
      await page.locator('main dl dl').waitFor();
    },
  },
  {
    name: 'pagar',
    open: async ({ page }) => {
      await page.locator('main > div > div button').last().click();
      await page.waitForURL(/\/pagar$/);
      await page.locator('input[name=metodo]').first().waitFor();
    },
  },
  {
    name: 'pagar-pix',
    open: async ({ page }) => {
      await page.locator('input[name=metodo][value=PIX]').check();
      await page.locator('form button[type=submit]').click();
      await page.locator('code').waitFor();
    },
  },
  {
    name: 'reserva-a-pagar',
    open: async ({ page }) => {
      await page.goto(page.url().replace(/\/pagar$/, ''));
      await page.getByRole('timer').waitFor();
    },
  },
  {
    name: 'reserva-confirmada',
    open: async ({ page }) => {
      await page.goto(`${page.url()}/pagar`);
      await page.locator('input[name=metodo][value=CARTAO]').check();
      await page.locator('form button[type=submit]').click();
      await page.waitForURL(/\/reservas\/[^/]+$/);
      await page.getByText(/Reserva confirmada|Booking confirmed/).waitFor();
    },
  },
  {
    name: 'convidados',
    open: async ({ page }) => {
      await page
        .getByRole('textbox', { name: /E-mails de quem|E-mails of whom/ })
        .fill('bia@exemplo.com caio@exemplo.org');
      await page.getByRole('button', { name: /^(Convidar|Invite)$/ }).click();
      await page.getByText('caio@exemplo.org').waitFor();
    },
  },
  {
    name: 'sem-rede',
    open: async ({ site, page }) => {
      // What is kept without a network is kept a moment after the screen is there.
      await until(
        'as reservas guardadas',
        async () =>
          (await page.evaluate<boolean>(
            `localStorage.getItem('reservas-guardadas')?.includes('"codigo":"') === true`,
          )) || undefined,
      );
      await page.goto(`${site}/sem-rede`);
      await page.locator('main svg[role=img]').first().waitFor();
    },
  },
  {
    name: 'recibo',
    open: async ({ page }) => {
      await page.goBack();
      await page.getByRole('link', { name: /Recibos|Receipts/ }).click();
      await page.locator('main section h2').first().waitFor();
    },
  },
  {
    name: 'remarcar',
    open: async ({ page }) => {
      await page.goBack();
      await page.getByRole('button', { name: /Mudar o horário|Change the time/ }).click();
      await page.locator('dialog li button:not([aria-pressed=true])').nth(2).click();
      await page
        .locator('dialog')
        .getByText(/Custa|It costs|Não há nada a pagar|There is nothing to pay/)
        .waitFor();
    },
  },
  {
    name: 'cancelar',
    open: async ({ page }) => {
      await page.reload();
      await page.getByRole('button', { name: /Cancelar a reserva|Cancel the booking/ }).click();
      await page
        .locator('dialog')
        .getByText(/volta|comes? back/i)
        .waitFor();
    },
  },
  {
    name: 'cancelando',
    open: async ({ page }) => {
      await page
        .locator('dialog')
        .getByRole('button', { name: /Cancelar a reserva|Cancel the booking/ })
        .click();
      await page.getByRole('button', { name: /Desfazer|Undo/ }).waitFor();
    },
  },
  {
    name: 'reserva-cancelada',
    open: async ({ page }) => {
      await page.getByRole('button', { name: /Cancelar já|Cancel now/ }).click();
      await page.getByText(/Você cancelou|You cancelled/).waitFor();
    },
  },
  {
    name: 'reservas',
    open: async ({ site, page }) => {
      await page.goto(`${site}/reservas`);
      await page.locator('main h3').first().waitFor();
    },
  },
  {
    name: 'recorrencia',
    open: async ({ site, page }) => {
      const day = inDays(20 + Math.random() * 200);
      await page.goto(`${site}/recorrencia?dia=${day}&hora=10:00&vezes=4&cidade=Manaus`);
      await page.locator('main section h2').first().waitFor();
    },
  },
  {
    name: 'recorrencia-precos',
    open: async ({ page }) => {
      await page.locator('main section button').first().click();
      await page.getByText('Total', { exact: true }).waitFor();
    },
  },
  {
    name: 'serie-a-pagar',
    open: async ({ page }) => {
      await page.getByRole('button', { name: /Reservar e pagar|Book and pay/ }).click();
      await page.waitForURL(/\/series\//);
      await page.getByRole('timer').waitFor();
    },
  },
  {
    name: 'serie',
    open: async ({ page }) => {
      const series = page.url();
      await page.locator('main a[href$="/pagar"]').click();
      await page.locator('input[name=metodo][value=CARTAO]').check();
      await page.locator('form button[type=submit]').click();
      await page.getByText(/Reserva confirmada|Booking confirmed/).waitFor();
      await page.goto(series);
      await page
        .getByRole('button', { name: /^(Mudar o horário da de|Change the time of)/ })
        .first()
        .waitFor();
    },
  },
  {
    name: 'remarcar-serie',
    open: async ({ page }) => {
      await page
        .getByRole('button', { name: /^(Mudar o horário da de|Change the time of)/ })
        .first()
        .click();
      await page.locator('dialog select').selectOption('TODAS');
      await page.locator('dialog li button:not([aria-pressed=true])').nth(2).click();
      await page.locator('dialog strong').waitFor();
    },
  },
  {
    name: 'fila',
    open: async ({ site, page }) => {
      await page.goto(`${site}/fila`);
      await page.locator('main h1').waitFor();
    },
  },
  {
    name: 'conta',
    open: async ({ site, page }) => {
      await page.goto(`${site}/conta`);
      await page.locator('main nav').waitFor();
    },
  },
  ...['sessoes', 'chaves-de-api', 'provedores', 'preferencias', 'exportacao'].map((name): Screen => ({
    name,
    open: async ({ site, page }) => {
      await page.goto(`${site}/conta/${name}`);
      await page.locator('main h1').waitFor();
    },
  })),
];
