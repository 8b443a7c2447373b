import { demoLogins, demoPassword } from '../platform/demo-accounts.ts';
import type { Screen, Way } from '../site/screens.ts';

/** Logs in as one of the demonstration's staff. */
export async function logInAs(who: 'admin' | 'operador', { site, page }: Way): Promise<void> {
  const account = demoLogins.find(({ email }) => email.startsWith(who));
  await page.goto(`${site}/entrar`);
  await page.locator('#email').fill(account?.email ?? '');
  await page.locator('#senha').fill(demoPassword);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL(`${site}/`);
}

/** A screen whose address says all, once it shows something by this selector. */
const at = (name: string, path: string, shows: string): Screen => ({
  name,
  open: async ({ site, page }) => {
    await page.goto(`${site}${path}`);
    await page.locator(shows).first().waitFor();
  },
});

/** Every screen of the panel: of each there are pictures, and axe finds nothing. */
export const screens: readonly Screen[] = [
  at('entrar', '/entrar', '#senha'),
  at('entrar-ligar', '/entrar/ligar', '#senha'),
  at('entrar-segundo-fator', '/entrar/segundo-fator', 'main h1'),
  {
    name: 'agora',
    open: async (way) => {
      await logInAs('admin', way);
      await way.page.locator('#saude').waitFor();
    },
  },
  at('reservas', '/reservas', 'tbody a'),
  {
    name: 'reserva',
    open: async ({ page }) => {
      await page.locator('tbody a').first().click();
      await page.locator('ol details').first().waitFor();
    },
  },
  {
    name: 'reserva-cancelar',
    open: async ({ site, page }) => {
      await page.goto(`${site}/reservas?status=CONFIRMADA`);
      await page.locator('tbody a').first().click();
      await page.getByRole('button', { name: /^(Cancelar a reserva|Cancel the booking)$/ }).click();
      await page.locator('dialog dl').waitFor();
    },
  },
  at('mensagens-mortas', '/mensagens-mortas', 'main h1 + p + *'),
  at('sagas', '/sagas', 'tbody a'),
  at('conciliacao', '/conciliacao', 'section:nth-of-type(3) p, section:nth-of-type(3) table'),
  at('disputas', '/disputas', 'main select'),
  at('auditoria', '/auditoria', 'tbody button'),
  at('calendario', '/calendario', '[role=gridcell]'),
  at('calendario-semana', '/calendario?vista=semana', '[role=gridcell]'),
  {
    name: 'calendario-tomar',
    open: async ({ site, page }) => {
      await page.goto(`${site}/calendario`);
      await page.getByRole('gridcell').first().press('Enter');
      await page.locator('dialog textarea').waitFor();
    },
  },
  at('aprovacoes', '/aprovacoes', 'main h1'),
  at('espacos', '/espacos', 'tbody a'),
  {
    name: 'espaco',
    open: async ({ page }) => {
      await page.locator('tbody a').first().click();
      await page.locator('#seguidos + p + p').waitFor();
    },
  },
  at('espaco-novo', '/espacos/novo', 'main section li'),
  at('planilhas', '/planilhas', 'main input[type=file]'),
  at('feriados', '/feriados', 'main h1'),
  at('fila', '/fila', 'main h1 + *:not([role=status])'),
  at('cupons', '/cupons', 'main h1'),
  at('relatorios', '/relatorios', 'main table, main h1 + * + p:not([role])'),
  at('relatorio-receita', '/relatorios?tipo=receita', 'main table, main h1 + * + p:not([role])'),
  at('pessoas', '/pessoas', 'tbody tr'),
  at('grupos', '/grupos', 'main h1'),
  at('ganchos', '/ganchos', 'main h1'),
  at('avisos', '/avisos', 'main h1'),
  at('nao-encontrada', '/nada/aqui', 'main h1'),
];
