import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BloqueioHttp, EsperaHttp, EsperasHttp, NovaEsperaHttp, ReservaHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { eventually, type TestResponse } from '@plataforma/testing';
import { FilaDeEspera } from '../src/application/fila-de-espera.js';
import { OcupacaoRepository } from '../src/application/ports.js';
import { ReterEspaco } from '../src/application/reter-espaco.js';
import { RetencoesDemais } from '../src/domain/errors.js';
import { cadastro } from './espacos-fixture.js';
import { type Periodo, type Pessoa, ReservasFixture, recusa } from './reservas-fixture.js';

const SALA = 'Sala Ipê';
let reservas: ReservasFixture;
let ana: Pessoa;
let dia = 5;

beforeAll(async () => {
  reservas = await ReservasFixture.start();
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
  dia++;
});

const sala = () => reservas.espaco(SALA);
const as = (hora: number, horas = 1) => reservas.periodo(dia, hora, horas);

const esperar = (
  pessoa: Pessoa,
  campos: Partial<NovaEsperaHttp> & Partial<Periodo> = {},
): Promise<TestResponse<EsperaHttp>> =>
  reservas.app.post<EsperaHttp>(
    '/v1/fila',
    { ...(campos.busca ? {} : { espacoId: sala() }), ...as(10), ...campos },
    { token: pessoa.token },
  );
const espera = async (pessoa: Pessoa, id: string) =>
  (await reservas.app.get<EsperaHttp>(`/v1/fila/${id}`, { token: pessoa.token })).body;
const reserva = async (id: string | null) =>
  (await reservas.app.get<ReservaHttp>(`/v1/reservas/${id ?? ''}`, { token: reservas.admin.token })).body;

