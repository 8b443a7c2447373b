import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type GanchoCriadoHttp, messageContract, type ParteDaLinhaHttp, tiposDeGancho } from '@plataforma/contracts';
import { Retention } from '@plataforma/messaging';
import { eventually, type TestApp } from '@plataforma/testing';
import { ESPERAS_MS } from '../src/domain/gancho.js';
import { GanchosFixture, LOCAIS, TIPO } from './ganchos-fixture.js';
import { novoCaso } from './notificacoes-fixture.js';
import { conferir } from './receptor.js';

let ganchos: GanchosFixture;

beforeAll(async () => {
  ganchos = await GanchosFixture.start();
});
afterEach(async () => {
  // What each says that it has to deliver is what it has.
  expect(
    await ganchos.notificacoes.database.query(
      `SELECT g.id, g.pendentes FROM ganchos g WHERE g.pendentes <>
         (SELECT count(*) FROM entregas_de_gancho e WHERE e.gancho_id = g.id AND e.estado = 'PENDENTE')`,
    ),
  ).toEqual([]);
  await ganchos.removerTodos();
});
afterAll(() => ganchos.stop());

/** What has been received at a path is all that there will be: what was to be done is done. */
async function nadaMais(id: string): Promise<void> {
  await eventually(async () => (await ganchos.ver(id)).pendentes === 0);
}

