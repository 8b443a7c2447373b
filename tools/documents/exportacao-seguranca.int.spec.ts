import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  comComuns,
  exportarPessoa,
  type ItemDeExportacao,
  messagingMigrations,
  sqlDaExportacao,
} from '@plataforma/messaging';
import { Database, platformMigrations } from '@plataforma/platform';
import { TestDatabase } from '@plataforma/testing';
import pg from 'pg';
import { EXPORTACAO as deAuth } from '../../services/auth/src/infrastructure/exportacao.ts';
import { EXPORTACAO as deNotificacoes } from '../../services/notificacoes/src/infrastructure/exportacao.ts';
import { EXPORTACAO as dePagamentos } from '../../services/pagamentos/src/infrastructure/exportacao.ts';
import { EXPORTACAO as deReservas } from '../../services/reservas/src/infrastructure/exportacao.ts';
import { root } from '../cli/paths.ts';
import { type Database as Service, databases as services } from '../infra/secrets.ts';
import { firstCells, listed, section } from './personal-data-document.ts';
import { TRACES } from './personal-traces.ts';

const document = readFileSync(join(root, 'docs/dados-pessoais.md'), 'utf8');
const exported: Record<Service, readonly ItemDeExportacao[]> = {
  auth: comComuns(deAuth),
  notificacoes: comComuns(deNotificacoes),
  pagamentos: comComuns(dePagamentos),
  reservas: comComuns(deReservas),
};

describe('Segurança 35: a exportação', () => {
  const open = new Map<Service, TestDatabase>();

  beforeAll(async () => {
    for (const service of services) {
      const own = join(root, 'services', service, 'migrations');
      open.set(service, await TestDatabase.create(service, [platformMigrations, messagingMigrations, own]));
    }
  });
  afterAll(() => Promise.all([...open.values()].map((database) => database.drop())));

  /** As the application does, with its rights. */
  async function asApp<T>(service: Service, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: open.get(service)?.options.DATABASE_URL });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  it('tem cada coluna que o documento diz ser de uma pessoa, ou o documento diz por que não', async () => {
    const given = new Set<string>();
    for (const service of services)
      await asApp(service, async (client) => {
        for (const item of exported[service]) {
          const { fields } = await client.query(sqlDaExportacao(item, randomUUID()));
          for (const { name } of fields) given.add(`${service}.${item.arquivo}.${name}`);
        }
      });
    const said = (names: readonly string[]) =>
      names.flatMap((name) =>
        name.startsWith('*.') ? services.map((service) => `${service}${name.slice(1)}`) : [name],
      );
    const personal = said(firstCells(section(document, 'Onde')));
    const left = said(listed(section(document, 'Fora da exportação')));
    expect(personal.filter((name) => !given.has(name)).toSorted()).toEqual(left.toSorted());
  });

  it('tem o que cada serviço guarda de uma pessoa, e nada de outra', async () => {
    const [ana, bia] = [randomUUID(), randomUUID()];
    for (const [service, test] of open) {
      for (const person of [ana, bia]) for (const sql of TRACES[service]) await test.query(sql.replaceAll('$', person));
      const database = new Database(test.options);
      await database.connect();
      try {
        const pieces: Buffer[] = [];
        const fim = await database.transaction(() =>
          exportarPessoa(database, exported[service], ana, ({ conteudo }) => {
            pieces.push(conteudo);
            return Promise.resolve();
          }),
        );
        const text = pieces.map((piece) => gunzipSync(piece).toString()).join('');
        expect([service, text.includes(`nome-${ana}`), text.includes(bia)]).toEqual([service, true, false]);
        expect([service, fim.pedacos]).toEqual([service, pieces.length]);
        expect(fim.arquivos.map(({ arquivo }) => arquivo)).toEqual(exported[service].map(({ arquivo }) => arquivo));
      } finally {
        await database.close();
      }
    }
  });

  it('de quem tem muito sai aos poucos', async () => {
    const test = open.get('notificacoes');
    if (!test) throw new Error('não há banco');
    const ana = randomUUID();
    await test.query(
      `INSERT INTO cartas_de_conta (id, usuario_id, tipo, nome, email, idioma, ocorrido_em)
       SELECT gen_random_uuid(), '${ana}', 'SENHA_MUDOU', repeat('n', 100), 'ana@exemplo.com', 'pt-BR', now() FROM generate_series(1, 20000)`,
    );
    const database = new Database(test.options);
    await database.connect();
    try {
      let [rows, largest] = ['', 0];
      await database.transaction(() =>
        exportarPessoa(database, exported.notificacoes, ana, ({ arquivo, conteudo }) => {
          const text = gunzipSync(conteudo).toString();
          largest = Math.max(largest, text.length);
          if (arquivo === 'cartas_de_conta') rows += text;
          return Promise.resolve();
        }),
      );
      expect(JSON.parse(rows)).toHaveLength(20_000);
      expect(largest).toBeLessThan(70_000);
    } finally {
      await database.close();
    }
  });
});
