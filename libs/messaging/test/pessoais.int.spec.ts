import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, platformMigrations } from '@plataforma/platform';
import { TestDatabase } from '@plataforma/testing';
import { messagingMigrations } from '../src/index.js';

const SEPARACAO = '0007-mensagens-pessoais.sql';

describe('o que se dizia de pessoas na tabela de eventos', () => {
  const antes = mkdtempSync(join(tmpdir(), 'migracoes-'));
  const [publicada, porPublicar, alheia] = [randomUUID(), randomUUID(), randomUUID()];
  let database: TestDatabase;

  beforeAll(async () => {
    for (const folder of [messagingMigrations, platformMigrations])
      for (const file of readdirSync(folder).filter((name) => name < SEPARACAO))
        cpSync(join(folder, file), join(antes, file));
    database = await TestDatabase.create('auth', [antes]);
    const inserir = (id: string, tipo: string, dados: object, publicado: boolean) =>
      database.query(
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados, publicado_em)
         VALUES ($1::uuid, 'fluxo/' || $1::text, 3, $2, $3, '{"correlationid":"c"}', CASE WHEN $4 THEN now() END)`,
        [id, tipo, JSON.stringify(dados), publicado],
      );
    await inserir(publicada, 'usuario.registrado.v1', { nome: 'Ana', email: 'ana@exemplo.com' }, true);
    await inserir(alheia, 'reserva.criada.v1', { valorCentavos: 100 }, true);
    await inserir(porPublicar, 'usuario.registrado.v1', { nome: 'Bia', email: 'bia@exemplo.com' }, false);
  });
  afterAll(async () => {
    await database.drop();
    rmSync(antes, { recursive: true });
  });

  it('passa à caixa que se esvazia, inteiro e na ordem; da história, que segue sem se apagar, nada mais se perde', async () => {
    await migrate(database.ownerUrl, [messagingMigrations, platformMigrations]);
    expect(
      await database.query(
        `SELECT id, fluxo, versao, tipo, dados ->> 'nome' AS nome, metadados, publicado_em IS NOT NULL AS publicada
           FROM mensagens_pessoais ORDER BY posicao`,
      ),
    ).toEqual(
      [
        { id: publicada, nome: 'Ana', publicada: true },
        { id: porPublicar, nome: 'Bia', publicada: false },
      ].map(({ id, ...resto }) => ({
        ...{ id, fluxo: `fluxo/${id}`, versao: 3, tipo: 'usuario.registrado.v1', metadados: { correlationid: 'c' } },
        ...resto,
      })),
    );
    expect(await database.query('SELECT id FROM eventos')).toEqual([{ id: alheia }]);
    await expect(database.query('DELETE FROM eventos')).rejects.toThrow();
    // An instance of before the migration, which still runs beside the new ones, writes where it always did.
    const id = randomUUID();
    await database.query(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, 'fluxo/x', 1, 'usuario.registrado.v1', '{}', '{}')`,
      [id],
    );
    expect(await database.query('SELECT id FROM eventos')).toEqual([{ id: alheia }]);
    expect(await database.query('SELECT id FROM mensagens_pessoais WHERE id = $1', [id])).toEqual([{ id }]);
  });
});
