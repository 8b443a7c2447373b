import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { databaseUrl } from '../../infra/provision-databases.ts';
import { siteUrl } from '../../apps.ts';
import { launchBrowser } from '../../site/browser.ts';
import { spreadOf } from '../figures.ts';
import { asAdmin } from '../occupations.ts';
import { Platform } from '../platform.ts';
import type { Place } from '../place.ts';
import type { Row, Scenario } from '../scenario.ts';

/** Beyond what other scenarios book. */
const daysAhead = 60;
const dayMs = 86_400_000;
/** Each of two hours, every three: a house that is well used. */
const perDay = 6;
const deadlineMs = 60_000;

/** How long an administrator waits for the calendar, from its address until it can be used, in a browser that knows the panel. */
export const painel: Scenario = {
  title: 'O calendário do painel, no Chromium',
  async run(place) {
    const platform = await Platform.of(place);
    const first = new Date(Math.floor(Date.now() / dayMs) * dayMs + daysAhead * dayMs);
    await asAdmin(databaseUrl(place.servers.urls.postgres, 'reservas'), (client) =>
      client.query(
        `WITH novos AS (
           INSERT INTO bloqueios (id, espaco_id, inicio, fim, motivo, autor_id)
           SELECT gen_random_uuid(), e.id, inicio, inicio + interval '2 hours', 'Medida', $3
             FROM espacos e, generate_series(0, 8 * ${perDay}) n
            CROSS JOIN LATERAL (SELECT $1::timestamptz + n * make_interval(hours => $2) AS inicio) quando
           RETURNING id, espaco_id, inicio, fim)
         INSERT INTO ocupacoes (unidade_id, periodo, origem, bloqueio_id)
         SELECT u.unidade_id, tstzrange(n.inicio, n.fim), 'BLOQUEIO', n.id
           FROM novos n JOIN espaco_unidades u ON u.espaco_id = n.espaco_id`,
        [first, 24 / perDay, randomUUID()],
      ),
    );
    const token = await platform.clientela.newToken('ADMIN');
    const browser = await launchBrowser();
    try {
      const page = await asStaff(browser, token);
      // So that all of the day, and of the week, wherever one is, has its rows.
      const dia = new Date(first.getTime() + dayMs).toISOString().slice(0, 10);
      const calendar = `${siteUrl('bff-admin', place.portOffset)}/calendario?dia=${dia}`;
      return {
        rows: [
          await usable(place, page, calendar, {
            id: 'painel-dia',
            title: 'calendário de 300 espaços, um dia',
            rows: 300,
            next: 'Mandar só as linhas à vista, e as outras ao rolar',
          }),
          await usable(place, page, `${calendar}&vista=semana`, {
            id: 'painel-semana',
            title: 'calendário de 50 espaços, uma semana',
            rows: 50,
            next: 'O mesmo, por dias',
          }),
        ],
      };
    } finally {
      await browser.close();
    }
  },
};

/** The applications of a bench believe its own tokens and nobody logs in by auth: the panel is given one as if by its cookie. */
async function asStaff(browser: Browser, tokenAcesso: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'pt-BR', timezoneId: 'UTC' });
  await context.addInitScript(`localStorage.setItem('sessao-lembrada', '1')`);
  const page = await context.newPage();
  page.setDefaultTimeout(deadlineMs);
  await page.route('**/navegador/sessoes/renovacao', (route) =>
    route.fulfill({
      json: {
        tokenAcesso,
        expiraEmSegundos: 3_600,
        sessaoExpiraEm: new Date(Date.now() + dayMs).toISOString(),
        usuario: { id: randomUUID(), nome: 'Medida', email: 'medida@exemplo.com', papeis: ['ADMIN'], idioma: 'pt-BR' },
      },
    }),
  );
  return page;
}

/** Of a document: ms from its beginning until all rows are there, drawn, and something else could be. */
const WHEN_USABLE = (rows: number): string => `new Promise((resolve) => {
  const look = () =>
    document.querySelectorAll('[role=gridcell]').length >= ${rows}
      ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
      : requestAnimationFrame(look);
  look();
})`;

async function usable(
  place: Place,
  page: Page,
  address: string,
  { id, title, rows, next }: Pick<Row, 'id' | 'title' | 'next'> & { rows: number },
): Promise<Row> {
  const visit = async (): Promise<number> => {
    await page.goto(address, { waitUntil: 'commit' });
    return page.evaluate<number>(WHEN_USABLE(rows));
  };
  // The first fills caches: of the browser, of the services.
  await visit();
  const times: number[] = [];
  for (let round = 0; round < place.rounds; round++) times.push(await visit());
  return {
    id,
    title: `${title}: do endereço ao uso`,
    unit: 'ms',
    measured: spreadOf(times),
    better: 'lower',
    must: 500,
    bound: 'A linha do tempo em reservas, e o React montar as linhas',
    next,
  };
}
