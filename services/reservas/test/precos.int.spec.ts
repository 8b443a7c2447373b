import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CupomHttp, CuponsHttp, ReservaHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { Retention } from '@plataforma/messaging';
import { eventually } from '@plataforma/testing';
import { CupomRepository } from '../src/application/ports-precos.js';
import { contar, type Pessoa, ReservasFixture, recusa } from './reservas-fixture.js';

let reservas: ReservasFixture;
let ana: Pessoa;
let dia = 3;

beforeAll(async () => {
  reservas = await ReservasFixture.start();
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
  dia++;
});

const ipe = () => reservas.espaco('Sala Ipê');
const mudarEspaco = (nome: string, sql: string, parametros: readonly unknown[] = []) =>
  reservas.database.query(`UPDATE espacos SET ${sql} WHERE nome = '${nome}'`, parametros);
const eventoDe = async (reservaId: string) => {
  const [evento] = await reservas.database.query<{ dados: Record<string, unknown> }>(
    `SELECT dados FROM eventos WHERE fluxo = 'reserva/' || $1::text AND versao = 1`,
    [reservaId],
  );
  return evento?.dados;
};

describe('cotação', () => {
  const regras = [
    { tipo: 'PICO', descricao: 'Noite', percentual: 50, de: '18:00', ate: '22:00' },
    { tipo: 'TEMPORADA', descricao: 'Verão', percentual: 20, dataDe: '2000-01-01' },
  ];

  afterAll(() =>
    mudarEspaco(
      'Sala Jacarandá',
      `regras_de_preco = '[]', sinal_percentual = NULL, preco_hora_centavos = 14000, versao = 1`,
    ),
  );

  it('dá o preço linha por linha, o sinal e até quando vale, e não retém nada', async () => {
    await mudarEspaco('Sala Jacarandá', `regras_de_preco = $1, sinal_percentual = 30, versao = 7`, [
      JSON.stringify(regras),
    ]);
    const { id: cupomId, codigo } = await reservas.cupom();
    const espacoId = reservas.espaco('Sala Jacarandá');
    const { status, body } = await reservas.cotar(ana, espacoId, reservas.periodo(dia, 17, 2), codigo.toLowerCase());
    expect(status).toBe(201);
    expect(body.linhas.map(({ tipo, valorCentavos }) => [tipo, valorCentavos])).toEqual([
      ['BASE', 28_000],
      ['PICO', 7_000],
      ['TEMPORADA', 5_600],
      ['CUPOM', -4_060],
    ]);
    expect(body).toMatchObject({ totalCentavos: 36_540, moeda: 'BRL', espacoVersao: 7, cupom: codigo, espacoId });
    expect(body.sinal).toEqual({
      sinalCentavos: 10_962,
      saldoCentavos: 25_578,
      saldoVenceEm: new Date(Date.parse(body.inicio) - 48 * 3_600_000).toISOString(),
    });
    expect(body.politicaCancelamento).toEqual([
      { horasAntes: 48, percentual: 100 },
      { horasAntes: 24, percentual: 50 },
    ]);
    const validade = Date.parse(body.expiraEm) - Date.now();
    expect(validade).toBeGreaterThan(880_000);
    expect(validade).toBeLessThanOrEqual(905_000);
    expect(await reservas.database.query('SELECT FROM ocupacoes')).toHaveLength(0);
    expect(await reservas.usos(cupomId)).toEqual({ contados: 0, linhas: 0 });
  });

  it('é honrada mesmo que preço e política mudem, e a reserva guarda a versão cotada', async () => {
    await mudarEspaco('Sala Jacarandá', `versao = 2, regras_de_preco = '[]', sinal_percentual = NULL`);
    const espacoId = reservas.espaco('Sala Jacarandá');
    const quando = reservas.periodo(dia, 10);
    const { body: cotacao } = await reservas.cotar(ana, espacoId, quando);
    await mudarEspaco(
      'Sala Jacarandá',
      `preco_hora_centavos = 99900, versao = 3, politica_cancelamento = '[{"horasAntes": 0, "percentual": 1}]'`,
    );
    const { status, body } = await reservas.reservar(ana, espacoId, quando, { cotacaoId: cotacao.id });
    expect([status, body.valorCentavos]).toEqual([201, 14_000]);
    expect(await eventoDe(body.id)).toMatchObject({
      espacoVersao: 2,
      valorCentavos: 14_000,
      preco: [{ tipo: 'BASE', valorCentavos: 14_000 }],
      politicaCancelamento: cotacao.politicaCancelamento,
    });
    const semCotacao = await reservas.reservar(ana, espacoId, reservas.periodo(dia, 12));
    expect([semCotacao.body.valorCentavos, (await eventoDe(semCotacao.body.id))?.['espacoVersao']]).toEqual([
      99_900, 3,
    ]);
  });

  it('só serve a quem a pediu, para o mesmo espaço e período, uma vez e até expirar', async () => {
    const quando = reservas.periodo(dia, 10);
    const { body: cotacao } = await reservas.cotar(ana, ipe(), quando);
    const com = (pessoa: Pessoa, espacoId: string, periodo: typeof quando, oferta = { cotacaoId: cotacao.id }) =>
      reservas.reservar(pessoa, espacoId, periodo, oferta).then(recusa);
    expect(await com(await reservas.pessoa(), ipe(), quando)).toEqual([404, 'reservas.cotacao-inexistente']);
    expect(await com(ana, ipe(), quando, { cotacaoId: randomUUID() })).toEqual([404, 'reservas.cotacao-inexistente']);
    expect(await com(ana, ipe(), reservas.periodo(dia, 12))).toEqual([422, 'reservas.cotacao-de-outro-pedido']);
    expect(await com(ana, reservas.espaco('Sala Guanabara'), quando)).toEqual([
      422,
      'reservas.cotacao-de-outro-pedido',
    ]);
    const { codigo } = await reservas.cupom();
    expect(recusa(await reservas.reservar(ana, ipe(), quando, { cotacaoId: cotacao.id, cupom: codigo }))).toEqual([
      422,
      'reservas.cotacao-de-outro-pedido',
    ]);
    const { status, body } = await reservas.reservar(ana, ipe(), quando, { cotacaoId: cotacao.id });
    expect(status).toBe(201);
    await reservas.cancelar(ana, body.id);
    expect(await com(ana, ipe(), quando)).toEqual([409, 'reservas.cotacao-ja-usada']);

    const { body: velha } = await reservas.cotar(ana, ipe(), quando);
    await reservas.database.query(`UPDATE cotacoes SET expira_em = now() WHERE id = $1`, [velha.id]);
    expect(await com(ana, ipe(), quando, { cotacaoId: velha.id })).toEqual([409, 'reservas.cotacao-expirada']);
  });

  it('a reserva recusada não gasta a cotação', async () => {
    const quando = reservas.periodo(dia, 10);
    const { body: cotacao } = await reservas.cotar(ana, ipe(), quando);
    const { body: deOutra } = await reservas.reservar(await reservas.pessoa(), ipe(), quando);
    expect(recusa(await reservas.reservar(ana, ipe(), quando, { cotacaoId: cotacao.id }))).toEqual([
      409,
      'reservas.espaco-indisponivel',
    ]);
    await reservas.cancelar(reservas.admin, deOutra.id);
    expect((await reservas.reservar(ana, ipe(), quando, { cotacaoId: cotacao.id })).status).toBe(201);
  });

  it('usada por dez reservas ao mesmo tempo, vale para uma', async () => {
    const mesas = reservas.espaco('Mesas do Mezanino');
    const quando = reservas.periodo(dia, 10);
    const { body: cotacao } = await reservas.cotar(ana, mesas, quando);
    const respostas = await Promise.all(
      Array.from({ length: 10 }, () => reservas.reservar(ana, mesas, quando, { cotacaoId: cotacao.id })),
    );
    expect(contar(respostas)).toEqual({ 201: 1, 409: 9 });
    expect(respostas.filter(({ status }) => status === 409).map(recusa)).toEqual(
      Array.from({ length: 9 }, () => [409, 'reservas.cotacao-ja-usada']),
    );
  });

  it('vencida há mais de trinta dias, é esquecida', async () => {
    const quando = reservas.periodo(dia, 10);
    const { body: velha } = await reservas.cotar(ana, ipe(), quando);
    const { body: recente } = await reservas.cotar(ana, ipe(), quando);
    const vencer = (id: string, dias: number) =>
      reservas.database.query('UPDATE cotacoes SET expira_em = now() - make_interval(days => $2) WHERE id = $1', [
        id,
        dias,
      ]);
    await Promise.all([vencer(velha.id, 31), vencer(recente.id, 29)]);
    reservas.app.nest.get(Retention).wake();
    const restam = () =>
      reservas.database.query<{ id: string }>('SELECT id FROM cotacoes WHERE id = ANY($1)', [[velha.id, recente.id]]);
    await eventually(async () => (await restam()).length === 1);
    expect(await restam()).toEqual([{ id: recente.id }]);
  });

  it('segue as regras do período, exige conta e recusa entradas ruins', async () => {
    expect(recusa(await reservas.cotar(ana, ipe(), reservas.periodo(dia, 3)))).toEqual([
      422,
      'reservas.fora-do-horario',
    ]);
    expect(recusa(await reservas.cotar(ana, randomUUID(), reservas.periodo(dia, 10)))).toEqual([
      404,
      'reservas.espaco-inexistente',
    ]);
    const corpo = { espacoId: ipe(), ...reservas.periodo(dia, 10) };
    expect(recusa(await reservas.app.post('/v1/cotacoes', corpo))).toEqual([401, 'auth.token-ausente']);
    expect(
      recusa(await reservas.app.post('/v1/cotacoes', { ...corpo, totalCentavos: 1 }, { token: ana.token })),
    ).toEqual([400, 'requisicao.invalida']);
  });
});