async function ocupar(quando = as(10), espacoId = sala()): Promise<ReservaHttp> {
  const { status, body } = await reservas.reservar(ana, espacoId, quando);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

describe('fila de espera', () => {
  it('quem cancela entrega o horário, na mesma transação, ao primeiro da fila, que é avisado', async () => {
    const { id } = await ocupar();
    const [bia, caio] = await reservas.pessoas(2);
    if (!bia || !caio) throw new Error('sem pessoas');
    const primeira = (await esperar(bia)).body;
    const segunda = (await esperar(caio)).body;
    expect([primeira.situacao, segunda.situacao]).toEqual(['ESPERANDO', 'ESPERANDO']);
    await reservas.cancelar(ana, id);
    // Seen at once: there was no moment in which anybody else could have taken it.
    const atendida = await espera(bia, primeira.id);
    expect(atendida.situacao).toBe('OFERTADA');
    expect((await espera(caio, segunda.id)).situacao).toBe('ESPERANDO');
    const retida = await reserva(atendida.reservaId);
    expect(retida).toMatchObject({ status: 'PENDENTE_PAGAMENTO', clienteId: bia.id, ...as(10) });
    expect(atendida).toMatchObject({
      espaco: { nome: SALA, cidade: 'São Paulo', fuso: 'America/Sao_Paulo' },
      expiraEm: retida.expiraEm,
    });
    expect(recusa(await reservas.reservar(ana, sala(), as(10)))).toEqual([409, 'reservas.espaco-indisponivel']);
    await eventually(() =>
      reservas.broker.publishedOf('fila.atendida.v1').some(({ data }) => data.filaId === primeira.id),
    );
    await reservas.pagar(retida);
    expect(await espera(bia, primeira.id)).toMatchObject({ situacao: 'ATENDIDA', expiraEm: null });
  });

  it('a oferta que não é paga passa ao seguinte', async () => {
    const { id } = await ocupar();
    const [bia, caio] = await reservas.pessoas(2);
    if (!bia || !caio) throw new Error('sem pessoas');
    const primeira = (await esperar(bia)).body;
    const segunda = (await esperar(caio)).body;
    await reservas.cancelar(ana, id);
    const { reservaId } = await espera(bia, primeira.id);
    await reservas.database.query('UPDATE sagas SET prazo = now() WHERE chave = $1', [reservaId]);
    await eventually(async () => (await espera(caio, segunda.id)).situacao === 'OFERTADA');
    expect((await espera(bia, primeira.id)).situacao).toBe('EXPIRADA');
  });

  it('com flexibilidade, o início possível mais perto do desejado', async () => {
    const { id } = await ocupar(as(8, 4));
    await ocupar(as(12.5, 1));
    const bia = await reservas.pessoa();
    const { body } = await esperar(bia, { ...as(10.5), flexibilidadeMinutos: 60 });
    expect(body.situacao).toBe('ESPERANDO');
    await reservas.cancelar(ana, id);
    const { reservaId } = await espera(bia, body.id);
    expect((await reserva(reservaId)).inicio).toBe(as(10.5).inicio);
  });

  it('se já há horário, ele é retido na hora', async () => {
    const bia = await reservas.pessoa();
    const { status, body } = await esperar(bia);
    expect([status, body.situacao]).toEqual([201, 'OFERTADA']);
    expect((await reserva(body.reservaId)).clienteId).toBe(bia.id);
  });

  it('por uma busca, serve qualquer espaço que ela encontre', async () => {
    const bia = await reservas.pessoa();
    const busca = { cidade: 'Manaus', tipo: 'AUDITORIO' as const, capacidade: 50 };
    const auditorio = reservas.espaco('Auditório Encontro das Águas');
    const { id } = await ocupar(as(11), auditorio);
    const { body } = await esperar(bia, { busca, ...as(11) });
    expect(body).toMatchObject({ situacao: 'ESPERANDO', espacoId: null, espaco: null, busca: { cidade: 'Manaus' } });
    await reservas.cancelar(ana, id);
    const atendida = await espera(bia, body.id);
    expect((await reserva(atendida.reservaId)).espaco.id).toBe(auditorio);
  });

  it('por uma busca, só o que atende a tudo o que foi pedido, o mais barato primeiro', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const cabe = { cidade, tipo: 'SALA', capacidade: 10, recursos: ['projetor', 'som'], precoHoraCentavos: 20_000 };
    const espacos = await Promise.all(
      [
        cabe,
        { ...cabe, precoHoraCentavos: 15_000 },
        { ...cabe, precoHoraCentavos: 1_000, tipo: 'QUADRA' },
        { ...cabe, precoHoraCentavos: 1_000, capacidade: 9 },
        { ...cabe, precoHoraCentavos: 1_000, recursos: ['som'] },
        { ...cabe, precoHoraCentavos: 1_000 },
      ].map((campos) => reservas.publicado(campos)),
    );
    const arquivado = `/v1/espacos/${espacos.at(-1)?.id ?? ''}/arquivamento`;
    expect((await reservas.app.post(arquivado, undefined, { token: reservas.admin.token })).status).toBe(200);
    const busca = { cidade, tipo: 'SALA' as const, capacidade: 10, recursos: ['projetor'] };
    const atendidas = [];
    for (const pessoa of await reservas.pessoas(3)) atendidas.push((await esperar(pessoa, { busca })).body);
    const [primeira, segunda, terceira] = atendidas;
    const onde = await Promise.all(
      [primeira, segunda].map(async (uma) => (await reserva(uma?.reservaId ?? '')).espaco),
    );
    expect(onde.map(({ id }) => id)).toEqual([espacos[1]?.id, espacos[0]?.id]);
    expect(terceira?.situacao).toBe('ESPERANDO');
  });

  it('a oferta dura o que a fila manda, não o que o espaço dá a quem chega', async () => {
    const { id: espacoId } = await reservas.publicado({ retencaoSegundos: 60 });
    const bia = await reservas.pessoa();
    const antes = Date.now();
    const { body } = await esperar(bia, { espacoId });
    expect(Date.parse(body.expiraEm ?? '') - antes).toBeGreaterThan(1_700_000);
  });

  it('quem muda de horário também entrega o antigo', async () => {
    const { id, valorCentavos } = await ocupar();
    await reservas.pagar({ id, valorCentavos });
    const bia = await reservas.pessoa();
    const { body } = await esperar(bia);
    const mudou = await reservas.app.post(`/v1/reservas/${id}/remarcacao`, as(15), { token: ana.token });
    expect(mudou.status).toBe(200);
    expect((await espera(bia, body.id)).situacao).toBe('OFERTADA');
  });

  it.each([
    ['depois', { folgaDepoisMinutos: 30 }, 11],
    ['antes', { folgaAntesMinutos: 30 }, 9],
  ])('serve também o tempo liberado de que só a folga de %s precisava', async (_, folgas, bloqueada) => {
    const { id: espacoId } = await reservas.publicado(folgas);
    const { token } = reservas.admin;
    const bloqueio = await reservas.app.post<BloqueioHttp>(
      `/v1/espacos/${espacoId}/bloqueios`,
      { ...as(bloqueada), motivo: 'Obra' },
      { token },
    );
    const bia = await reservas.pessoa();
    const { body } = await esperar(bia, { espacoId });
    expect(body.situacao).toBe('ESPERANDO');
    await reservas.app.send('DELETE', `/v1/espacos/${espacoId}/bloqueios/${bloqueio.body.id}`, { token });
    expect((await espera(bia, body.id)).situacao).toBe('OFERTADA');
  });

  it('o que passa a caber sem que ninguém tenha liberado nada é achado depois', async () => {
    const campos = { nome: `Mesas ${randomUUID()}` };
    const { id: espacoId, versao } = await reservas.publicado(campos);
    await ocupar(as(10), espacoId);
    const bia = await reservas.pessoa();
    const { body } = await esperar(bia, { espacoId });
    const comMais = await reservas.app.send('PUT', `/v1/espacos/${espacoId}`, {
      token: reservas.admin.token,
      headers: { 'if-match': `"${versao}"` },
      body: cadastro({ ...campos, quantidadeUnidades: 2 }),
    });
    expect(comMais.status).toBe(200);
    await eventually(async () => (await espera(bia, body.id)).situacao === 'OFERTADA');
  });

  describe('uma espera que não pode ser atendida não para as outras:', () => {
    const put = (espaco: { id: string; versao: number; nome: string }, campos: Record<string, unknown>) =>
      reservas.app.send('PUT', `/v1/espacos/${espaco.id}`, {
        token: reservas.admin.token,
        headers: { 'if-match': `"${espaco.versao}"` },
        body: cadastro({ nome: espaco.nome, ...campos }),
      });
    const motivo = async (id: string) =>
      (
        await reservas.database.query<{ ultima_recusa: string; recusas: number; adiada: boolean }>(
          'SELECT ultima_recusa, recusas, tentar_em > now() AS adiada FROM fila WHERE id = $1',
          [id],
        )
      )[0];

    it('quem espera por mais tempo do que o espaço passou a permitir', async () => {
      const espaco = await reservas.publicado({ nome: `Curta ${randomUUID()}` });
      const { id } = await ocupar(as(10, 3), espaco.id);
      const [bia, caio] = await reservas.pessoas(2);
      if (!bia || !caio) throw new Error('sem pessoas');
      const longa = (await esperar(bia, { espacoId: espaco.id, ...as(10, 3) })).body;
      const curta = (await esperar(caio, { espacoId: espaco.id, ...as(10, 1) })).body;
      expect((await put(espaco, { duracaoMaximaMinutos: 60 })).status).toBe(200);
      expect((await reservas.cancelar(ana, id)).status).toBe(200);
      await eventually(async () => (await espera(caio, curta.id)).situacao === 'OFERTADA');
      expect((await espera(bia, longa.id)).situacao).toBe('ESPERANDO');
      expect(recusa(await esperar(bia, { espacoId: espaco.id, ...as(14, 3) }))).toEqual([
        422,
        'reservas.duracao-fora-do-permitido',
      ]);
    });

    it('por uma busca, o espaço que não permite a duração é pulado, e os outros servem', async () => {
      const cidade = `Cidade ${randomUUID()}`;
      const bia = await reservas.pessoa();
      await reservas.publicado({ cidade, duracaoMaximaMinutos: 60, precoHoraCentavos: 1_000 });
      const { body } = await esperar(bia, { busca: { cidade }, ...as(10, 2) });
      expect(body.situacao).toBe('ESPERANDO');
      const { id } = await reservas.publicado({ cidade, precoHoraCentavos: 9_000 });
      await eventually(async () => (await espera(bia, body.id)).situacao === 'OFERTADA');
      expect((await reserva((await espera(bia, body.id)).reservaId)).espaco.id).toBe(id);
    });

    it('a que está no fim dos tempos: recusada na porta, e inofensiva se já está guardada', async () => {
      const fim = { inicio: '9999-12-31T20:00:00Z', fim: '9999-12-31T21:00:00Z' };
      expect((await esperar(ana, fim)).status).toBeGreaterThanOrEqual(400);
      expect((await esperar(ana, fim)).status).toBeLessThan(500);
      const { id } = await ocupar();
      const [bia, caio] = await reservas.pessoas(2);
      if (!bia || !caio) throw new Error('sem pessoas');
      const velha = (await esperar(bia)).body;
      const nova = (await esperar(caio)).body;
      // As it could be written before it was refused.
      await reservas.database.query(
        `UPDATE fila SET inicio = '9999-12-31T20:00Z', fim = '9999-12-31T21:00Z', flexibilidade_minutos = 10080,
                tentar_em = now() WHERE id = $1`,
        [velha.id],
      );
      reservas.app.nest.get(FilaDeEspera).wake();
      await eventually(async () => (await motivo(velha.id))?.adiada);
      expect((await reservas.cancelar(ana, id)).status).toBe(200);
      await eventually(async () => (await espera(caio, nova.id)).situacao === 'OFERTADA');
    });

    it('quem falha por um defeito é pulado, com o motivo escrito, e tentado de novo mais tarde', async () => {
      const { id } = await ocupar();
      const [bia, caio] = await reservas.pessoas(2);
      if (!bia || !caio) throw new Error('sem pessoas');
      const quebrada = (await esperar(bia)).body;
      const sa = (await esperar(caio)).body;
      const reter = reservas.app.nest.get(ReterEspaco);
      const original = reter.reterECobrar.bind(reter);
      const defeito = jest
        .spyOn(reter, 'reterECobrar')
        .mockImplementation((pedido) =>
          pedido.clienteId === bia.id ? Promise.reject(new RangeError('defeito')) : original(pedido),
        );
      await reservas.cancelar(ana, id);
      expect((await espera(caio, sa.id)).situacao).toBe('OFERTADA');
      expect(await motivo(quebrada.id)).toMatchObject({ ultima_recusa: 'falha-interna', recusas: 1, adiada: true });
      defeito.mockRestore();
      await reservas.cancelar(caio, (await espera(caio, sa.id)).reservaId ?? '');
      expect((await espera(bia, quebrada.id)).situacao).toBe('OFERTADA');
    });

    it('quem está no limite de retenções é pulado, e atendido quando já não está', async () => {
      const bia = await reservas.pessoa();
      const retidas = await Promise.all(
        Array.from({ length: 10 }, async (_, i) =>
          reservas.reservar(bia, (await reservas.publicado()).id, reservas.periodo(20 + i, 10)),
        ),
      );
      const { id } = await ocupar();
      const { body } = await esperar(bia);
      await reservas.cancelar(ana, id);
      expect((await espera(bia, body.id)).situacao).toBe('ESPERANDO');
      expect(await motivo(body.id)).toMatchObject({ ultima_recusa: 'reservas.retencoes-demais', adiada: true });
      // What a booking of theirs leaves of their quota is noticed at once, not when their turn comes again.
      await reservas.cancelar(bia, retidas[0]?.body.id ?? '');
      await eventually(async () => (await espera(bia, body.id)).situacao === 'OFERTADA');
    });
  });

  it('o trabalho é o do que se liberou, não o de quantos esperam por outra coisa', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const [livre, outro] = [await reservas.publicado({ cidade }), await reservas.publicado({ cidade })];
    const consultas = jest.spyOn(reservas.app.nest.get(Database), 'query');
    const custo = async () => {
      const { id } = await ocupar(as(10), livre.id);
      const antes = consultas.mock.calls.length;
      await reservas.cancelar(ana, id);
      reservas.app.nest.get(FilaDeEspera).wake();
      await eventually(
        async () => (await reservas.database.query('SELECT FROM tempo_liberado WHERE tentar_em <= now()')).length === 0,
      );
      return consultas.mock.calls.slice(antes).filter(([sql]) => /\bfila\b|espacos|ocupacoes/.test(String(sql))).length;
    };
    const semNinguem = await custo();
    await reservas.database.query(
      `INSERT INTO fila (id, cliente_id, espaco_id, inicio, fim, flexibilidade_minutos, situacao, tentar_em)
       SELECT gen_random_uuid(), gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $1::uuid ELSE $2::uuid END,
              $3::timestamptz + interval '1 day', $4::timestamptz + interval '1 day', 0, 'ESPERANDO', now() + interval '1 hour'
         FROM generate_series(1, 2000) AS n`,
      [livre.id, outro.id, as(10).inicio, as(10).fim],
    );
    expect(await custo()).toBeLessThanOrEqual(semNinguem + 5);
    consultas.mockRestore();
  });

  it('os que não cabem na transação de quem libera são atendidos depois, em ordem, um passo de cada vez', async () => {
    const { id: espacoId } = await reservas.publicado();
    const { id } = await ocupar(as(10), espacoId);
    const impedidos = await reservas.pessoas(30);
    const [bia] = await reservas.pessoas(1);
    if (!bia) throw new Error('sem pessoas');
    for (const pessoa of impedidos) await esperar(pessoa, { espacoId });
    const { body } = await esperar(bia, { espacoId });
    const reter = reservas.app.nest.get(ReterEspaco);
    const original = reter.reterECobrar.bind(reter);
    const limite = jest
      .spyOn(reter, 'reterECobrar')
      .mockImplementation((pedido) =>
        pedido.clienteId === bia.id ? original(pedido) : Promise.reject(new RetencoesDemais(10)),
      );
    await reservas.cancelar(ana, id);
    await eventually(async () => (await espera(bia, body.id)).situacao === 'OFERTADA');
    limite.mockRestore();
    expect(await reservas.database.query('SELECT FROM tempo_liberado')).toHaveLength(0);
  });

  it('quando um feriado deixa de ser, quem esperava por aquele dia é atendido', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const { id: espacoId } = await reservas.publicado({ cidade, horariosEmFeriado: [] });
    const { token } = reservas.admin;
    const feriado = await reservas.app.post<{ id: string }>(
      '/v1/feriados',
      { data: as(10).inicio.slice(0, 10), cidade, nome: 'Dia da fila' },
      { token },
    );
    expect(feriado.status).toBe(201);
    const bia = await reservas.pessoa();
    const { body } = await esperar(bia, { espacoId });
    expect(body.situacao).toBe('ESPERANDO');
    await reservas.app.send('DELETE', `/v1/feriados/${feriado.body.id}`, { token });
    await eventually(async () => (await espera(bia, body.id)).situacao === 'OFERTADA');
  });

  it('quem sai da fila não recebe nada, e a espera de outra pessoa não existe para si', async () => {
    const { id } = await ocupar();
    const [bia, caio] = await reservas.pessoas(2);
    if (!bia || !caio) throw new Error('sem pessoas');
    const { body } = await esperar(bia);
    expect(recusa(await reservas.app.send('DELETE', `/v1/fila/${body.id}`, { token: caio.token }))).toEqual([
      404,
      'reservas.espera-inexistente',
    ]);
    for (let vez = 0; vez < 2; vez++)
      expect((await reservas.app.send('DELETE', `/v1/fila/${body.id}`, { token: bia.token })).status).toBe(204);
    await reservas.cancelar(ana, id);
    expect(await espera(bia, body.id)).toMatchObject({ situacao: 'DESISTIU', reservaId: null });
    expect((await reservas.reservar(caio, sala(), as(10))).status).toBe(201);
  });

  it('recusa o que não faz sentido', async () => {
    const ontem = { inicio: '2020-01-01T12:00:00Z', fim: '2020-01-01T13:00:00Z' };
    expect(recusa(await esperar(ana, ontem))).toEqual([422, 'reservas.periodo-no-passado']);
    const semNada = await reservas.app.post('/v1/fila', as(10), { token: ana.token });
    expect(semNada.status).toBe(400);
    expect(recusa(await esperar(ana, { espacoId: '0192f0c4-0000-7000-8000-0000000000ff' }))).toEqual([
      404,
      'reservas.espaco-inexistente',
    ]);
  });

  it('uma pessoa espera por até vinte horários', async () => {
    await ocupar();
    const bia = await reservas.pessoa();
    for (let i = 0; i < 20; i++) expect((await esperar(bia)).status).toBe(201);
    expect(recusa(await esperar(bia))).toEqual([409, 'reservas.esperas-demais']);
  });

  it('as próprias esperas vêm em páginas, as mais novas primeiro', async () => {
    await ocupar(as(8, 6));
    const bia = await reservas.pessoa();
    const feitas: string[] = [];
    for (const hora of [8, 9, 10]) feitas.unshift((await esperar(bia, as(hora))).body.id);
    const vistas = await reservas.app.everyPage<EsperaHttp>('/v1/fila', 2, { token: bia.token });
    expect(vistas.map(({ id }) => id)).toEqual(feitas);
  });

  it('quem entra na fila enquanto o horário é liberado nunca fica à espera de um horário livre', async () => {
    const bia = await reservas.pessoa();
    for (let vez = 0; vez < 12; vez++) {
      const quando = reservas.periodo(60 + vez, 10);
      const { id } = await ocupar(quando);
      const [{ body }] = await Promise.all([esperar(bia, quando), reservas.cancelar(ana, id)]);
      const { situacao, reservaId } = await espera(bia, body.id);
      expect([vez, situacao]).toEqual([vez, 'OFERTADA']);
      await reservas.pagar(await reserva(reservaId));
    }
  });

  describe('e quem libera o mesmo tempo esperam um pelo outro até o fim da transação:', () => {
    const database = () => reservas.app.nest.get(Database);
    /** Runs `work` in a transaction that stays open until the other one waits for it. */
    async function abertaAteQue<T>(work: () => Promise<unknown>, outro: () => Promise<T>): Promise<T> {
      const [feito, solto] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      const aberta = database().transaction(async () => {
        await work();
        // After everything else that is to happen before the end.
        database().beforeCommit(() => {
          feito.resolve(undefined);
          return solto.promise;
        });
      });
      await feito.promise;
      const resposta = outro();
      try {
        await eventually(async () => {
          const esperando = `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                              WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted`;
          return (await reservas.database.query(esperando)).length > 0;
        });
      } finally {
        solto.resolve(undefined);
        await aberta;
      }
      return resposta;
    }

    it('quem entra vê o que estava sendo liberado', async () => {
      const { id } = await ocupar();
      const bia = await reservas.pessoa();
      const ocupacoes = reservas.app.nest.get(OcupacaoRepository);
      const { body } = await abertaAteQue(
        () => ocupacoes.release([id]),
        () => esperar(bia),
      );
      expect(body.situacao).toBe('OFERTADA');
    });

    it('quem libera vê quem estava entrando', async () => {
      const { id } = await ocupar();
      const bia = await reservas.pessoa();
      const pedido = { espacoId: sala(), ...as(10), flexibilidadeMinutos: 0 };
      const entrar = () => reservas.app.nest.get(FilaDeEspera).join({ ...bia, papeis: ['CLIENTE'] }, pedido);
      const { status } = await abertaAteQue(entrar, () => reservas.cancelar(ana, id));
      const { body } = await reservas.app.get<EsperasHttp>('/v1/fila', { token: bia.token });
      expect([status, body.itens.map(({ situacao }) => situacao)]).toEqual([200, ['OFERTADA']]);
    });
  });

  it('dez na fila por um horário que três liberam ao mesmo tempo: três são atendidos, os três primeiros', async () => {
    const mesas = reservas.espaco('Mesas do Mezanino');
    const ocupadas: { pessoa: Pessoa; id: string }[] = [];
    for (const pessoa of await reservas.pessoas(10)) {
      const { body } = await reservas.reservar(pessoa, mesas, as(10));
      ocupadas.push({ pessoa, id: body.id });
    }
    const naFila: { pessoa: Pessoa; id: string }[] = [];
    for (const pessoa of await reservas.pessoas(10))
      naFila.push({ pessoa, id: (await esperar(pessoa, { espacoId: mesas })).body.id });
    await Promise.all(ocupadas.slice(0, 3).map(({ pessoa, id }) => reservas.cancelar(pessoa, id)));
    const situacoes = await Promise.all(naFila.map(async ({ pessoa, id }) => (await espera(pessoa, id)).situacao));
    expect(situacoes).toEqual([...Array<string>(3).fill('OFERTADA'), ...Array<string>(7).fill('ESPERANDO')]);
  });
});
