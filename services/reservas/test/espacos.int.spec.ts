import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AuditoriaHttp,
  BloqueioHttp,
  BloqueiosHttp,
  DisponibilidadeHttp,
  EspacoHttp,
  EspacosHttp,
  FeriadoHttp,
} from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { cadastro, EspacosFixture, periodo } from './espacos-fixture.js';

let f: EspacosFixture;

beforeAll(async () => {
  f = await EspacosFixture.start();
});
afterAll(() => f.stop());

const codigo = ({ status, body }: { status: number; body: unknown }) => [status, (body as { code?: string }).code];

describe('cache', () => {
  it('nasce aquecido, e a primeira página muda com o catálogo', async () => {
    const primeira = async () => (await f.app.get<EspacosHttp>('/v1/espacos')).body.itens.map(({ nome }) => nome);
    // Behind the platform's back: who does not see it is shown the copy that was made at the start.
    await f.database.query(
      `INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, horarios, ocupa, duracao_minima_minutos,
                            duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento, nome_ordenado)
       VALUES (gen_random_uuid(), 'Aaa', 'SALA', '', 'Manaus', '', 'America/Manaus', 1, '[]', 'UMA', 30, 60, 30, 0, '[]', 'aaa')`,
    );
    expect(await primeira()).toEqual([]);
    await f.publicado({ nome: 'Aab' });
    expect(await primeira()).toEqual(['Aaa', 'Aab']);
  });
});