describe('cupom', () => {
  const mesas = () => reservas.espaco('Mesas do Mezanino');

  it('abate do preço, fica no evento e conta um uso', async () => {
    const { id, codigo } = await reservas.cupom({ desconto: { tipo: 'VALOR', valorCentavos: 2_500 } });
    const { body } = await reservas.reservar(ana, ipe(), reservas.periodo(dia, 10), {
      cupom: ` ${codigo.toLowerCase()} `,
    });
    expect(body.valorCentavos).toBe(6_500);
    expect(await eventoDe(body.id)).toMatchObject({
      cupom: codigo,
      preco: [
        { tipo: 'BASE', valorCentavos: 9_000 },
        { tipo: 'CUPOM', valorCentavos: -2_500 },
      ],
    });
    expect(await reservas.usos(id)).toEqual({ contados: 1, linhas: 1 });
  });

  it('de cinquenta reservas simultâneas com um cupom de dez usos, exatamente dez o usam', async () => {
    const { id, codigo } = await reservas.cupom({ limiteTotal: 10 });
    const pessoas = await reservas.pessoas(50);
    const respostas = await Promise.all(
      pessoas.map((pessoa, i) =>
        reservas.reservar(pessoa, mesas(), reservas.periodo(dia, 8 + (i % 5) * 2), { cupom: codigo }),
      ),
    );
    expect(contar(respostas)).toEqual({ 201: 10, 409: 40 });
    expect(
      respostas.filter(({ status }) => status === 409).every((r) => recusa(r)[1] === 'reservas.cupom-esgotado'),
    ).toBe(true);
    expect(await reservas.usos(id)).toEqual({ contados: 10, linhas: 10 });
  });

  it('o limite por pessoa vale também quando ela pede tudo ao mesmo tempo', async () => {
    const { id, codigo } = await reservas.cupom({ limitePorPessoa: 2 });
    const respostas = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        reservas.reservar(ana, mesas(), reservas.periodo(dia, 8 + i), { cupom: codigo }),
      ),
    );
    expect(contar(respostas)).toEqual({ 201: 2, 409: 6 });
    expect(recusa(await reservas.cotar(ana, mesas(), reservas.periodo(dia, 20), codigo))).toEqual([
      409,
      'reservas.cupom-limite-por-pessoa',
    ]);
    expect((await reservas.cotar(await reservas.pessoa(), mesas(), reservas.periodo(dia, 20), codigo)).status).toBe(
      201,
    );
    expect(await reservas.usos(id)).toEqual({ contados: 2, linhas: 2 });
  });

  it('o limite por pessoa se decide na linha do cupom, sem precisar da trava da pessoa', async () => {
    const { id, codigo, desconto, valorMinimoCentavos } = await reservas.cupom({ limitePorPessoa: 1 });
    const cupons = reservas.app.nest.get(CupomRepository);
    const database = reservas.app.nest.get(Database);
    const reservados = await Promise.all(
      [10, 12, 14, 16].map(
        async (hora) => (await reservas.reservar(ana, mesas(), reservas.periodo(dia, hora))).body.id,
      ),
    );
    const resultados = await Promise.allSettled(
      reservados.map((reservaId) =>
        database.transaction(() => cupons.redeem({ id, codigo, desconto, valorMinimoCentavos }, reservaId, ana.id)),
      ),
    );
    expect(resultados.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await reservas.usos(id)).toEqual({ contados: 1, linhas: 1 });
  });

  it('é devolvido quando a reserva termina sem pagamento, e fica gasto quando foi paga', async () => {
    const { id, codigo } = await reservas.cupom({ limiteTotal: 1, limitePorPessoa: 1 });
    const { body: desistida } = await reservas.reservar(ana, ipe(), reservas.periodo(dia, 10), { cupom: codigo });
    await reservas.cancelar(ana, desistida.id);
    expect(await reservas.usos(id)).toEqual({ contados: 0, linhas: 0 });
    const { status, body } = await reservas.reservar(ana, ipe(), reservas.periodo(dia, 12), { cupom: codigo });
    expect(status).toBe(201);
    await reservas.pagar(body);
    await reservas.cancelar(ana, body.id);
    expect(await reservas.usos(id)).toEqual({ contados: 1, linhas: 1 });
    expect(recusa(await reservas.reservar(ana, ipe(), reservas.periodo(dia, 14), { cupom: codigo }))).toEqual([
      409,
      'reservas.cupom-esgotado',
    ]);
  });

  describe('com a retenção vencida', () => {
    const cabine = () => reservas.espaco('Cabine Relâmpago');
    beforeAll(() => mudarEspaco('Cabine Relâmpago', 'retencao_segundos = 1'));

    async function vencida(codigo: string): Promise<ReservaHttp> {
      const { body } = await reservas.reservar(ana, cabine(), reservas.periodo(dia, 10), { cupom: codigo });
      return reservas.comStatus(body.id, 'CANCELADA');
    }

    it('é devolvido, e o pagamento tardio o toma de novo', async () => {
      const { id, codigo } = await reservas.cupom({ limiteTotal: 1 });
      const reserva = await vencida(codigo);
      expect(await reservas.usos(id)).toEqual({ contados: 0, linhas: 0 });
      await reservas.pagar(reserva);
      expect(await reservas.usos(id)).toEqual({ contados: 1, linhas: 1 });
    });

    it('se outra reserva levou o último uso, o pagamento tardio é devolvido', async () => {
      const { id, codigo } = await reservas.cupom({ limiteTotal: 1 });
      const reserva = await vencida(codigo);
      const outra = await reservas.reservar(await reservas.pessoa(), ipe(), reservas.periodo(dia, 10), {
        cupom: codigo,
      });
      expect(outra.status).toBe(201);
      await reservas.broker.publish('pagamento.aprovado.v1', {
        pagamentoId: randomUUID(),
        reservaId: reserva.id,
        valorCentavos: reserva.valorCentavos,
        moeda: 'BRL',
        aprovadoEm: new Date().toISOString(),
      });
      await eventually(() =>
        reservas.broker.publishedOf('estorno.criar.v1').some(({ data }) => data.reservaId === reserva.id),
      );
      expect(await reservas.usos(id)).toEqual({ contados: 1, linhas: 1 });
    });
  });

  it.each([
    ['desconhecido', {}, 'NAOEXISTE', 422, 'reservas.cupom-desconhecido'],
    ['desativado', { ativo: false }, undefined, 422, 'reservas.cupom-desconhecido'],
    ['vencido', { vigenteAte: '2020-01-01T00:00:00Z' }, undefined, 422, 'reservas.cupom-fora-da-validade'],
    ['que ainda não vale', { vigenteDe: '2099-01-01T00:00:00Z' }, undefined, 422, 'reservas.cupom-fora-da-validade'],
    ['de outro tipo de espaço', { tipos: ['QUADRA'] }, undefined, 422, 'reservas.cupom-nao-se-aplica'],
    ['de estadas mais caras', { valorMinimoCentavos: 9_001 }, undefined, 422, 'reservas.cupom-nao-se-aplica'],
  ])('%s é recusado com o seu código, e nada fica reservado', async (_nome, campos, outroCodigo, status, code) => {
    const { codigo } = await reservas.cupom(campos);
    const quando = reservas.periodo(dia, 10);
    for (const resposta of [
      await reservas.cotar(ana, ipe(), quando, outroCodigo ?? codigo),
      await reservas.reservar(ana, ipe(), quando, { cupom: outroCodigo ?? codigo }),
    ])
      expect(recusa(resposta)).toEqual([status, code]);
    expect((await reservas.reservar(ana, ipe(), quando)).status).toBe(201);
  });

  it('restrito a um espaço, não serve a outro', async () => {
    const { codigo } = await reservas.cupom({ espacos: [reservas.espaco('Sala Guanabara')] });
    expect(recusa(await reservas.cotar(ana, ipe(), reservas.periodo(dia, 10), codigo))[1]).toBe(
      'reservas.cupom-nao-se-aplica',
    );
    expect(
      (await reservas.cotar(ana, reservas.espaco('Sala Guanabara'), reservas.periodo(dia, 10), codigo)).status,
    ).toBe(201);
  });

  it('na cotação, vale mesmo desativado depois; mas não além dos usos', async () => {
    const { id, codigo } = await reservas.cupom({ limiteTotal: 1 });
    const [manha, tarde] = [reservas.periodo(dia, 9), reservas.periodo(dia, 15)];
    const { body: primeira } = await reservas.cotar(ana, ipe(), manha, codigo);
    const { body: segunda } = await reservas.cotar(ana, ipe(), tarde, codigo);
    await reservas.app.send('DELETE', `/v1/cupons/${id}`, { token: reservas.admin.token });
    const reservada = await reservas.reservar(ana, ipe(), manha, { cotacaoId: primeira.id });
    expect([reservada.status, reservada.body.valorCentavos]).toEqual([201, 8_100]);
    expect(recusa(await reservas.reservar(ana, ipe(), tarde, { cotacaoId: segunda.id }))).toEqual([
      409,
      'reservas.cupom-esgotado',
    ]);
  });

  it('um cupom de tudo torna a reserva gratuita e já confirmada', async () => {
    const { id, codigo } = await reservas.cupom({ desconto: { tipo: 'PERCENTUAL', percentual: 100 } });
    const { body } = await reservas.reservar(ana, ipe(), reservas.periodo(dia, 10), { cupom: codigo });
    expect(body).toMatchObject({ valorCentavos: 0, status: 'CONFIRMADA' });
    expect(await reservas.usos(id)).toEqual({ contados: 1, linhas: 1 });
  });
});

