import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { appUrl, siteUrl } from '../tools/apps.ts';
import { root } from '../tools/cli/paths.ts';
import { launchBrowser } from '../tools/site/browser.ts';
import { openPage } from './navegador.ts';
import { E2ePlatform } from './platform.ts';

const DEADLINE_MS = 60_000;
const EMAIL = 'dona@casa-nova.com';
const SENHA = 'uma senha comprida, e só nossa';

let platform: E2ePlatform;
let browser: Browser;

beforeAll(async () => {
  platform = await E2ePlatform.start({ names: ['auth', 'reservas', 'bff-web', 'bff-admin'], demo: false });
  browser = await launchBrowser();
  await createAdmin();
});
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
});

/** As `npm run admin:criar` does. */
async function createAdmin(): Promise<void> {
  const args = ['--email', EMAIL, '--papel', 'ADMIN', '--criar'];
  const child = spawn(process.execPath, [join(root, 'services/auth/dist/criar-admin.js'), ...args], {
    env: { PATH: process.env['PATH'], DATABASE_URL: platform.state.servers.databases.auth.app },
  });
  child.stdin.end(SENHA);
  const [code, complaint] = await Promise.all([
    new Promise((resolve) => child.once('close', resolve)),
    text(child.stderr),
  ]);
  if (code !== 0) throw new Error(complaint);
}

describe('uma casa vazia', () => {
  it('chega de nada a um espaço publicado que se reserva, em três cliques e cinco campos', async () => {
    const complaints: string[] = [];
    const page = await openPage(browser, complaints);
    page.setDefaultTimeout(DEADLINE_MS);
    let [clicks, inputs] = [0, 0];
    const fill = async (label: string, value: string): Promise<void> => {
      inputs++;
      await page.getByLabel(label, { exact: true }).fill(value);
    };
    await page.goto(siteUrl('bff-admin', platform.state.portOffset));
    await fill('E-mail', EMAIL);
    await fill('Senha', SENHA);
    clicks++;
    await page.getByRole('button', { name: 'Entrar', exact: true }).click();
    clicks++;
    await page.getByRole('link', { name: 'Cadastrar o primeiro espaço' }).click();
    await fill('Nome', 'Sala Um');
    await fill('Cidade', 'Santos');
    await fill('Endereço', 'Rua do Porto, 1');
    clicks++;
    await page.getByRole('button', { name: 'Gravar e publicar' }).click();
    await page.getByText(/^Já se reserva: o primeiro horário livre é /).waitFor();
    expect([clicks, inputs]).toEqual([3, 5]);

    // Whoever comes to the site finds it, and takes the first time that it offers.
    const web = appUrl('bff-web', platform.state.portOffset);
    const ask = async <T>(path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const response = await fetch(`${web}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as T };
    };
    const { body: achados } = await ask<{ itens: { id: string; nome: string }[] }>('/v1/espacos?texto=sala');
    expect(achados.itens.map(({ nome }) => nome)).toEqual(['Sala Um']);
    const espacoId = achados.itens[0]?.id ?? '';
    const [de, ate] = [0, 14].map((dias) => new Date(Date.now() + dias * 86_400_000).toISOString());
    const { body: livre } = await ask<{ inicios: string[] }>(
      `/v1/espacos/${espacoId}/disponibilidade?de=${de}&ate=${ate}&duracaoMinutos=60`,
    );
    // Not the first: it may begin before the booking is made.
    const inicio = livre.inicios[1] ?? '';
    const fim = new Date(Date.parse(inicio) + 3_600_000).toISOString();
    const { body: sessao } = await ask<{ tokenAcesso: string }>('/v1/sessoes', { email: EMAIL, senha: SENHA });
    const reserva = await ask<{ status: string }>(
      '/v1/reservas',
      { espacoId, inicio, fim },
      { authorization: `Bearer ${sessao.tokenAcesso}` },
    );
    expect([reserva.status, reserva.body.status]).toEqual([201, 'PENDENTE_PAGAMENTO']);

    // The way is shown for as long as it is needed.
    await page.getByRole('navigation').getByRole('link', { name: 'Agora' }).click();
    await page.getByRole('heading', { name: 'Saúde' }).waitFor();
    await page.getByRole('heading', { name: 'Comece por aqui' }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});