describe('cadastro de espaços', () => {
  it('nasce rascunho: quem administra o vê, o público não, e ninguém o reserva', async () => {
    const { status, headers, body } = await f.criar();
    expect([status, headers.get('etag'), body.situacao, body.versao]).toEqual([201, '"1"', 'RASCUNHO', 1]);
    const caminho = `/v1/espacos/${body.id}`;
    expect((await f.app.get(caminho, { token: f.admin })).status).toBe(200);
    for (const resposta of [
      await f.app.get(caminho),
      await f.app.get(caminho, { token: f.cliente }),
      await f.app.get(`${caminho}/disponibilidade?de=2030-01-01T00:00:00Z&ate=2030-01-02T00:00:00Z`),
      await f.app.get(`${caminho}/porque?inicio=2030-01-01T12:00:00Z&fim=2030-01-01T13:00:00Z`),
      await f.reservar(body.id, periodo(2, 10)),
    ])
      expect(codigo(resposta)).toEqual([404, 'reservas.espaco-inexistente']);
    const rascunhos = await f.app.get<EspacosHttp>('/v1/espacos?situacao=RASCUNHO&limite=100', { token: f.admin });
    expect(rascunhos.body.itens.map(({ id }) => id)).toContain(body.id);
    expect(codigo(await f.app.get('/v1/espacos?situacao=RASCUNHO', { token: f.cliente }))).toEqual([
      403,
      'auth.sem-permissao',
    ]);
  });

  it('publicado aparece e se reserva; arquivado some, e as reservas feitas ficam', async () => {
    const espaco = await f.publicado();
    expect((await f.app.get(`/v1/espacos/${espaco.id}`)).status).toBe(200);
    const reserva = await f.reservar(espaco.id, periodo(2, 10));
    expect(reserva.status).toBe(201);
    const arquivar = () => f.app.post(`/v1/espacos/${espaco.id}/arquivamento`, undefined, { token: f.admin });
    expect((await arquivar()).status).toBe(200);
    expect(codigo(await arquivar())).toEqual([409, 'reservas.situacao-invalida']);
    expect(codigo(await f.app.get(`/v1/espacos/${espaco.id}`))).toEqual([404, 'reservas.espaco-inexistente']);
    expect(codigo(await f.reservar(espaco.id, periodo(2, 12)))).toEqual([404, 'reservas.espaco-inexistente']);
    const feita = await f.app.get(`/v1/reservas/${String(reserva.body['id'])}`, { token: f.cliente });
    expect(feita.status).toBe(200);
  });

  it('guarda todos os campos como foram ditos', async () => {
    const campos = {
      descricao: 'Com vista',
      fotos: ['https://fotos.exemplo.com/1.jpg'],
      recursos: ['projetor'],
      excecoes: [{ data: '2030-12-24', horarios: [{ abre: '08:00', fecha: '12:00' }], descricao: 'Véspera' }],
      horariosEmFeriado: null,
      folgaAntesMinutos: 10,
      folgaDepoisMinutos: 20,
      antecedenciaMinimaMinutos: 60,
      horizonteDias: 90,
      cotaReservasAtivas: 3,
      cotaHorasSemana: 10,
      requerAprovacao: true,
      prazoAprovacaoHoras: 12,
      regrasDePreco: [{ tipo: 'PICO', descricao: 'Noite', percentual: 40, de: '18:00', ate: '20:00' }],
      precoMinimoCentavos: 5_000,
      sinalPercentual: 30,
      saldoHorasAntes: 72,
      exigeCheckin: true,
      toleranciaMinutos: 20,
      retencaoSegundos: 600,
    };
    const { body } = await f.criar(campos);
    expect(body).toMatchObject({ ...campos, unidades: 1, partes: [], situacao: 'RASCUNHO' });
    expect((await f.app.get(`/v1/espacos/${body.id}`, { token: f.admin })).body).toEqual(body);
  });

  it('só quem administra escreve', async () => {
    const { id } = await f.publicado();
    const daCasa = [
      f.app.post('/v1/espacos', cadastro(), { token: f.cliente }),
      f.app.post('/v1/feriados', { data: '2031-01-01', nome: 'x' }, { token: f.cliente }),
    ];
    for (const resposta of await Promise.all(daCasa)) expect(codigo(resposta)).toEqual([403, 'auth.sem-permissao']);
    // What groups may be given is no matter of roles.
    const tentativas = [
      f.app.send('PUT', `/v1/espacos/${id}`, { token: f.cliente, body: cadastro(), headers: { 'if-match': '*' } }),
      f.app.post(`/v1/espacos/${id}/arquivamento`, undefined, { token: f.cliente }),
      f.app.get(`/v1/espacos/${id}/versoes`, { token: f.cliente }),
      f.app.get(`/v1/espacos/${id}/unidades`, { token: f.cliente }),
      f.app.get(`/v1/espacos/${id}/bloqueios`, { token: f.cliente }),
      f.app.post(`/v1/espacos/${id}/bloqueios`, { ...periodo(3, 9), motivo: 'x' }, { token: f.cliente }),
    ];
    for (const resposta of await Promise.all(tentativas))
      expect(codigo(resposta)).toEqual([403, 'reservas.sem-acesso-ao-espaco']);
    // Where a token is optional, a bad one is not taken for none.
    expect(codigo(await f.app.get(`/v1/espacos/${id}`, { token: 'lixo' }))).toEqual([401, 'auth.token-invalido']);
  });

  it.each([
    ['campo desconhecido', { dono: 'eu' }, 400, 'requisicao.invalida'],
    ['fuso que não existe', { fuso: 'America/Atlantida' }, 400, 'requisicao.invalida'],
    [
      'hora que não existe',
      { horarios: [{ diaSemana: 1, abre: '25:00', fecha: '26:00' }] },
      400,
      'requisicao.invalida',
    ],
    ['mínima acima da máxima', { duracaoMinimaMinutos: 600 }, 400, 'requisicao.invalida'],
    ['partes e unidades', { partes: [randomUUID()], quantidadeUnidades: 2 }, 400, 'requisicao.invalida'],
    ['parte que não existe', { partes: [randomUUID()] }, 422, 'reservas.composicao-invalida'],
    [
      'horários que se sobrepõem',
      {
        horarios: [
          { diaSemana: 1, abre: '08:00', fecha: '12:00' },
          { diaSemana: 1, abre: '11:30', fecha: '18:00' },
        ],
      },
      422,
      'reservas.horarios-sobrepostos',
    ],
    [
      'a noite de domingo sobre a segunda',
      {
        horarios: [
          { diaSemana: 7, abre: '20:00', fecha: '03:00' },
          { diaSemana: 1, abre: '02:00', fecha: '05:00' },
        ],
      },
      422,
      'reservas.horarios-sobrepostos',
    ],
    [
      'exceção com horários sobrepostos',
      {
        excecoes: [
          {
            data: '2030-01-01',
            horarios: [
              { abre: '08:00', fecha: '10:00' },
              { abre: '09:00', fecha: '11:00' },
            ],
          },
        ],
      },
      422,
      'reservas.horarios-sobrepostos',
    ],
  ])('recusa %s', async (_nome, mudanca, status, code) => {
    expect(codigo(await f.criar(mudanca))).toEqual([status, code]);
  });

  it('horários que se tocam, ou que vão até a meia-noite, não se sobrepõem', async () => {
    const horarios = [
      { diaSemana: 1, abre: '08:00', fecha: '12:00' },
      { diaSemana: 1, abre: '12:00', fecha: '00:00' },
      { diaSemana: 2, abre: '00:00', fecha: '06:00' },
    ];
    expect((await f.criar({ horarios })).status).toBe(201);
  });
});