describe('administração de cupons', () => {
  const como = () => ({ token: reservas.admin.token });

  it('cria, lê, lista em páginas, muda e desativa', async () => {
    const cupom = await reservas.cupom({ codigo: `verao-${dia}`, limiteTotal: 5 });
    expect(cupom).toMatchObject({ codigo: `VERAO-${dia}`, usos: 0, versao: 1, ativo: true, espacos: null });
    const lido = await reservas.app.get<CupomHttp>(`/v1/cupons/${cupom.id}`, como());
    expect([lido.body, lido.headers.get('etag')]).toEqual([cupom, '"1"']);
    const mudado = await reservas.app.send<CupomHttp>('PATCH', `/v1/cupons/${cupom.id}`, {
      body: { limiteTotal: null, desconto: { tipo: 'VALOR', valorCentavos: 500 } },
      headers: { 'if-match': '"1"' },
      ...como(),
    });
    expect(mudado.body).toMatchObject({
      ...cupom,
      limiteTotal: null,
      desconto: { tipo: 'VALOR', valorCentavos: 500 },
      versao: 2,
      alteradoEm: mudado.body.alteradoEm,
    });
    expect((await reservas.app.send('DELETE', `/v1/cupons/${cupom.id}`, como())).status).toBe(204);
    const { body: inativos } = await reservas.app.get<CuponsHttp>('/v1/cupons?ativo=false&limite=1', como());
    expect(inativos.itens.map(({ id }) => id)).toEqual([cupom.id]);
    const { body: pagina } = await reservas.app.get<CuponsHttp>('/v1/cupons?limite=1', como());
    const proxima = await reservas.app.get<CuponsHttp>(`/v1/cupons?limite=1&cursor=${pagina.proximo ?? ''}`, como());
    expect(proxima.body.itens[0]?.id).not.toBe(pagina.itens[0]?.id);
  });

  it('diz por que recusa', async () => {
    const { id, codigo } = await reservas.cupom({ vigenteDe: '2030-01-01T00:00:00Z' });
    const usado = await reservas.cupom({ limiteTotal: 2 });
    for (const hora of [9, 11])
      await reservas.reservar(ana, ipe(), reservas.periodo(dia, hora), { cupom: usado.codigo });
    const desconto = { tipo: 'PERCENTUAL', percentual: 10 };
    const criar = (corpo: unknown) => reservas.app.post('/v1/cupons', corpo, como()).then(recusa);
    const mudar = (qual: string, body: unknown, headers = {}) =>
      reservas.app.send('PATCH', `/v1/cupons/${qual}`, { body, headers, ...como() }).then(recusa);
    expect(await criar({ codigo: codigo.toLowerCase(), desconto })).toEqual([409, 'reservas.cupom-codigo-repetido']);
    expect(await criar({ codigo: 'com espaço', desconto })).toEqual([400, 'requisicao.invalida']);
    expect(await criar({ codigo: 'A1B2', desconto: { ...desconto, valorCentavos: 5 } })).toEqual([
      400,
      'requisicao.invalida',
    ]);
    expect(await criar({ codigo: 'A1B2', desconto, usos: 3 })).toEqual([400, 'requisicao.invalida']);
    expect(
      await criar({ codigo: 'A1B2', desconto, vigenteDe: '2030-01-01T00:00:00Z', vigenteAte: '2029-01-01T00:00:00Z' }),
    ).toEqual([400, 'requisicao.invalida']);
    expect(await criar({ codigo: 'A1B2', desconto, espacos: [randomUUID()] })).toEqual([
      422,
      'reservas.cupom-espaco-inexistente',
    ]);
    expect(await mudar(randomUUID(), { ativo: false })).toEqual([404, 'reservas.cupom-inexistente']);
    expect(await mudar(id, { vigenteAte: '2029-01-01T00:00:00Z' })).toEqual([422, 'reservas.cupom-validade-invalida']);
    expect(await mudar(usado.id, { limiteTotal: 1 })).toEqual([422, 'reservas.cupom-limite-abaixo-dos-usos']);
    expect(await mudar(id, { ativo: false }, { 'if-match': '"9"' })).toEqual([412, 'reservas.cupom-versao-diferente']);
    expect(await mudar(id, { ativo: false }, { 'if-match': 'W/x' })).toEqual([400, 'requisicao.invalida']);
    expect(await mudar(randomUUID(), { ativo: false })).toEqual([404, 'reservas.cupom-inexistente']);
    expect(await mudar(id, { codigo: 'OUTRO' })).toEqual([400, 'requisicao.invalida']);
  });

  it('é só de quem administra', async () => {
    for (const [metodo, caminho] of [
      ['GET', '/v1/cupons'],
      ['POST', '/v1/cupons'],
      ['GET', `/v1/cupons/${randomUUID()}`],
      ['PATCH', `/v1/cupons/${randomUUID()}`],
      ['DELETE', `/v1/cupons/${randomUUID()}`],
    ] as const)
      expect(recusa(await reservas.app.send(metodo, caminho, { token: ana.token }))).toEqual([
        403,
        'auth.sem-permissao',
      ]);
  });
});
