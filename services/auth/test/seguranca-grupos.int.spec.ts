import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AcessoAoEspacoHttp, GrupoHttp, GruposHttp, MembrosHttp, MessageData } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { eventually, type TestApp, type TestResponse } from '@plataforma/testing';
import { UsuarioRepository } from '../src/application/ports.js';
import { AuthFixture, emailNovo, entrar, registrar } from './auth-fixture.js';

describe('Grupos e acessos a espaços', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let admin: string;
  let ana: { id: string; token: string };

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start({}, (nest) => {
      consumeQueue(nest, 'auth.acessos', 10);
      consumeQueue(nest, 'auth.espacos', 10);
    });
    const [emailDoAdmin, emailDaAna] = [emailNovo(), emailNovo()];
    const conta = await registrar(app, emailDoAdmin);
    await app.nest.get(UsuarioRepository).addPapel(conta.id, 'ADMIN');
    const { id } = await registrar(app, emailDaAna);
    admin = (await entrar(app, emailDoAdmin)).tokenAcesso;
    ana = { id, token: (await entrar(app, emailDaAna)).tokenAcesso };
  });
  afterAll(() => auth.stop());

  const pedir = <T = Record<string, unknown>>(
    metodo: 'GET' | 'POST' | 'PUT' | 'DELETE',
    rota: string,
    body?: object,
    headers: Record<string, string> = {},
    token = admin,
  ): Promise<TestResponse<T>> => app.send<T>(metodo, rota, { token, headers, ...(body && { body }) });
  const codigo = ({ status, body }: TestResponse<unknown>) => [status, (body as { code?: string }).code];
  const criar = async () => (await pedir<GrupoHttp>('POST', '/v1/grupos', { nome: `Grupo ${randomUUID()}` })).body;
  const membro = (metodo: 'PUT' | 'DELETE', grupo: string, pessoa = ana.id) =>
    pedir(metodo, `/v1/grupos/${grupo}/membros/${pessoa}`);
  const dizer = (espaco: string, regras: object, headers = {}) =>
    pedir<AcessoAoEspacoHttp>('PUT', `/v1/acessos/espacos/${espaco}`, { regras }, headers);

  /** Every change that was told, by its number. */
  const mudancas = () =>
    [
      ...auth.broker.publishedOf('usuario.grupos-alterados.v1').map(({ data }) => data),
      ...auth.broker.publishedOf('espaco.acesso-alterado.v1').map(({ data }) => data),
    ].sort((a, b) => a.sequencia - b.sequencia);
  const deAna = (): MessageData<'usuario.grupos-alterados.v1'> | undefined =>
    auth.broker
      .publishedOf('usuario.grupos-alterados.v1')
      .map(({ data }) => data)
      .filter(({ usuarioId }) => usuarioId === ana.id)
      .sort((a, b) => a.sequencia - b.sequencia)
      .at(-1);
  const sequencia = async () => {
    const [row] = await auth.database.query<{ ultima: number }>('SELECT ultima::int FROM acessos_sequencia');
    return row?.ultima ?? 0;
  };

  it('têm nome único, e quem é deles se conta inteiro a cada mudança', async () => {
    const [um, outro] = [await criar(), await criar()];
    expect(codigo(await pedir('POST', '/v1/grupos', { nome: um.nome.toUpperCase() }))).toEqual([
      409,
      'auth.grupo-repetido',
    ]);
    for (const _ of [1, 2]) expect((await membro('PUT', um.id)).status).toBe(204);
    await membro('PUT', outro.id);
    await eventually(() => Promise.resolve(deAna()?.grupos.length === 2));
    expect(deAna()?.grupos.toSorted()).toEqual([um.id, outro.id].toSorted());
    const { body } = await pedir<MembrosHttp>('GET', `/v1/grupos/${um.id}/membros`);
    expect(body.itens).toMatchObject([{ usuarioId: ana.id, nome: 'Ana Souza' }]);
    for (const _ of [1, 2]) expect((await membro('DELETE', um.id)).status).toBe(204);
    await eventually(() => Promise.resolve(deAna()?.grupos.length === 1));
    const { body: todos } = await pedir<GruposHttp>('GET', '/v1/grupos');
    expect(
      todos.itens
        .filter(({ id }) => [um.id, outro.id].includes(id))
        .map(({ membros }) => membros)
        .toSorted(),
    ).toEqual([0, 1]);
    await membro('DELETE', outro.id);
  });

  it('o acesso a um espaço se diz por inteiro, com a versão que se leu', async () => {
    const grupo = await criar();
    const espaco = await auth.espaco();
    const rota = `/v1/acessos/espacos/${espaco}`;
    const nada = await pedir<AcessoAoEspacoHttp>('GET', rota);
    expect([nada.headers.get('etag'), nada.body]).toEqual(['"0"', { espacoId: espaco, versao: 0, regras: {} }]);
    const dito = await dizer(espaco, { RESERVAR: [grupo.id], VER: [] }, { 'if-match': '"0"' });
    expect([dito.status, dito.body]).toEqual([
      200,
      { espacoId: espaco, versao: 1, regras: { RESERVAR: [grupo.id], VER: [] } },
    ]);
    expect(codigo(await dizer(espaco, {}, { 'if-match': '"0"' }))).toEqual([412, 'auth.acesso-desatualizado']);
    expect(codigo(await dizer(espaco, { VER: [randomUUID()] }))).toEqual([404, 'auth.grupo-inexistente']);
    expect((await dizer(espaco, { OUTRO: [] })).status).toBe(400);
    await eventually(() => Promise.resolve(mudancas().some((uma) => 'espacoId' in uma && uma.espacoId === espaco)));
    expect(codigo(await pedir('DELETE', `/v1/grupos/${grupo.id}`))).toEqual([409, 'auth.grupo-em-uso']);
    expect((await dizer(espaco, {}, { 'if-match': '"1"' })).body).toMatchObject({ versao: 2, regras: {} });
    expect((await pedir('DELETE', `/v1/grupos/${grupo.id}`)).status).toBe(204);
    expect(codigo(await membro('PUT', grupo.id))).toEqual([404, 'auth.grupo-inexistente']);
  });

  it('de um espaço que não existe nada se diz nem se lê, e nada se conta', async () => {
    const [antes, espaco] = [await sequencia(), randomUUID()];
    const nenhum = [404, 'auth.espaco-inexistente'];
    expect(codigo(await pedir('GET', `/v1/acessos/espacos/${espaco}`))).toEqual(nenhum);
    for (const headers of [{}, { 'if-match': '"0"' }])
      expect(codigo(await dizer(espaco, { VER: [] }, headers))).toEqual(nenhum);
    expect(await sequencia()).toBe(antes);
  });

  it('as mudanças se contam sem saltos, por mais que venham juntas', async () => {
    const grupos = await Promise.all(Array.from({ length: 5 }, criar));
    const antes = await sequencia();
    const espacos = await Promise.all(Array.from({ length: 5 }, () => auth.espaco()));
    const respostas = await Promise.all([
      ...grupos.map(({ id }) => membro('PUT', id)),
      ...espacos.map((espaco) => dizer(espaco, { VER: [] })),
    ]);
    expect(respostas.every(({ status }) => status < 300)).toBe(true);
    expect(await sequencia()).toBe(antes + 10);
    await eventually(() => Promise.resolve(mudancas().filter((uma) => uma.sequencia > antes).length === 10));
    const novas = mudancas().filter((uma) => uma.sequencia > antes);
    expect(novas.map(({ sequencia: n, anterior }) => [n, anterior])).toEqual(
      Array.from({ length: 10 }, (_, i) => [antes + i + 1, antes + i]),
    );
    expect(deAna()?.grupos.toSorted()).toEqual(grupos.map(({ id }) => id).toSorted());
    await Promise.all(grupos.map(({ id }) => membro('DELETE', id)));
  });

  it('quem perdeu alguma as recebe de novo como são agora, encadeadas, e sabe que é o fim', async () => {
    const grupo = await criar();
    await membro('PUT', grupo.id);
    await membro('DELETE', grupo.id);
    const ultima = await sequencia();
    const ditas = mudancas().length;
    await auth.broker.publish('acesso.reenviar.v1', { desde: 0 });
    const fim = () =>
      auth.broker
        .publishedOf('usuario.grupos-em-dia.v1')
        .some(({ data }) => data.sequencia === ultima && data.anterior === ultima);
    await eventually(() => Promise.resolve(fim() && mudancas().length > ditas && deAna()?.sequencia === ultima));
    const elos = mudancas().map(({ sequencia: n, anterior }) => [anterior, n] as const);
    // From nothing one comes to the end by what was told, link by link.
    let ate = 0;
    for (const [anterior, n] of elos.toSorted((a, b) => a[0] - b[0])) if (anterior <= ate) ate = Math.max(ate, n);
    expect(ate).toBe(ultima);
    expect(deAna()?.grupos).toEqual([]);
  });

  it('são de quem administra, numa sessão sua', async () => {
    for (const [metodo, rota, corpo] of [
      ['GET', '/v1/grupos'],
      ['POST', '/v1/grupos', { nome: 'Meu' }],
      ['PUT', `/v1/grupos/${randomUUID()}/membros/${ana.id}`],
      ['PUT', `/v1/acessos/espacos/${randomUUID()}`, { regras: {} }],
    ] as const) {
      expect([rota, codigo(await pedir(metodo, rota, corpo, {}, ana.token))]).toEqual([
        rota,
        [403, 'auth.sem-permissao'],
      ]);
      expect((await app.send(metodo, rota, corpo && { body: corpo })).status).toBe(401);
    }
  });

  it('somem com a pessoa, e a contagem segue', async () => {
    const grupo = await criar();
    const email = emailNovo();
    const { id } = await registrar(app, email);
    await membro('PUT', grupo.id, id);
    await auth.database.query('SELECT apagar_pessoa($1)', [id]);
    expect(await auth.database.query('SELECT FROM grupo_membros WHERE usuario_id = $1', [id])).toHaveLength(0);
    expect(codigo(await membro('PUT', grupo.id, id))).toEqual([404, 'auth.usuario-nao-encontrado']);
    const ultima = await sequencia();
    await auth.broker.publish('acesso.reenviar.v1', { desde: ultima - 1 });
    await eventually(() =>
      Promise.resolve(
        auth.broker
          .publishedOf('usuario.grupos-em-dia.v1')
          .some(({ data }) => data.sequencia === ultima && data.anterior === ultima - 1),
      ),
    );
  });
});