describe('O que se entrega', () => {
  it('é o evento publicado, uma vez, com uma assinatura que a biblioteca do padrão confere sobre os bytes recebidos', async () => {
    const { id, segredo, caminho } = await ganchos.criar();
    const evento = await ganchos.acontece();
    const entrega = await ganchos.entregaQue(id, ({ estado }) => estado === 'ENTREGUE');
    await nadaMais(id);
    const [recebido, ...mais] = ganchos.receptor.em(caminho);
    expect(mais).toEqual([]);
    if (!recebido) throw new Error('nada chegou');
    expect(conferir(segredo, recebido)).toEqual(evento);
    expect(recebido.headers).toMatchObject({
      'webhook-id': evento.id,
      'content-type': 'application/cloudevents+json; charset=utf-8',
    });
    expect(recebido.headers['webhook-signature']).toMatch(/^v1,\S+$/);
    expect(await ganchos.notificacoes.metrica(ganchos.app, 'ganchos_tentativas_total', { resultado: 'ACEITA' })).toBe(
      1,
    );
    expect(entrega).toMatchObject({
      mensagemId: evento.id,
      tipo: TIPO,
      tentativas: 1,
      proximaEm: null,
      log: [{ status: 200, erro: null, resposta: 'visto' }],
      evento,
    });
    // One byte more or less, and it is nobody's word.
    const alterado = { ...recebido, bytes: Buffer.from(recebido.bytes.toString().replace('espaco/', 'espaço/')) };
    expect(() => conferir(segredo, alterado)).toThrow();
  });

  it('são só os tipos escolhidos, e a mensagem repetida não se entrega de novo', async () => {
    const { id, caminho } = await ganchos.criar(['reserva.confirmada.v1']);
    const caso = novoCaso();
    await ganchos.acontece();
    const { id: mensagem } = await ganchos.notificacoes.confirmar(caso);
    await ganchos.notificacoes.confirmar(caso, { id: mensagem });
    await ganchos.entregaQue(id, ({ estado }) => estado === 'ENTREGUE');
    await nadaMais(id);
    expect(ganchos.receptor.em(caminho).map(({ headers }) => headers['webhook-id'])).toEqual([mensagem]);
  });

  it('está na linha do tempo da reserva, tentativa por tentativa, com o que ainda se fará', async () => {
    const { id, caminho } = await ganchos.criar(['reserva.confirmada.v1']);
    ganchos.receptor.respostas.set(caminho, 503);
    const [caso, outro] = [novoCaso(), novoCaso()];
    await ganchos.notificacoes.confirmar(outro);
    const evento = await ganchos.notificacoes.confirmar(caso);
    const linha = async ({ reservaId }: typeof caso) =>
      (
        await ganchos.app.get<ParteDaLinhaHttp>(`/v1/notificacoes/linha-do-tempo?reservaId=${reservaId}`, {
          token: ganchos.token,
        })
      ).body;
    const recusada = await eventually(async () => {
      const parte = await linha(caso);
      // What happened and what comes are read side by side: in between the attempt may have been written.
      const contada = parte.proximos.some(({ acao, tentativas }) => acao === 'entregar-gancho' && tentativas === 1);
      return contada && parte.itens.some(({ especie }) => especie === 'GANCHO') && parte;
    });
    expect(recusada.itens.filter(({ especie }) => especie === 'GANCHO')).toMatchObject([
      {
        tipo: 'reserva.confirmada.v1',
        dados: { ganchoId: id, tentativa: 1, status: 503 },
        correlacaoId: evento.correlationid,
      },
    ]);
    expect(recusada.proximos.find(({ acao }) => acao === 'entregar-gancho')).toMatchObject({
      alvo: `reserva.confirmada.v1 a ${id}`,
      tentativas: 1,
      parado: false,
    });
  });

  it('que ninguém pediu não deixa linha nenhuma', async () => {
    const tomados = () =>
      ganchos.notificacoes.metrica(ganchos.app, 'mensagens_consumidas_total', { fila: 'notificacoes.ganchos' });
    const linhas = () =>
      ganchos.notificacoes.database.query(
        `SELECT (SELECT count(*) FROM inbox WHERE consumidor = 'notificacoes.ganchos')::int AS inbox,
                (SELECT count(*) FROM eventos_de_gancho)::int AS eventos`,
      );
    await ganchos.removerTodos();
    const [antes, eram] = await Promise.all([linhas(), tomados()]);
    for (let i = 0; i < 3; i++) await ganchos.acontece();
    await eventually(async () => (await tomados()) >= eram + 3);
    expect(await linhas()).toEqual(antes);
  });

  it('não leva palavras de ninguém nem códigos de entrada, e segue sendo o contrato publicado', async () => {
    const { id, segredo, caminho } = await ganchos.criar(['reserva.cancelada.v1', 'reserva.criada.v1']);
    const caso = novoCaso();
    const cancelada = await ganchos.notificacoes.cancelar(caso, {}, 'minha mãe adoeceu');
    const { data } = cancelada;
    await ganchos.notificacoes.broker.publish('reserva.criada.v1', {
      ...data,
      unidades: [randomUUID()],
      ocupacao: { inicio: data.inicio, fim: data.fim },
      expiraEm: data.inicio,
      politicaCancelamento: [],
      checkin: { codigo: 'ABC123', exigido: true, toleranciaMinutos: 15 },
    });
    await eventually(() => ganchos.receptor.em(caminho).length === 2);
    for (const recebido of ganchos.receptor.em(caminho)) {
      const { type, data: enviado } = conferir(segredo, recebido);
      expect(recebido.bytes.toString()).not.toMatch(/minha mãe|ABC123/);
      expect(messageContract(type).schema.safeParse(enviado).error).toBeUndefined();
    }
    await nadaMais(id);
  });

  it('não é de pessoas, nem da máquina da plataforma', () => {
    expect(
      tiposDeGancho.filter((tipo) => /^(usuario|sessao|auditoria|apagamento|notificacao|gancho|operacao)\./.test(tipo)),
    ).toEqual(['usuario.anonimizado.v1']);
    expect(tiposDeGancho.filter((tipo) => messageContract(tipo).kind !== 'evento')).toEqual([]);
  });
});

