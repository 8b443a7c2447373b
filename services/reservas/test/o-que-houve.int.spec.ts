import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParteDaLinhaHttp, ReservaHttp, SagaHttp, SagasHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { type Pessoa, ReservasFixture } from './reservas-fixture.js';

describe('O que houve com uma reserva', () => {
  let reservas: ReservasFixture;
  let cliente: Pessoa;
  let reserva: ReservaHttp;
  const linha = (consulta = '', token = reservas.admin.token) =>
    reservas.app.get<ParteDaLinhaHttp>(`/v1/reservas/${reserva.id}/linha-do-tempo${consulta}`, { token });
  const sagas = async (consulta: string) =>
    (await reservas.app.get<SagasHttp>(`/v1/sagas?limite=100&${consulta}`, { token: reservas.admin.token })).body.itens;
  const retomar = (id: string, token = reservas.admin.token) =>
    reservas.app.post<SagaHttp>(`/v1/sagas/${id}/retomada`, undefined, { token });

  beforeAll(async () => {
    reservas = await ReservasFixture.start();
    cliente = await reservas.pessoa();
    reserva = (await reservas.reservar(cliente, reservas.espaco('Sala Ipê'), reservas.periodo(20, 10))).body;
  });
  afterAll(() => reservas.stop());

  it('são os seus eventos e os comandos da sua saga, em ordem, com o que ela ainda espera', async () => {
    const { status, body } = await linha();
    expect(status).toBe(200);
    expect(body.itens.map(({ especie, tipo }) => [especie, tipo])).toEqual(
      expect.arrayContaining([
        ['EVENTO', 'reserva.criada.v1'],
        ['COMANDO', 'cobranca.criar.v1'],
      ]),
    );
    expect(body.itens[0]).toMatchObject({ origem: 'reservas', dados: { valorCentavos: reserva.valorCentavos } });
    expect(body.itens.every(({ correlacaoId }) => correlacaoId !== null)).toBe(true);
    expect(JSON.stringify(body)).not.toContain(cliente.id);
    expect(body.proximos.find(({ acao }) => acao === 'prazo-da-saga')).toMatchObject({
      alvo: 'COBRANDO',
      em: reserva.expiraEm,
      tentativas: 0,
      parado: false,
    });
  });

  it('dá-se por páginas que não repetem nem saltam nada', async () => {
    await reservas.pagar(reserva);
    const todos = (await linha()).body.itens;
    const lidos: unknown[] = [];
    for (let depoisDe: string | undefined = '', mais = true; mais;) {
      const { body }: { body: ParteDaLinhaHttp } = await linha(
        `?limite=1${depoisDe ? `&cursor=${encodeURIComponent(depoisDe)}` : ''}`,
      );
      lidos.push(...body.itens);
      const ultimo = body.itens.at(-1);
      depoisDe = ultimo && `${ultimo.em}~${ultimo.id}`;
      mais = body.mais;
    }
    expect(todos.length).toBeGreaterThanOrEqual(3);
    expect(lidos).toEqual(todos);
  });

  it('não se mostra a quem não é da casa', async () => {
    expect((await linha('', cliente.token)).status).toBe(403);
    const nenhuma = `/v1/reservas/${randomUUID()}/linha-do-tempo`;
    expect((await reservas.app.get(nenhuma, { token: reservas.admin.token })).status).toBe(404);
  });

  it('uma saga parada vê-se, e retomada faz o que devia', async () => {
    const { body: outra } = await reservas.reservar(cliente, reservas.espaco('Sala Ipê'), reservas.periodo(21, 10));
    expect(await sagas('situacao=ESPERANDO&passo=COBRANDO')).toContainEqual(expect.objectContaining({ id: outra.id }));
    expect(await retomar(outra.id)).toMatchObject({ status: 409, body: { code: 'reservas.saga-sem-prazo-vencido' } });
    expect((await retomar(randomUUID())).status).toBe(404);
    expect((await retomar(outra.id, cliente.token)).status).toBe(403);
    // As if its deadline had been tried ten times, and would not be again for an hour.
    await reservas.database.query(
      `UPDATE sagas SET prazo = now() - interval '2 hours', falhas = 10, tentar_em = now() + interval '1 hour' WHERE chave = $1`,
      [outra.id],
    );
    expect(await sagas('situacao=PARADA')).toMatchObject([{ id: outra.id, passo: 'COBRANDO', falhas: 10 }]);
    expect(await retomar(outra.id)).toMatchObject({ status: 200, body: { falhas: 0, tentarEm: null } });
    await eventually(async () => (await sagas('situacao=PARADA')).length === 0);
    // Its deadline is dealt with: the provider is asked.
    await eventually(async () => (await sagas('passo=COBRANDO')).every(({ id }) => id !== outra.id));
    const [registro] = await reservas.database.query<{ alvo: string; autor_id: string }>(
      `SELECT alvo, autor_id FROM auditoria WHERE tipo = 'saga.retomada'`,
    );
    expect(registro).toEqual({ alvo: `saga-reserva/${outra.id}`, autor_id: reservas.admin.id });
  });
});
