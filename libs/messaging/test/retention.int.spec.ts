import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { exposeMetrics } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { COMMON_RULES, duePerRule, Retention } from '../src/index.js';
import { database, app, others, start, db } from './messaging-fixture.js';

describe('expurgo', () => {
  const restam = async (tabela: string, coluna: string, valores: readonly string[]) =>
    (
      await database.query<{ valor: string }>(
        `SELECT ${coluna} AS valor FROM ${tabela} WHERE ${coluna}::text = ANY($1)`,
        [valores],
      )
    ).map(({ valor }) => valor);

  it.each([
    ['inbox', 'mensagem_id', 30, `INSERT INTO inbox VALUES ('teste', $1, $2)`],
    ['inbox_suspeitas', 'mensagem_id', 30, `INSERT INTO inbox_suspeitas VALUES ('teste', $1, 1, $2)`],
    ['idempotencia', 'chave', 7, `INSERT INTO idempotencia VALUES ($1::uuid, 'h', 201, '{}', $2)`],
    [
      'mensagens_pessoais',
      'id',
      7,
      `INSERT INTO mensagens_pessoais (id, fluxo, versao, tipo, dados, metadados, publicado_em)
       VALUES ($1::uuid, 'usuario/' || $1::text, 1, 'usuario.registrado.v1', '{}', '{}', $2)`,
    ],
  ])('esquece de %s o que é velho demais para voltar, e nada mais', async (tabela, coluna, dias, inserir) => {
    const [velha, nova] = [randomUUID(), randomUUID()];
    const ha = (quantos: number) => new Date(Date.now() - quantos * 86_400_000);
    await database.query(inserir, [velha, ha(dias + 1)]);
    await database.query(inserir, [nova, ha(dias - 1)]);
    app.nest.get(Retention).wake();
    await eventually(async () => !(await restam(tabela, coluna, [velha])).includes(velha));
    expect(await restam(tabela, coluna, [velha, nova])).toEqual([nova]);
    expect((await exposeMetrics()).body).toMatch(
      new RegExp(`^expurgo_linhas_total\\{regra="${tabela}".*\\} [1-9]`, 'm'),
    );
  });

  it('dos fluxos que são só caixa de saída apaga o que passou; o último de uns fica, e a história toda', async () => {
    await database.query(`INSERT INTO fluxos_passageiros VALUES ('passa', 400, false), ('conta', 400, true)`);
    const inserir = (fluxo: string, versao: number, dias: number, publicado = true) =>
      database.query(
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados, ocorrido_em, publicado_em)
         VALUES ($1, $2, $3, 'espaco.alterado.v1', '{}', '{"correlationid":"x"}', now() - make_interval(days => $4), CASE WHEN $5 THEN now() END)`,
        [randomUUID(), fluxo, versao, dias, publicado],
      );
    await inserir('passa/velho', 1, 401);
    await inserir('passa/novo', 1, 399);
    for (const versao of [1, 2, 3]) await inserir('conta/velho', versao, 401);
    await inserir('reserva/velha', 1, 4_000);
    const ficam = async () =>
      (
        await database.query<{ evento: string }>(
          `SELECT fluxo || ' ' || versao AS evento FROM eventos WHERE fluxo ~ '/(velh|nov)[ao]$' ORDER BY 1`,
        )
      ).map(({ evento }) => evento);
    // A pass begins with the process.
    others.push(await start());
    await eventually(async () => (await ficam()).length <= 3);
    expect(await ficam()).toEqual(['conta/velho 3', 'passa/novo 1', 'reserva/velha 1']);
    for (const evento of await ficam())
      await expect(db().query(`DELETE FROM eventos WHERE fluxo || ' ' || versao = $1`, [evento])).rejects.toThrow(
        'só aceita acréscimos',
      );
    await expect(db().query(`INSERT INTO fluxos_passageiros VALUES ('reserva', 30, false)`)).rejects.toThrow(
      'permission denied',
    );
  });

  it('cada regra encontra o que apaga por um índice', async () => {
    for (const regra of COMMON_RULES)
      expect(await database.indexedPlan(duePerRule(regra), [regra.days])).not.toMatch(/Seq Scan/);
  });
});