describe('O que falha', () => {
  it('é tentado de novo no tempo previsto, com o mesmo webhook-id, até desistir; cada tentativa está no log', async () => {
    const { id, caminho } = await ganchos.criar();
    ganchos.receptor.respostas.set(caminho, (response) =>
      response.writeHead(500).end(`erro de ana@exemplo.com \u0000\u001b[31m${'x'.repeat(10_000)}`),
    );
    const { id: mensagem } = await ganchos.acontece();
    for (const [index, espera] of [...ESPERAS_MS, undefined].entries()) {
      const { proximaEm, log, estado } = await ganchos.entregaQue(id, ({ tentativas }) => tentativas === index + 1);
      expect(log).toHaveLength(index + 1);
      if (espera === undefined) {
        expect([estado, proximaEm]).toEqual(['FALHOU', null]);
        break;
      }
      const feita = Date.parse(log[0]?.feitaEm ?? '');
      const esperada = Date.parse(proximaEm ?? '') - feita;
      expect(esperada).toBeGreaterThanOrEqual(espera * 0.9 - 5);
      expect(esperada).toBeLessThanOrEqual(espera * 1.1 + 5);
      await ganchos.adiantar(id);
    }
    const recebidos = ganchos.receptor.em(caminho);
    expect(new Set(recebidos.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([mensagem]));
    expect(recebidos).toHaveLength(ESPERAS_MS.length + 1);
    const [entrega] = await ganchos.entregas(id);
    const { log } = await ganchos.entrega(id, entrega?.id ?? '');
    expect(log[0]).toMatchObject({ status: 500, erro: 'RECUSADO' });
    expect(log[0]?.resposta).toHaveLength(500);
    expect(log[0]?.resposta).not.toMatch(/ana@exemplo|\p{Cc}/u);
  });

  it.each([
    ['em segundos', () => '7200'],
    ['por data', () => new Date(Date.now() + 7_201_000).toUTCString()],
  ])('espera o que o destino pede %s', async (_como, pedir) => {
    const { id, caminho } = await ganchos.criar();
    ganchos.receptor.respostas.set(caminho, (response) => response.writeHead(429, { 'retry-after': pedir() }).end());
    await ganchos.acontece();
    const { proximaEm, log } = await ganchos.entregaQue(id, ({ tentativas }) => tentativas === 1);
    // Less what the answer took to be written down.
    expect(Date.parse(proximaEm ?? '') - Date.parse(log[0]?.feitaEm ?? '')).toBeGreaterThanOrEqual(7_000_000);
  });

  it.each<[string, string, Parameters<GanchosFixture['receptor']['respostas']['set']>[1]]>([
    [
      'um redirecionamento, que não se segue',
      'REDIRECIONAMENTO',
      (response) => response.writeHead(307, { location: '/alvo' }).end(),
    ],
    ['uma conexão que cai', 'CONEXAO', (response) => response.destroy()],
    [
      'um corpo sem fim, de que só se lê o começo',
      'RECUSADO',
      (response) => {
        response.writeHead(400);
        const timer = setInterval(() => response.write('x'.repeat(1_000)), 1);
        response.once('close', () => clearInterval(timer));
      },
    ],
  ])('por %s: %s', async (_caso, erro, resposta) => {
    const { id, caminho } = await ganchos.criar();
    ganchos.receptor.respostas.set(caminho, resposta);
    await ganchos.acontece();
    expect((await ganchos.entregaQue(id, ({ tentativas }) => tentativas === 1)).log[0]?.erro).toBe(erro);
    expect(ganchos.receptor.em('/alvo')).toEqual([]);
  });

  it('é dado por em risco antes de desativado; o que estava por fazer e o que vem depois se retém, e se reenvia', async () => {
    const { id, caminho } = await ganchos.criar();
    ganchos.receptor.respostas.set(caminho, 503);
    await ganchos.acontece();
    await ganchos.entregaQue(id, ({ tentativas }) => tentativas === 1);
    expect(await ganchos.ver(id)).toMatchObject({ situacao: 'ATIVO', desativacaoPrevistaEm: null });

    // However long it has failed, it is warned of first.
    await ganchos.envelhecer(id, { falhando: 24 * 30 });
    await ganchos.adiantar(id);
    await ganchos.entregaQue(id, ({ tentativas }) => tentativas === 2);
    const { situacao, desativacaoPrevistaEm } = await ganchos.ver(id);
    expect(situacao).toBe('EM_RISCO');
    expect(Date.parse(desativacaoPrevistaEm ?? '') - Date.now()).toBeGreaterThan(47 * 3_600_000);
    const aos = (tipo: string) => ['dois', 'um'].map((quem) => ({ tipo, email: `${quem}@exemplo.com` }));
    await ganchos.adiantar(id);
    await ganchos.entregaQue(id, ({ tentativas }) => tentativas === 3);
    expect(await ganchos.cartas(id)).toEqual(aos('GANCHO_EM_RISCO'));

    await ganchos.envelhecer(id, { falhando: 73, avisado: 49 });
    await ganchos.adiantar(id);
    const retida = await ganchos.entregaQue(id, ({ estado }) => estado === 'RETIDA');
    expect(await ganchos.ver(id)).toMatchObject({ situacao: 'DESATIVADO', pendentes: 0 });
    expect(await ganchos.cartas(id)).toEqual([...aos('GANCHO_EM_RISCO'), ...aos('GANCHO_DESATIVADO')]);
    const { itens } = await ganchos.pede<{ itens: { alvo: string; autorId: string | null }[] }>(
      'GET',
      '/v1/auditoria/notificacoes?tipo=gancho.desativado',
      200,
    );
    expect(itens).toContainEqual(expect.objectContaining({ alvo: `gancho/${id}`, autorId: null }));

    const depois = await ganchos.acontece();
    await eventually(async () => (await ganchos.entregas(id, '&estado=RETIDA')).length === 2);
    const parado = await ganchos.pede<{ code: string }>('POST', `/v1/ganchos/${id}/entregas/${retida.id}/reenvio`, 409);
    expect(parado.code).toBe('ganchos.parado');

    ganchos.receptor.respostas.delete(caminho);
    expect(await ganchos.pede('PATCH', `/v1/ganchos/${id}`, 200, { ativo: true })).toMatchObject({
      situacao: 'ATIVO',
      falhandoDesde: null,
    });
    const periodo = {
      de: new Date(Date.now() - 3_600_000).toISOString(),
      ate: new Date(Date.now() + 60_000).toISOString(),
    };
    expect(await ganchos.pede('POST', `/v1/ganchos/${id}/reenvios`, 202, periodo)).toEqual({ reenviadas: 2 });
    await eventually(async () => (await ganchos.entregas(id, '&estado=ENTREGUE')).length === 2);
    expect(ganchos.receptor.em(caminho).map(({ headers }) => headers['webhook-id'])).toContain(depois.id);
  });

  it('um êxito apaga o risco', async () => {
    const { id } = await ganchos.criar();
    await ganchos.envelhecer(id, { falhando: 70, avisado: 46 });
    expect((await ganchos.ver(id)).situacao).toBe('EM_RISCO');
    await ganchos.acontece();
    await eventually(async () => (await ganchos.ver(id)).situacao === 'ATIVO');
    expect(await ganchos.ver(id)).toMatchObject({ falhandoDesde: null, ultimoExitoEm: expect.any(String) });
  });
});

describe('Um destino lento', () => {
  it('não atrasa os outros, e não tem em mãos mais de quatro entregas', async () => {
    const [lento, ligeiro] = [await ganchos.criar(), await ganchos.criar()];
    const presas: (() => void)[] = [];
    ganchos.receptor.respostas.set(lento.caminho, (response) => presas.push(() => response.writeHead(200).end()));
    await ganchos.segurar(lento.id);
    for (let i = 0; i < 12; i++) await ganchos.acontece();
    await eventually(async () => (await ganchos.ver(lento.id)).pendentes === 12);
    await ganchos.soltar(lento.id);
    expect(await eventually(() => presas.length >= 4 && presas.length)).toBe(4);
    await ganchos.acontece();
    await eventually(() => ganchos.receptor.em(ligeiro.caminho).length === 13);
    expect((await ganchos.ver(lento.id)).pendentes).toBe(13);
    ganchos.receptor.respostas.delete(lento.caminho);
    for (const soltar of presas) soltar();
    await nadaMais(lento.id);
    expect(new Set(ganchos.receptor.em(lento.caminho).map(({ headers }) => headers['webhook-id'])).size).toBe(13);
  });
});

describe('O segredo', () => {
  it('mostra-se uma vez, guarda-se selado, e gira com sobreposição: as duas assinaturas valem até que o de antes vença', async () => {
    const { id, segredo: antes, caminho } = await ganchos.criar();
    expect(JSON.stringify(await ganchos.ver(id))).not.toContain(antes);
    const guardados = await ganchos.notificacoes.database.query<{ selado: Buffer }>(
      'SELECT selado FROM segredos_de_gancho',
    );
    for (const { selado } of guardados) expect(selado.toString('latin1')).not.toContain(antes.slice(6, 30));

    const { segredo: depois, segredos } = await ganchos.pede<GanchoCriadoHttp>(
      'POST',
      `/v1/ganchos/${id}/rotacao`,
      201,
      {
        sobreposicaoHoras: 1,
      },
    );
    expect(segredos).toEqual([
      { criadoEm: expect.any(String), valeAte: null },
      { criadoEm: expect.any(String), valeAte: expect.any(String) },
    ]);
    await ganchos.acontece();
    const [recebido] = await eventually(() => {
      const todos = ganchos.receptor.em(caminho);
      return todos.length > 0 && todos;
    });
    if (!recebido) throw new Error('nada chegou');
    expect(conferir(antes, recebido)).toEqual(conferir(depois, recebido));
    expect(() => conferir('whsec_b3V0cm8gc2VncmVkbywgcXVlIG5hbyBl', recebido)).toThrow();

    await ganchos.notificacoes.database.query(
      `UPDATE segredos_de_gancho SET vale_ate = now() WHERE gancho_id = $1 AND vale_ate IS NOT NULL`,
      [id],
    );
    await ganchos.acontece();
    const ultimo = await eventually(() => ganchos.receptor.em(caminho)[1]);
    expect(() => conferir(antes, ultimo)).toThrow();
    expect(conferir(depois, ultimo)).toBeDefined();
    // A third puts out at once what was on its way out.
    await ganchos.pede('POST', `/v1/ganchos/${id}/rotacao`, 201, { sobreposicaoHoras: 168 });
    expect((await ganchos.ver(id)).segredos).toHaveLength(2);
  });
});

describe('O que se reenvia', () => {
  const periodo = (depois: object = {}) => ({
    de: new Date(Date.now() - 3_600_000).toISOString(),
    ate: new Date(Date.now() + 60_000).toISOString(),
    ...depois,
  });

  it('um de cada vez, com o mesmo webhook-id; o que está por fazer, não', async () => {
    const { id, caminho } = await ganchos.criar();
    const { id: mensagem } = await ganchos.acontece();
    const { id: entregaId } = await ganchos.entregaQue(id, ({ estado }) => estado === 'ENTREGUE');
    expect(await ganchos.pede('POST', `/v1/ganchos/${id}/entregas/${entregaId}/reenvio`, 202)).toEqual({
      reenviadas: 1,
    });
    await ganchos.entregaQue(id, ({ tentativas, estado }) => tentativas === 2 && estado === 'ENTREGUE');
    expect(ganchos.receptor.em(caminho).map(({ headers }) => headers['webhook-id'])).toEqual([mensagem, mensagem]);
    ganchos.receptor.respostas.set(caminho, 500);
    await ganchos.pede('POST', `/v1/ganchos/${id}/entregas/${entregaId}/reenvio`, 202);
    const outra = await ganchos.pede<{ code: string }>('POST', `/v1/ganchos/${id}/entregas/${entregaId}/reenvio`, 409);
    expect(outra.code).toBe('ganchos.entrega-por-fazer');
    const { code } = await ganchos.pede<{ code: string }>(
      'POST',
      `/v1/ganchos/${id}/entregas/${randomUUID()}/reenvio`,
      404,
    );
    expect(code).toBe('ganchos.entrega-inexistente');
  });

  it('um período: só os estados e tipos pedidos, e até mil; com mais, nada', async () => {
    const { id, caminho } = await ganchos.criar([TIPO, 'reserva.confirmada.v1']);
    for (let i = 0; i < 3; i++) await ganchos.acontece();
    await ganchos.notificacoes.confirmar(novoCaso());
    await eventually(async () => (await ganchos.entregas(id, '&estado=ENTREGUE')).length === 4);
    const todos = periodo({ estados: ['ENTREGUE'], tipos: [TIPO] });
    expect(await ganchos.pede('POST', `/v1/ganchos/${id}/reenvios`, 202, periodo())).toEqual({ reenviadas: 0 });
    expect(await ganchos.pede('POST', `/v1/ganchos/${id}/reenvios`, 202, todos)).toEqual({ reenviadas: 3 });
    await eventually(() => ganchos.receptor.em(caminho).length === 7);
    await nadaMais(id);

    await ganchos.notificacoes.database.query(
      `WITH v AS (INSERT INTO eventos_de_gancho (id, tipo, corpo) SELECT gen_random_uuid(), '${TIPO}', '{}' FROM generate_series(1, 998) RETURNING id)
       INSERT INTO entregas_de_gancho (gancho_id, evento_id, estado) SELECT $1, id, 'ENTREGUE' FROM v`,
      [id],
    );
    const { code } = await ganchos.pede<{ code: string }>('POST', `/v1/ganchos/${id}/reenvios`, 422, todos);
    expect(code).toBe('ganchos.periodo-grande');
    expect((await ganchos.ver(id)).pendentes).toBe(0);
  });

  it('e o que acontece não passam do que um gancho pode ter por fazer: o resto se retém', async () => {
    const { id } = await ganchos.criar();
    await ganchos.notificacoes.database.query(
      `WITH v AS (INSERT INTO eventos_de_gancho (id, tipo, corpo) SELECT gen_random_uuid(), '${TIPO}', '{}' FROM generate_series(1, 10000) RETURNING id)
       INSERT INTO entregas_de_gancho (gancho_id, evento_id, estado, proxima_em) SELECT $1, id, 'PENDENTE', now() + interval '1 day' FROM v`,
      [id],
    );
    const { id: mensagem } = await ganchos.acontece();
    const [retida] = await eventually(async () => {
      const itens = await ganchos.entregas(id, '&estado=RETIDA');
      return itens.length > 0 && itens;
    });
    expect(retida?.mensagemId).toBe(mensagem);
    const { code } = await ganchos.pede<{ code: string }>(
      'POST',
      `/v1/ganchos/${id}/entregas/${retida?.id}/reenvio`,
      409,
    );
    expect(code).toBe('ganchos.entregas-demais');
  });
});

describe('Quem administra', () => {
  it('testa: sabe logo o que foi respondido, e nada fica por fazer', async () => {
    const { id, segredo, caminho } = await ganchos.criar();
    const teste = await ganchos.pede<{ mensagemId: string }>('POST', `/v1/ganchos/${id}/teste`, 200);
    expect(teste).toMatchObject({ status: 200, erro: null, resposta: 'visto' });
    const [recebido] = ganchos.receptor.em(caminho);
    if (!recebido) throw new Error('nada chegou');
    const evento = conferir(segredo, recebido);
    expect(evento).toMatchObject({ id: teste.mensagemId, type: 'gancho.testado.v1', data: { ganchoId: id } });
    expect(messageContract(evento.type).schema.safeParse(evento.data).error).toBeUndefined();
    expect(await ganchos.entregas(id)).toEqual([]);
    ganchos.receptor.respostas.set(caminho, 418);
    expect(await ganchos.pede('POST', `/v1/ganchos/${id}/teste`, 200)).toMatchObject({ status: 418, erro: 'RECUSADO' });
  });

  it('não testa o mesmo gancho duas vezes ao mesmo tempo', async () => {
    const { id, caminho } = await ganchos.criar();
    const presas: (() => void)[] = [];
    ganchos.receptor.respostas.set(caminho, (response) => presas.push(() => response.writeHead(200).end()));
    const primeiro = ganchos.pede('POST', `/v1/ganchos/${id}/teste`, 200);
    await eventually(() => presas.length === 1);
    const { code } = await ganchos.pede<{ code: string }>('POST', `/v1/ganchos/${id}/teste`, 409);
    expect(code).toBe('ganchos.teste-em-andamento');
    presas[0]?.();
    await primeiro;
  });

  it('pausa e retoma, muda só o que leu, e remove', async () => {
    const { id, caminho, versao } = await ganchos.criar();
    await ganchos.pede('PATCH', `/v1/ganchos/${id}`, 200, { ativo: false, descricao: 'parado' });
    const { id: retida } = await ganchos.acontece();
    await ganchos.entregaQue(id, ({ estado, mensagemId }) => estado === 'RETIDA' && mensagemId === retida);
    const velha = await ganchos.app.send('PATCH', `/v1/ganchos/${id}`, {
      token: await ganchos.notificacoes.issuer.token(randomUUID(), ['ADMIN']),
      body: { descricao: 'outra' },
      headers: { 'if-match': `"${versao}"` },
    });
    expect([velha.status, velha.body['code']]).toEqual([412, 'ganchos.versao-diferente']);
    expect(await ganchos.pede('PATCH', `/v1/ganchos/${id}`, 200, { ativo: true })).toMatchObject({
      situacao: 'ATIVO',
      descricao: 'parado',
    });
    await ganchos.pede('DELETE', `/v1/ganchos/${id}`, 204);
    await ganchos.acontece();
    await ganchos.pede('GET', `/v1/ganchos/${id}`, 404);
    for (const [metodo, resto] of [
      ['POST', '/rotacao'],
      ['POST', '/teste'],
      ['GET', '/entregas'],
      ['DELETE', ''],
    ] as const)
      await ganchos.pede(
        metodo,
        `/v1/ganchos/${id}${resto}`,
        404,
        metodo === 'POST' && resto === '/rotacao' ? {} : undefined,
      );
    expect(ganchos.receptor.em(caminho)).toEqual([]);
  });

  it('tem até vinte ganchos, também pedidos ao mesmo tempo', async () => {
    const criacoes = await Promise.allSettled(Array.from({ length: 23 }, () => ganchos.criar()));
    expect(criacoes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    const { code } = await ganchos.pede<{ code: string }>('POST', '/v1/ganchos', 409, {
      url: ganchos.receptor.url('/mais'),
      tipos: [TIPO],
    });
    expect(code).toBe('ganchos.demais');
  });

  it('confirma quem é para criar, mudar e girar; e tudo se audita, sem o endereço inteiro nem segredos', async () => {
    const { id, segredo, caminho } = await ganchos.criar();
    const antiga = { claims: { auth_time: Math.floor(Date.now() / 1000) - 3_600 } };
    const token = await ganchos.notificacoes.issuer.token(randomUUID(), ['ADMIN'], antiga);
    for (const [metodo, onde, body] of [
      ['POST', '', { url: ganchos.receptor.url('/x'), tipos: [TIPO] }],
      ['PATCH', `/${id}`, { descricao: 'x' }],
      ['POST', `/${id}/rotacao`, {}],
    ] as const) {
      const recusa = await ganchos.app.send(metodo, `/v1/ganchos${onde}`, { token, body });
      expect([onde, recusa.status, recusa.body['code']]).toEqual([onde, 403, 'auth.confirmacao-necessaria']);
    }
    for (const papel of ['CLIENTE', 'OPERADOR'] as const) {
      const outro = await ganchos.notificacoes.issuer.token(randomUUID(), [papel]);
      expect((await ganchos.app.get(`/v1/ganchos/${id}`, { token: outro })).status).toBe(403);
    }
    await ganchos.pede('POST', `/v1/ganchos/${id}/rotacao`, 201, {});
    await ganchos.pede('PATCH', `/v1/ganchos/${id}`, 200, { descricao: 'Outra' });
    const agora = Date.now();
    await ganchos.pede('POST', `/v1/ganchos/${id}/reenvios`, 202, {
      de: new Date(agora - 60_000).toISOString(),
      ate: new Date(agora).toISOString(),
    });
    await ganchos.pede('DELETE', `/v1/ganchos/${id}`, 204);
    const { itens } = await ganchos.pede<{ itens: { tipo: string; alvo: string }[] }>(
      'GET',
      '/v1/auditoria/notificacoes',
      200,
    );
    const desteGancho = itens.filter(({ alvo }) => alvo === `gancho/${id}`);
    expect(desteGancho.map(({ tipo }) => tipo).reverse()).toEqual([
      'gancho.criado',
      'gancho.rotacionado',
      'gancho.alterado',
      'gancho.reenviado',
      'gancho.removido',
    ]);
    expect(JSON.stringify(itens)).not.toContain(caminho);
    expect(JSON.stringify(itens)).not.toContain(segredo.slice(6));
  });
});

describe('O expurgo', () => {
  it('esquece em 30 dias o que se tentou e se entregou, e do removido tudo; o que está por fazer fica', async () => {
    const [vivo, removido] = [await ganchos.criar(), await ganchos.criar()];
    ganchos.receptor.respostas.set(vivo.caminho, 500);
    await ganchos.acontece();
    await ganchos.entregaQue(vivo.id, ({ tentativas }) => tentativas === 1);
    await ganchos.entregaQue(removido.id, ({ estado }) => estado === 'ENTREGUE');
    await ganchos.pede('DELETE', `/v1/ganchos/${removido.id}`, 204);
    const { database } = ganchos.notificacoes;
    for (const sql of [
      `UPDATE tentativas_de_gancho SET feita_em = feita_em - interval '31 days'`,
      `UPDATE entregas_de_gancho SET criada_em = criada_em - interval '31 days'`,
      `UPDATE eventos_de_gancho SET recebido_em = recebido_em - interval '31 days'`,
      `UPDATE ganchos SET removido_em = removido_em - interval '31 days'`,
    ])
      await database.query(sql);
    ganchos.app.nest.get(Retention).wake();
    await eventually(async () => {
      const [resta] = await database.query(
        `SELECT (SELECT count(*)::int FROM ganchos WHERE removido_em IS NOT NULL) AS removidos,
                (SELECT count(*)::int FROM tentativas_de_gancho) AS tentativas,
                (SELECT jsonb_agg(gancho_id) FROM entregas_de_gancho) AS entregas,
                (SELECT count(*)::int FROM eventos_de_gancho) AS eventos`,
      );
      return isDeepStrictEqual(resta, { removidos: 0, tentativas: 0, entregas: [vivo.id], eventos: 1 });
    });
  });
});

describe('Muitas instâncias', () => {
  it('entregam cada evento uma vez', async () => {
    const outras: TestApp[] = [];
    for (let i = 0; i < 2; i++) outras.push(await ganchos.notificacoes.start(LOCAIS));
    const alvos = [await ganchos.criar(), await ganchos.criar(), await ganchos.criar()];
    const eventos = await Promise.all(Array.from({ length: 40 }, () => ganchos.acontece()));
    const esperados = eventos.map(({ id }) => id).sort();
    for (const { id, caminho } of alvos) {
      await eventually(() => ganchos.receptor.em(caminho).length >= esperados.length);
      await nadaMais(id);
      expect(
        ganchos.receptor
          .em(caminho)
          .map(({ headers }) => headers['webhook-id'])
          .sort(),
      ).toEqual(esperados);
    }
  });
});