describe('mudanças', () => {
  it('pedem a versão lida: sem ela 428, com outra 412, e nada muda', async () => {
    const espaco = await f.publicado();
    const caminho = `/v1/espacos/${espaco.id}`;
    const mudar = (headers: Record<string, string>) =>
      f.app.send('PUT', caminho, { token: f.admin, body: cadastro({ nome: 'Outro' }), headers });
    expect(codigo(await mudar({}))).toEqual([428, 'requisicao.if-match-ausente']);
    expect(codigo(await mudar({ 'if-match': '2' }))).toEqual([400, 'requisicao.if-match-invalido']);
    expect(codigo(await mudar({ 'if-match': '"1"' }))).toEqual([412, 'reservas.espaco-desatualizado']);
    expect((await f.app.get(caminho)).body).toEqual(espaco);
    const mudado = await mudar({ 'if-match': '"2"' });
    expect([mudado.status, mudado.headers.get('etag'), mudado.body['nome']]).toEqual([200, '"3"', 'Outro']);
  });

  it('de vinte simultâneas sobre a mesma versão, uma vale', async () => {
    const espaco = await f.publicado();
    const respostas = await Promise.all(
      Array.from({ length: 20 }, (_, i) => f.mudar(espaco, { nome: `Nome ${i}`, capacidade: i + 1 })),
    );
    expect(respostas.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(respostas.filter(({ status }) => status === 412)).toHaveLength(19);
  });

  it('não reescrevem a história: cada versão fica com o que disse, de quem e desde quando, e é anunciada', async () => {
    const espaco = await f.publicado({ precoHoraCentavos: 1_000 });
    const mudado = await f.mudar(espaco, { precoHoraCentavos: 2_000 });
    expect(mudado.body.versao).toBe(3);
    const ditas = await f.app.everyPage<{ versao: number; autorId: string; regras: EspacoHttp }>(
      `/v1/espacos/${espaco.id}/versoes`,
      2,
      { token: f.admin },
    );
    expect(ditas.map(({ versao, regras }) => [versao, regras.situacao, regras.precoHoraCentavos])).toEqual([
      [3, 'PUBLICADO', 2_000],
      [2, 'PUBLICADO', 1_000],
      [1, 'RASCUNHO', 1_000],
    ]);
    expect(ditas[0]).toMatchObject({ autorId: f.adminId, regras: mudado.body });
    const versoes = () =>
      f.broker
        .publishedOf('espaco.alterado.v1')
        .filter(({ data }) => data.espacoId === espaco.id)
        .map(({ data }) => data.versao);
    await eventually(() => versoes().length === 3);
    expect(versoes()).toEqual([1, 2, 3]);
  });

  it('cada mudança de preço ou de política está na auditoria, com quem a fez e um resumo do que passou a valer', async () => {
    const espaco = await f.publicado({ precoHoraCentavos: 1_000 });
    const caro = (await f.mudar(espaco, { nome: espaco.nome, precoHoraCentavos: 2_000 })).body;
    const dado = (
      await f.mudar(caro, {
        nome: espaco.nome,
        precoHoraCentavos: 2_000,
        politicaCancelamento: [{ horasAntes: 48, percentual: 50 }],
      })
    ).body;
    const { itens } = (
      await f.app.get<AuditoriaHttp>('/v1/auditoria/reservas?tipo=espaco.alterado&limite=100', { token: f.admin })
    ).body;
    const deste = itens.filter(({ alvo }) => alvo === `espaco/${espaco.id}`).reverse();
    expect(deste.map(({ autorId, dados }) => [autorId, dados['versao']])).toEqual(
      Array.from({ length: dado.versao }, (_, i) => [f.adminId, i + 1]),
    );
    // Each is told apart by what it says, which is kept in the space's versions.
    const resumos = deste.map(({ dados }) => dados['regras']);
    expect(new Set(resumos).size).toBe(resumos.length);
    for (const resumo of resumos) expect(resumo).toMatch(/^[0-9a-f]{64}$/);
  });

  it('quem lê depois de uma mudança a vê, embora houvesse cópia em cache', async () => {
    const espaco = await f.publicado();
    await f.app.get(`/v1/espacos/${espaco.id}`);
    await f.mudar(espaco, { nome: 'Nome novo' });
    expect((await f.app.get(`/v1/espacos/${espaco.id}`)).body).toMatchObject({ nome: 'Nome novo' });
  });

  it('o evento descarta a cópia que ficou, quando quem mudou não pôde', async () => {
    const espaco = await f.publicado();
    const anunciadas = () =>
      f.broker.publishedOf('espaco.alterado.v1').filter(({ data }) => data.espacoId === espaco.id);
    await eventually(async () => {
      const consumidas = await f.database.query(
        `SELECT FROM inbox WHERE consumidor = 'reservas.cache' AND mensagem_id = ANY($1)`,
        [anunciadas().map(({ id }) => id)],
      );
      return consumidas.length === 2;
    });
    await f.app.get(`/v1/espacos/${espaco.id}`);
    await f.database.query(`UPDATE espacos SET nome = 'Mudado por fora' WHERE id = $1`, [espaco.id]);
    expect((await f.app.get(`/v1/espacos/${espaco.id}`)).body['nome']).toBe(espaco.nome);
    await f.broker.publish('espaco.alterado.v1', { espacoId: espaco.id, versao: 3 });
    await eventually(async () => (await f.app.get(`/v1/espacos/${espaco.id}`)).body['nome'] === 'Mudado por fora');
  });
});

describe('unidades', () => {
  const unidades = async (id: string) =>
    (await f.app.get<{ itens: { id: string; nome: string }[] }>(`/v1/espacos/${id}/unidades`, { token: f.admin })).body
      .itens;

  it('acrescentam-se, e retira-se só a que nada ocupa no futuro', async () => {
    const espaco = await f.publicado({ nome: 'Mesas', quantidadeUnidades: 2 });
    const quando = periodo(3, 10);
    expect((await f.reservar(espaco.id, quando)).status).toBe(201);
    const tres = await f.mudar(espaco, { nome: 'Mesas', quantidadeUnidades: 3 });
    expect([tres.status, tres.body.unidades]).toEqual([200, 3]);
    const uma = await f.mudar(tres.body, { nome: 'Mesas', quantidadeUnidades: 1 });
    expect([uma.status, uma.body.unidades]).toEqual([200, 1]);
    // The one that is left is the one that is booked.
    expect((await f.reservar(espaco.id, quando)).status).toBe(409);
    const outra = await f.reservar(espaco.id, periodo(3, 14));
    expect(outra.status).toBe(201);
    expect(await unidades(espaco.id)).toHaveLength(1);
  });

  it('retirar a que tem reserva é recusado, com a lista do que está no caminho', async () => {
    const espaco = await f.publicado({ quantidadeUnidades: 2 });
    const ids = [];
    for (let i = 0; i < 2; i++) ids.push((await f.reservar(espaco.id, periodo(3, 10))).body['id']);
    const { status, body } = await f.mudar(espaco, { quantidadeUnidades: 1 });
    expect([status, body.code]).toEqual([409, 'reservas.unidade-ocupada']);
    expect(body.obstaculos?.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(await unidades(espaco.id)).toHaveLength(2);
  });

  it('retiradas contra reservas ao mesmo tempo: nenhuma reserva fica numa unidade que não existe mais', async () => {
    for (let rodada = 0; rodada < 5; rodada++) {
      const espaco = await f.publicado({ quantidadeUnidades: 4 });
      const [, ...reservas] = await Promise.all([
        f.mudar(espaco, { quantidadeUnidades: 1 }),
        ...Array.from({ length: 4 }, () => f.reservar(espaco.id, periodo(4, 10))),
      ]);
      expect(reservas.some(({ status }) => status === 201)).toBe(true);
      const orfas = await f.database.query(
        `SELECT FROM ocupacoes o JOIN reservas r ON r.id = o.reserva_id
          WHERE r.espaco_id = $1 AND NOT EXISTS (SELECT FROM espaco_unidades u WHERE u.espaco_id = $1 AND u.unidade_id = o.unidade_id)`,
        [espaco.id],
      );
      expect(orfas).toEqual([]);
    }
  });

  it('o composto tem as das partes, e acompanha as mudanças delas', async () => {
    const parteA = await f.publicado({ quantidadeUnidades: 2 });
    const parteB = await f.publicado();
    const salao = await f.publicado({ partes: [parteA.id, parteB.id] });
    expect([salao.unidades, [...salao.partes].sort()]).toEqual([1, [parteA.id, parteB.id].sort()]);
    expect(await unidades(salao.id)).toHaveLength(3);
    await f.mudar(parteA, { quantidadeUnidades: 3 });
    expect(await unidades(salao.id)).toHaveLength(4);
    const { body } = await f.app.get<EspacoHttp>(`/v1/espacos/${salao.id}`);
    expect(body.versao).toBe(salao.versao + 1);
    expect((await f.reservar(salao.id, periodo(5, 10))).status).toBe(201);
    expect((await f.reservar(parteB.id, periodo(5, 10))).status).toBe(409);
    const semB = await f.mudar(body, { partes: [parteA.id] });
    expect([semB.status, semB.body.code]).toEqual([409, 'reservas.unidade-ocupada']);
    for (const partes of [[salao.id], [parteA.id, salao.id]])
      expect(codigo(await f.criar({ partes }))).toEqual([422, 'reservas.composicao-invalida']);
    expect(codigo(await f.mudar(parteB, { partes: [parteA.id] }))).toEqual([422, 'reservas.composicao-invalida']);
    const sozinho = await f.publicado();
    expect(codigo(await f.mudar(sozinho, { partes: [sozinho.id] }))).toEqual([422, 'reservas.composicao-invalida']);
  });
});

describe('bloqueios', () => {
  const bloquear = (id: string, corpo: Record<string, unknown>) =>
    f.app.post<BloqueioHttp & { code?: string; obstaculos?: { id: string; inicio: string; fim: string }[] }>(
      `/v1/espacos/${id}/bloqueios`,
      { motivo: 'Troca do piso', ...corpo },
      { token: f.admin },
    );

  it('tiram o tempo, aparecem na lista e, desfeitos, o devolvem', async () => {
    const espaco = await f.publicado();
    const quando = periodo(3, 9, 5);
    const { status, body } = await bloquear(espaco.id, quando);
    expect([status, body.inicio, body.fim, body.autorId]).toEqual([201, quando.inicio, quando.fim, f.adminId]);
    expect(codigo(await f.reservar(espaco.id, periodo(3, 10)))).toEqual([409, 'reservas.espaco-indisponivel']);
    const lista = await f.app.get<BloqueiosHttp>(`/v1/espacos/${espaco.id}/bloqueios`, { token: f.admin });
    expect(lista.body).toEqual({ itens: [body], proximo: null });
    const desfazer = (espacoId: string) =>
      f.app.send('DELETE', `/v1/espacos/${espacoId}/bloqueios/${body.id}`, { token: f.admin });
    const { id: alheio } = await f.publicado();
    expect(codigo(await desfazer(alheio))).toEqual([404, 'reservas.bloqueio-inexistente']);
    expect(codigo(await f.reservar(espaco.id, periodo(3, 10)))).toEqual([409, 'reservas.espaco-indisponivel']);
    expect((await desfazer(espaco.id)).status).toBe(204);
    expect(codigo(await desfazer(espaco.id))).toEqual([404, 'reservas.bloqueio-inexistente']);
    expect((await f.reservar(espaco.id, periodo(3, 10))).status).toBe(201);
  });

  it('onde há reserva são recusados por inteiro, com a lista do que está no caminho', async () => {
    const espaco = await f.publicado({ quantidadeUnidades: 3 });
    const quando = periodo(3, 10);
    const reserva = await f.reservar(espaco.id, quando);
    const { status, body } = await bloquear(espaco.id, periodo(3, 8, 12));
    expect([status, body.code]).toEqual([409, 'reservas.bloqueio-em-conflito']);
    expect(body.obstaculos).toEqual([{ tipo: 'RESERVA', id: reserva.body['id'], ...quando }]);
    expect(await f.database.query('SELECT FROM bloqueios WHERE espaco_id = $1', [espaco.id])).toHaveLength(0);
    for (let i = 0; i < 2; i++) expect((await f.reservar(espaco.id, quando)).status).toBe(201);
  });

  it('duram e terminam até onde faz sentido', async () => {
    const espaco = await f.publicado();
    const em = (dias: number) => new Date(Date.now() + dias * 86_400_000).toISOString();
    for (const quando of [
      { inicio: em(1), fim: '2100-12-31T00:00:00Z' },
      { inicio: '2000-01-01T00:00:00Z', fim: em(1) },
      { inicio: em(3_653), fim: em(3_654) },
    ])
      expect(codigo(await bloquear(espaco.id, quando))).toEqual([422, 'reservas.bloqueio-longo-demais']);
    expect((await bloquear(espaco.id, { inicio: em(-1), fim: em(3_650) })).status).toBe(201);
  });

  it('podem ser só de algumas unidades, e só das do espaço', async () => {
    const espaco = await f.publicado({ quantidadeUnidades: 2 });
    const { body } = await f.app.get<{ itens: { id: string }[] }>(`/v1/espacos/${espaco.id}/unidades`, {
      token: f.admin,
    });
    const quando = periodo(3, 10);
    expect((await bloquear(espaco.id, { ...quando, unidades: [body.itens[0]?.id] })).status).toBe(201);
    expect((await f.reservar(espaco.id, quando)).status).toBe(201);
    expect((await f.reservar(espaco.id, quando)).status).toBe(409);
    expect(codigo(await bloquear(espaco.id, { ...quando, unidades: [randomUUID()] }))).toEqual([
      422,
      'reservas.unidade-inexistente',
    ]);
    expect(codigo(await bloquear(espaco.id, { inicio: '2020-01-01T00:00:00Z', fim: '2020-01-02T00:00:00Z' }))).toEqual([
      422,
      'reservas.periodo-no-passado',
    ]);
  });

  it('vêm em páginas, os primeiros primeiro', async () => {
    const { id } = await f.publicado();
    const feitos = [];
    for (const dia of [3, 4, 5]) feitos.push((await bloquear(id, periodo(dia, 10))).body);
    const rota = `/v1/espacos/${id}/bloqueios`;
    expect(await f.app.everyPage<BloqueioHttp>(rota, 2, { token: f.admin })).toEqual(feitos);
    const desde = `${rota}?de=${periodo(4, 12).inicio}`;
    expect(await f.app.everyPage<BloqueioHttp>(desde, 2, { token: f.admin })).toEqual(feitos.slice(2));
  });

  it('contra reservas ao mesmo tempo, ou vale o bloqueio ou valem reservas, nunca os dois', async () => {
    for (let rodada = 0; rodada < 5; rodada++) {
      const espaco = await f.publicado({ quantidadeUnidades: 3 });
      const quando = periodo(3, 10);
      const [bloqueio, ...reservas] = await Promise.all([
        bloquear(espaco.id, quando),
        ...Array.from({ length: 10 }, () => f.reservar(espaco.id, quando)),
      ]);
      const feitas = reservas.filter(({ status }) => status === 201).length;
      expect([bloqueio.status, feitas > 0]).toEqual(feitas > 0 ? [409, true] : [201, false]);
      expect([0, 1, 2, 3]).toContain(feitas);
    }
  });
});

describe('feriados', () => {
  it('vêm em páginas, por data', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const datas = ['2031-05-01', '2031-05-02', '2031-05-03'];
    for (const data of datas) await f.app.post('/v1/feriados', { data, cidade, nome: 'Festa' }, { token: f.admin });
    const rota = `/v1/feriados?${new URLSearchParams({ cidade, de: '2031-05-01', ate: '2031-05-03' }).toString()}`;
    const vistos = await f.app.everyPage<FeriadoHttp>(rota, 2, { token: f.admin });
    expect(vistos.map(({ data }) => data)).toEqual(datas);
  });

  it('fecham os espaços da cidade, ou os abrem no horário de feriado, e retirados não valem mais', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    const quando = periodo(10, 9, 2);
    const data = quando.inicio.slice(0, 10);
    const [fecha, aberto, alheio] = await Promise.all([
      f.publicado({ cidade }),
      f.publicado({ cidade, horariosEmFeriado: [{ abre: '09:00', fecha: '10:00' }] }),
      f.publicado(),
    ]);
    const livres = async ({ id }: { id: string }) =>
      (
        await f.app.get<DisponibilidadeHttp>(`/v1/espacos/${id}/disponibilidade?de=${quando.inicio}&ate=${quando.fim}`)
      ).body.livres.map(({ inicio, fim }) => (Date.parse(fim) - Date.parse(inicio)) / 60_000);
    const criar = () =>
      f.app.post<{ id: string }>('/v1/feriados', { data, cidade, nome: 'Aniversário' }, { token: f.admin });
    const { status, body } = await criar();
    expect(status).toBe(201);
    expect(codigo(await criar())).toEqual([409, 'reservas.feriado-repetido']);
    expect([await livres(fecha), await livres(aberto), await livres(alheio)]).toEqual([[], [60], [120]]);
    expect(codigo(await f.reservar(fecha.id, quando))).toEqual([422, 'reservas.fora-do-horario']);
    const lista = await f.app.get<{ itens: unknown[] }>(`/v1/feriados?cidade=${encodeURIComponent(cidade)}`);
    expect(lista.body.itens).toEqual([{ id: body.id, data, cidade, nome: 'Aniversário' }]);
    const retirar = () => f.app.send('DELETE', `/v1/feriados/${body.id}`, { token: f.admin });
    expect((await retirar()).status).toBe(204);
    expect(codigo(await retirar())).toEqual([404, 'reservas.feriado-inexistente']);
    expect(await livres(fecha)).toEqual([120]);
  });
});
