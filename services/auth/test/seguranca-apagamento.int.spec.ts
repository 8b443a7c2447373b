import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ApagamentosHttp, ComprovanteHttp, MessageData, SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { eventually, type TestApp } from '@plataforma/testing';
import { AuthFixture, entrar, registrar, SENHA } from './auth-fixture.js';
import { HashDeSenha, UsuarioRepository } from '../src/application/ports.js';
import { CartasFixture } from './cartas-fixture.js';

type Resposta = MessageData<'apagamento.respondido.v1'>;
type Pendencias = Resposta['pendencias'];
const RESERVA = { tipo: 'RESERVA_POR_VIR', id: '0192f0c4-0000-7000-8000-000000000001' };

describe('Segurança 36: o apagamento de uma conta', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let cartas: CartasFixture;
  let pessoa: UsuarioHttp;
  let sessao: SessaoHttp;
  /** What the other services would say to a question, while they listen. */
  let pendenciasDe: (etapa: string, servico: string) => Pendencias;
  let calados: Set<string>;
  let parar = false;
  let ouvinte: Promise<void>;

  const pedirCom = (body: object) =>
    app.send<Record<string, unknown>>('DELETE', '/v1/conta', { token: sessao.tokenAcesso, body });
  const pedir = (senha = SENHA) => pedirCom({ senha });
  const comprovante = async (codigo: unknown) =>
    (await app.post<ComprovanteHttp>('/v1/apagamentos/comprovante', { comprovante: codigo })).body;
  const estado = (codigo: unknown, qual: string) =>
    eventually(async () => (await comprovante(codigo)).estado === qual, 60_000);
  const perguntas = (etapa: string) =>
    auth.broker
      .publishedOf('usuario.apagamento-pedido.v1')
      .filter(({ data }) => data.usuarioId === pessoa.id && data.etapa === etapa);

  /** The other services: each answers every question once, as often as it is put. */
  async function ouvir(): Promise<void> {
    const vistas = new Set<string>();
    while (!parar) {
      for (const { id, data } of auth.broker.publishedOf('usuario.apagamento-pedido.v1')) {
        const { pedidoId, servico, etapa } = data;
        if (calados.has(servico) || vistas.has(id)) continue;
        vistas.add(id);
        const pendencias = pendenciasDe(etapa, servico);
        const apaga = etapa === 'APAGAR' && pendencias.length === 0;
        await auth.broker.publish('apagamento.respondido.v1', {
          pedidoId,
          servico,
          etapa,
          pendencias,
          apagado: apaga ? [{ tipo: `coisas de ${servico}`, quantidade: 2 }] : [],
          mantido: apaga ? [{ tipo: 'recibos', quantidade: 1, motivo: 'obrigação fiscal', ate: '5 anos' }] : [],
        });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start({ AUTH_APAGAMENTO_CARENCIA_SEGUNDOS: '0' });
    consumeQueue(app.nest, 'auth.apagamentos', 10);
    consumeQueue(app.nest, 'auth.auditoria', 10);
    await app.nest.startAllMicroservices();
    cartas = new CartasFixture(auth);
    calados = new Set();
    pendenciasDe = () => [];
    ouvinte = ouvir();
  });
  beforeEach(async () => {
    calados = new Set();
    pendenciasDe = () => [];
    pessoa = await registrar(app);
    sessao = await entrar(app, pessoa.email);
  });
  afterAll(async () => {
    parar = true;
    await ouvinte;
    await auth.stop();
  });

  const auditados = async () =>
    (
      await auth.database.query<{ tipo: string }>(
        `SELECT tipo FROM auditoria WHERE pessoa_id = $1 AND tipo LIKE 'apagamento.%' ORDER BY ocorrido_em`,
        [pessoa.id],
      )
    ).map(({ tipo }) => tipo);

  it('apaga em todos os serviços, conta-o por carta antes de perder o endereço, e dá um comprovante sem dados de ninguém', async () => {
    const { status, body } = await pedir();
    expect(status).toBe(202);
    const { comprovante: codigo } = body;
    expect(await cartas.token(pessoa.email, 'APAGAMENTO_PEDIDO')).toBe(codigo);
    // Nobody goes on with it, from the first moment.
    expect(await app.get('/v1/usuarios/eu', { token: sessao.tokenAcesso })).toMatchObject({ status: 401 });
    expect(await estado(codigo, 'CONCLUIDO')).toBe(true);
    const recibo = await comprovante(codigo);
    expect(recibo.apagado).toEqual(
      expect.arrayContaining([
        { servico: 'auth', tipo: 'conta', quantidade: 1 },
        ...['notificacoes', 'pagamentos', 'reservas'].map((servico) => ({
          servico,
          tipo: `coisas de ${servico}`,
          quantidade: 2,
        })),
      ]),
    );
    expect(recibo.mantido).toContainEqual(expect.objectContaining({ motivo: 'obrigação fiscal', ate: '5 anos' }));
    expect(JSON.stringify(recibo)).not.toMatch(new RegExp(`${pessoa.id}|${pessoa.email}|Ana`));
    expect(await auth.database.query('SELECT FROM usuarios WHERE id = $1', [pessoa.id])).toEqual([]);
    const anonimizado = () =>
      auth.broker.publishedOf('usuario.anonimizado.v1').find(({ data }) => data.usuarioId === pessoa.id);
    expect((await eventually(anonimizado, 30_000)).data.usuarioId).toBe(pessoa.id);
    expect(await app.post('/v1/sessoes', { email: pessoa.email, senha: SENHA })).toMatchObject({ status: 401 });
    expect(await auditados()).toEqual(['apagamento.pedido', 'apagamento.concluido']);
    // The address is free again.
    await registrar(app, pessoa.email);
  });

  it('enquanto dura, ninguém inclui a pessoa em nada nem a traz de volta, e quem reserva para outros sabe dela', async () => {
    const conta = await registrar(app);
    await app.nest.get(UsuarioRepository).addPapel(conta.id, 'ADMIN');
    const { tokenAcesso: token } = await entrar(app, conta.email);
    const { body: grupo } = await app.post<{ id: string }>('/v1/grupos', { nome: `De ${conta.id}` }, { token });
    /** Whether the account may be used, each time that it was told. */
    const ditas = () =>
      auth.broker
        .publishedOf('usuario.grupos-alterados.v1')
        .map(({ data }) => data)
        .filter(({ usuarioId }) => usuarioId === pessoa.id)
        .sort((a, b) => a.sequencia - b.sequencia)
        .map(({ ativa }) => ativa);
    await eventually(() => ditas().length === 1);

    // Something began after the first question: it is undone.
    pendenciasDe = (etapa) => (etapa === 'RECONFERIR' ? [RESERVA] : []);
    expect(await estado((await pedir()).body['comprovante'], 'DESFEITO')).toBe(true);
    await eventually(() => ditas().length === 3);
    expect(ditas()).toEqual([true, false, true]);

    pendenciasDe = (etapa, servico) => (etapa === 'APAGAR' && servico === 'reservas' ? [RESERVA] : []);
    sessao = await entrar(app, pessoa.email);
    const { comprovante: codigo } = (await pedir()).body;
    for (const [metodo, rota, body] of [
      ['PUT', `/v1/grupos/${grupo.id}/membros/${pessoa.id}`, undefined],
      ['POST', `/v1/usuarios/${pessoa.id}/reativacao`, undefined],
      ['POST', `/v1/usuarios/${pessoa.id}/desativacao`, undefined],
      ['PUT', `/v1/usuarios/${pessoa.id}/papeis`, { papeis: ['OPERADOR'] }],
    ] as const) {
      const recusada = await app.send<{ code: string }>(metodo, rota, { token, ...(body && { body }) });
      expect([rota, recusada.status, recusada.body.code]).toEqual([rota, 409, 'auth.apagamento-em-andamento']);
    }
    await eventually(() => ditas().length === 4);
    expect(ditas().at(-1)).toBe(false);
    pendenciasDe = () => [];
    expect(await estado(codigo, 'CONCLUIDO')).toBe(true);
  });

  it('é recusado com o que está em andamento, ou com a senha errada, e então nada muda', async () => {
    pendenciasDe = (_, servico) => (servico === 'reservas' ? [RESERVA] : []);
    expect(await pedir()).toMatchObject({
      status: 409,
      body: { code: 'auth.apagamento-com-pendencias', pendencias: [RESERVA] },
    });
    expect(await pedir('não é esta senha')).toMatchObject({
      status: 422,
      body: { code: 'auth.senha-atual-incorreta' },
    });
    expect(await app.get('/v1/usuarios/eu', { token: sessao.tokenAcesso })).toMatchObject({ status: 200 });
    expect(perguntas('APAGAR')).toEqual([]);
    expect(cartas.to(pessoa.email, 'APAGAMENTO_PEDIDO')).toEqual([]);
    pendenciasDe = () => [];
    expect((await pedir()).status).toBe(202);
  });

  it('vai até o fim quando se perde a resposta do commit com que começou', async () => {
    const usuarios = app.nest.get(UsuarioRepository);
    const exclusively = usuarios.exclusively.bind(usuarios);
    const espia = jest.spyOn(usuarios, 'exclusively').mockImplementationOnce(async (trabalho) => {
      await exclusively(trabalho);
      throw new Error('a conexão caiu antes da resposta');
    });
    expect((await pedir()).status).toBe(500);
    espia.mockRestore();
    // What was committed was told, and is done.
    const codigo = await cartas.token(pessoa.email, 'APAGAMENTO_PEDIDO');
    expect(await estado(codigo, 'CONCLUIDO')).toBe(true);
    expect(await auditados()).toEqual(['apagamento.pedido', 'apagamento.concluido']);
  });

  it('não começa com uma senha que mudou enquanto se perguntava aos serviços', async () => {
    pendenciasDe = (etapa, servico) => {
      if (etapa === 'CONFERIR' && servico === 'pagamentos') calados.add('pagamentos');
      return [];
    };
    calados.add('pagamentos');
    const pedido = pedir();
    await eventually(() => perguntas('CONFERIR').length === 2);
    await auth.database.query('UPDATE usuarios SET senha_hash = $2 WHERE id = $1', [
      pessoa.id,
      await app.nest.get(HashDeSenha).hash('a rainha sem roupa riu'),
    ]);
    calados.clear();
    expect(await pedido).toMatchObject({ status: 422, body: { code: 'auth.senha-atual-incorreta' } });
    expect(await app.get('/v1/usuarios/eu', { token: sessao.tokenAcesso })).toMatchObject({ status: 200 });
    await entrar(app, pessoa.email, 'a rainha sem roupa riu');
  });

  it('pede a senha a quem tem uma, e só a quem tem', async () => {
    expect(await pedirCom({})).toMatchObject({ status: 422, body: { code: 'auth.senha-atual-incorreta' } });
    await auth.database.query('UPDATE usuarios SET senha_propria = false, senha_hash = $2 WHERE id = $1', [
      pessoa.id,
      app.nest.get(HashDeSenha).decoy,
    ]);
    const { status, body } = await pedirCom({});
    expect(status).toBe(202);
    expect(await estado(body['comprovante'], 'CONCLUIDO')).toBe(true);
  });

  it('não começa se um serviço não responde a tempo', async () => {
    calados.add('pagamentos');
    expect(await pedir()).toMatchObject({ status: 503, body: { code: 'auth.apagamento-sem-resposta' } });
    expect(await app.get('/v1/usuarios/eu', { token: sessao.tokenAcesso })).toMatchObject({ status: 200 });
  });

  it('se desfaz, e a conta volta, se algo entrou enquanto as sessões acabavam', async () => {
    pendenciasDe = (etapa, servico) => (etapa === 'RECONFERIR' && servico === 'reservas' ? [RESERVA] : []);
    const { comprovante: codigo } = (await pedir()).body;
    expect(await estado(codigo, 'DESFEITO')).toBe(true);
    expect(perguntas('APAGAR')).toEqual([]);
    await cartas.wait(pessoa.email, 'APAGAMENTO_DESFEITO');
    await entrar(app, pessoa.email);
    expect(await auditados()).toEqual(['apagamento.pedido', 'apagamento.desfeito']);
  });

  it('não apaga a última conta que administra', async () => {
    await auth.database.query(`UPDATE usuarios SET papeis = '{CLIENTE}' WHERE papeis @> '{ADMIN}'`);
    await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}' WHERE id = $1`, [pessoa.id]);
    sessao = await entrar(app, pessoa.email);
    expect(await pedir()).toMatchObject({ status: 409, body: { code: 'auth.ultimo-administrador' } });
    expect(await app.get('/v1/usuarios/eu', { token: sessao.tokenAcesso })).toMatchObject({ status: 200 });
  });

  it('espera por quem não responde, à vista de quem opera, que o retoma', async () => {
    const admin = await registrar(app);
    await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}' WHERE id = $1`, [admin.id]);
    const { tokenAcesso: token } = await entrar(app, admin.email);
    pendenciasDe = (etapa) => {
      // From the first step on that erases, nobody is heard from.
      if (etapa === 'RECONFERIR') calados.add('notificacoes');
      return [];
    };
    const { id, comprovante: codigo } = (await pedir()).body;
    const vistos = async () =>
      (await app.get<ApagamentosHttp>('/v1/apagamentos?estado=APAGANDO', { token })).body.itens.find(
        (um) => um.id === id,
      );
    await eventually(async () => (await vistos())?.falta.join() === 'notificacoes', 60_000);
    expect(await vistos()).toMatchObject({ usuarioId: pessoa.id, atrasado: false });
    expect(await app.post(`/v1/apagamentos/${String(id)}/retomada`, undefined, { token })).toMatchObject({
      status: 204,
    });
    // It is asked again, and once it is there, answers both times: the first answer stays.
    await eventually(
      () => perguntas('APAGAR').filter(({ data }) => data.servico === 'notificacoes').length > 1,
      60_000,
    );
    calados.clear();
    expect(await estado(codigo, 'CONCLUIDO')).toBe(true);
    const recibo = await comprovante(codigo);
    expect(recibo.apagado.filter(({ servico }) => servico === 'notificacoes')).toHaveLength(1);
    expect(
      await auth.database.query(
        `SELECT tipo, autor_id FROM auditoria WHERE alvo = $1 AND tipo = 'apagamento.retomado'`,
        [`apagamento/${String(id)}`],
      ),
    ).toEqual([{ tipo: 'apagamento.retomado', autor_id: admin.id }]);
    expect(await app.post(`/v1/apagamentos/${String(id)}/retomada`, undefined, { token })).toMatchObject({
      status: 404,
      body: { code: 'auth.apagamento-nao-encontrado' },
    });
  });

  it('é retomado por outra instância quando a que o conduzia morre', async () => {
    pendenciasDe = (etapa) => {
      if (etapa === 'RECONFERIR') calados.add('reservas');
      return [];
    };
    const { id, comprovante: codigo } = (await pedir()).body;
    await eventually(() => perguntas('APAGAR').length > 0, 60_000);
    // As one leaves it who dies with it in hand: under a lease, which ends.
    await auth.database.query(
      `UPDATE pedidos_de_apagamento SET posse_ate = now() + interval '2 s', disponivel_em = now() WHERE id = $1`,
      [id],
    );
    const outra = await auth.start({ AUTH_APAGAMENTO_CARENCIA_SEGUNDOS: '0' });
    calados.clear();
    expect(await estado(codigo, 'CONCLUIDO')).toBe(true);
    expect(outra.url).toBeTruthy();
  });
});
