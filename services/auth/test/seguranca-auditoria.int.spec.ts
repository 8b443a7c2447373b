import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditoriaHttp, UsuarioHttp } from '@plataforma/contracts';
import { canonicalJson, consumeQueue, verificarAuditoria } from '@plataforma/messaging';
import { eventually, type TestApp } from '@plataforma/testing';
import pg from 'pg';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';

describe('Segurança 38: a auditoria', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let admin: UsuarioHttp;
  let token: string;
  let owner: pg.Client;

  const query = <R>(sql: string, parameters: readonly unknown[] = []) =>
    auth.database.query(sql, parameters) as Promise<R[]>;
  const conferir = () => verificarAuditoria('auth', query, [query]);
  const registros = async (filtro: string, limite = 100) =>
    (await app.get<AuditoriaHttp>(`/v1/auditoria/auth?limite=${limite}&${filtro}`, { token })).body;
  /** All that was recorded is in the chain, and its end is known elsewhere. */
  const ancorada = () =>
    eventually(async () => {
      const { aEncadear, conferidos, quebra } = await conferir();
      const [ancora] = await auth.database.query<{ ate: string | null }>(
        `SELECT max(posicao) AS ate FROM auditoria_ancoras WHERE servico = 'auth'`,
      );
      return !quebra && aEncadear === 0 && conferidos > 0 && Number(ancora?.ate) > 0;
    }, 60_000);
  /** As somebody who owns the database and its triggers. */
  const adulterar = async (sql: string) => {
    await owner.query(
      'BEGIN; ALTER TABLE auditoria DISABLE TRIGGER USER; ALTER TABLE auditoria_corrente DISABLE TRIGGER USER',
    );
    await owner.query(sql);
    await owner.query('ALTER TABLE auditoria ENABLE TRIGGER USER; ALTER TABLE auditoria_corrente ENABLE TRIGGER USER');
    const achado = await owner
      .query('SELECT 1')
      .then(() =>
        verificarAuditoria(
          'auth',
          async <R>(q: string, p: readonly unknown[] = []) => (await owner.query(q, [...p])).rows as R[],
          [query],
        ),
      );
    await owner.query('ROLLBACK');
    return achado;
  };

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start({}, (nest) => consumeQueue(nest, 'auth.espacos', 10));
    admin = await registrar(app);
    await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}' WHERE id = $1`, [admin.id]);
    ({ tokenAcesso: token } = await entrar(app, admin.email));
    owner = new pg.Client({ connectionString: auth.database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await auth.stop();
  });

  it('registra entradas, recusas, papéis e contas desativadas, com quem o fez e a quem', async () => {
    const pessoa = await registrar(app);
    await entrar(app, pessoa.email);
    await app.post('/v1/sessoes', { email: pessoa.email, senha: 'não é esta senha' });
    await app.get('/v1/usuarios', { token: (await entrar(app, pessoa.email)).tokenAcesso });
    await app.send('PUT', `/v1/usuarios/${pessoa.id}/papeis`, { token, body: { papeis: ['OPERADOR'] } });
    await app.post(`/v1/usuarios/${pessoa.id}/desativacao`, undefined, { token });
    const { itens } = await registros(`pessoa=${pessoa.id}`);
    expect(itens.map(({ tipo, autorId, pessoaId, dados }) => [tipo, autorId, pessoaId, dados]).reverse()).toEqual([
      ['sessao.aberta', pessoa.id, pessoa.id, { amr: ['pwd'] }],
      [
        'sessao.recusada',
        null,
        pessoa.id,
        { codigo: 'auth.credenciais-invalidas', endereco: expect.stringMatching(/^[0-9a-f]{16}$/) },
      ],
      ['sessao.aberta', pessoa.id, pessoa.id, { amr: ['pwd'] }],
      ['acesso.recusado', pessoa.id, null, { papeis: ['CLIENTE'], rota: 'GET /v1/usuarios' }],
      ['conta.papeis-mudados', admin.id, pessoa.id, { de: ['CLIENTE'], para: ['OPERADOR'] }],
      ['conta.desativada', admin.id, pessoa.id, {}],
    ]);
    expect(JSON.stringify(itens)).not.toMatch(/exemplo\.com|Ana/);
  });

  it('registra grupos, quem é deles, o que podem num espaço, contas reativadas e o que se faz a mensagens mortas', async () => {
    const pessoa = await registrar(app);
    const { body: grupo } = await app.post<{ id: string }>('/v1/grupos', { nome: `Grupo ${pessoa.id}` }, { token });
    const espaco = await auth.espaco();
    const membro = `/v1/grupos/${grupo.id}/membros/${pessoa.id}`;
    const acesso = `/v1/acessos/espacos/${espaco}`;
    for (const [metodo, rota, body] of [
      ['PUT', membro, undefined],
      ['PUT', acesso, { regras: { RESERVAR: [grupo.id] } }],
      ['PUT', acesso, { regras: {} }],
      ['DELETE', membro, undefined],
      ['DELETE', `/v1/grupos/${grupo.id}`, undefined],
      ['POST', `/v1/usuarios/${pessoa.id}/desativacao`, undefined],
      ['POST', `/v1/usuarios/${pessoa.id}/reativacao`, undefined],
      ['POST', '/v1/auditoria/mensagens-mortas', { acao: 'REENVIO', mensagem: 'morta-1' }],
      ['POST', '/v1/auditoria/mensagens-mortas', { acao: 'EXCLUSAO', mensagem: 'morta-1', motivo: 'de um teste' }],
    ] as const) {
      const { status } = await app.send(metodo, rota, { token, ...(body && { body }) });
      expect([rota, status < 300]).toEqual([rota, true]);
    }
    const { itens } = await registros('');
    const destes = [`grupo/${grupo.id}`, `espaco/${espaco}`, `usuario/${pessoa.id}`, 'mensagem-morta/morta-1'];
    const deles = itens.filter(({ alvo, autorId }) => destes.includes(String(alvo)) && autorId === admin.id).reverse();
    expect(deles.map(({ tipo, pessoaId, dados }) => [tipo, pessoaId, dados])).toEqual([
      ['grupo.criado', null, {}],
      ['grupo.membro-incluido', pessoa.id, {}],
      ['espaco.acesso-mudado', null, { antes: {}, regras: { RESERVAR: [grupo.id] } }],
      ['espaco.acesso-mudado', null, { antes: { RESERVAR: [grupo.id] }, regras: {} }],
      ['grupo.membro-retirado', pessoa.id, {}],
      ['grupo.excluido', null, {}],
      ['conta.desativada', pessoa.id, {}],
      ['conta.reativada', pessoa.id, {}],
      ['mensagem-morta.reenviada', null, {}],
      ['mensagem-morta.excluida', null, { motivo: 'de um teste' }],
    ]);
  });

  it('se lê por pessoa, tipo e período, em páginas, só por quem é da casa', async () => {
    const todos = await app.everyPage<{ id: string; tipo: string; ocorridoEm: string }>('/v1/auditoria/auth', 2, {
      token,
    });
    expect(new Set(todos.map(({ id }) => id)).size).toBe(todos.length);
    expect(todos.length).toBeGreaterThan(5);
    const { itens } = await registros('tipo=conta.desativada');
    expect(new Set(itens.map(({ tipo }) => tipo))).toEqual(new Set(['conta.desativada']));
    expect((await registros(`ate=${todos.at(-1)?.ocorridoEm}`)).itens).toEqual([]);
    const cliente = await registrar(app);
    expect(
      await app.get('/v1/auditoria/auth', { token: (await entrar(app, cliente.email)).tokenAcesso }),
    ).toMatchObject({ status: 403 });
  });

  it('não se muda, nem se apaga, nem se esvazia com o papel da aplicação', async () => {
    const aplicacao = new pg.Client({ connectionString: auth.database.options.DATABASE_URL });
    await aplicacao.connect();
    try {
      for (const tabela of ['auditoria', 'auditoria_corrente', 'auditoria_ancoras'])
        for (const sql of [
          `DELETE FROM ${tabela}`,
          `TRUNCATE ${tabela}`,
          `UPDATE ${tabela} SET ${tabela === 'auditoria' ? `tipo = 'x.y'` : 'posicao = 1'}`,
        ])
          await expect(aplicacao.query(sql)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await aplicacao.end();
    }
    // Nor by the owner, as long as the triggers are there.
    await expect(owner.query(`UPDATE auditoria SET tipo = 'x.y.z'`)).rejects.toMatchObject({ code: '23001' });
    await expect(owner.query('TRUNCATE auditoria CASCADE')).rejects.toMatchObject({ code: '23001' });
  });

  it('mostra o primeiro registro que alguém mudou, retirou ou cortou do fim', async () => {
    expect(await ancorada()).toBe(true);
    expect(await conferir()).toMatchObject({ aEncadear: 0 });
    const [{ terceiro } = { terceiro: '' }] = await auth.database.query<{ terceiro: string }>(
      'SELECT registro_id AS terceiro FROM auditoria_corrente WHERE posicao = 3',
    );
    expect(
      await adulterar(`UPDATE auditoria SET autor_id = NULL, pessoa_id = NULL WHERE id = '${terceiro}'`),
    ).toMatchObject({
      quebra: { posicao: 3, registroId: terceiro },
    });
    expect(
      await adulterar(`UPDATE auditoria SET ocorrido_em = ocorrido_em - interval '1 ms' WHERE id = '${terceiro}'`),
    ).toMatchObject({
      quebra: { posicao: 3 },
    });
    expect(await adulterar('DELETE FROM auditoria_corrente WHERE posicao = 3')).toMatchObject({
      quebra: { posicao: 3 },
    });
    const cortada = await adulterar(
      `DELETE FROM auditoria_corrente WHERE posicao >= (SELECT max(posicao) FROM auditoria_ancoras)`,
    );
    expect(cortada.quebra?.motivo).toMatch(/cortada/);
    // Cut off and written anew, as whoever has the program may: what others saw was something else.
    const refeita = await adulterar(`DELETE FROM auditoria_corrente; `);
    expect(refeita.quebra).toMatchObject({ posicao: 1 });
    expect(await conferir()).not.toHaveProperty('quebra');
  });

  it('diz aos outros até onde vai, e guarda o que os outros dizem, sem se deixar desdizer', async () => {
    const ancora = await eventually(() => auth.broker.publishedOf('auditoria.ancorada.v1')[0], 60_000);
    expect(ancora.data).toMatchObject({ servico: 'auth', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    consumeQueue(app.nest, 'auth.auditoria', 10);
    await app.nest.startAllMicroservices();
    const dita = { servico: 'reservas', posicao: 7, hash: 'a'.repeat(64) };
    await auth.broker.publish('auditoria.ancorada.v1', dita);
    await auth.broker.publish('auditoria.ancorada.v1', { ...dita, hash: 'b'.repeat(64) });
    await auth.broker.publish('auditoria.ancorada.v1', { ...dita, posicao: 8 });
    const guardadas = () =>
      auth.database.query(
        `SELECT posicao, encode(hash, 'hex') AS hash FROM auditoria_ancoras WHERE servico = 'reservas' ORDER BY posicao`,
      );
    await eventually(async () => (await guardadas()).length === 2, 30_000);
    expect(await guardadas()).toEqual([
      { posicao: '7', hash: 'a'.repeat(64) },
      { posicao: '8', hash: 'a'.repeat(64) },
    ]);
  });

  it('é encadeada sobre JSON canônico (RFC 8785)', () => {
    // The example of section 3.2.2 and the order of 3.2.3.
    expect(
      canonicalJson(
        JSON.parse(
          '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
        ),
      ),
    ).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    );
  });
});
