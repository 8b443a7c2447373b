import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsentimentosHttp, UsuarioHttp } from '@plataforma/contracts';
import { eventually, type TestApp } from '@plataforma/testing';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';

describe('Segurança 37: o consentimento de uma pessoa', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let pessoa: UsuarioHttp;
  let token: string;

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start();
  });
  beforeEach(async () => {
    pessoa = await registrar(app);
    token = (await entrar(app, pessoa.email)).tokenAcesso;
  });
  afterAll(() => auth.stop());

  const dizer = (concedido: boolean, versao = 1, idioma?: string) =>
    app.send('PUT', '/v1/consentimentos/NOVIDADES', { token, body: { concedido, versao, idioma } });
  const novidades = async (idioma = '') => {
    const { body } = await app.get<ConsentimentosHttp>(`/v1/consentimentos${idioma}`, { token });
    return body.itens.find(({ finalidade }) => finalidade === 'NOVIDADES');
  };
  const anuncios = () =>
    auth.broker
      .publishedOf('consentimento.alterado.v1')
      .filter(({ data }) => data.usuarioId === pessoa.id)
      .map(({ data, sequence }) => [sequence, data.finalidade, data.concedido, data.versaoDoTexto]);

  it('começa por não haver, e mostra o texto na língua que se pede', async () => {
    const { body } = await app.get<ConsentimentosHttp>('/v1/consentimentos', { token });
    expect(body.itens.map(({ finalidade, concedido, historico }) => [finalidade, concedido, historico])).toEqual([
      ['NOVIDADES', false, []],
      ['PESQUISAS', false, []],
    ]);
    expect(body.itens[0]?.texto).toMatchObject({ versao: 1, idioma: 'pt-BR', titulo: 'Receber novidades' });
    expect((await novidades('?idioma=en'))?.texto.titulo).toBe('Get news');
  });

  it('guarda o que se disse, quando e diante de que texto, e conta cada mudança uma vez', async () => {
    expect((await dizer(true, 1, 'en')).status).toBe(204);
    expect((await dizer(true)).status).toBe(204);
    expect((await dizer(false)).status).toBe(204);
    expect((await dizer(false)).status).toBe(204);
    const { concedido, historico = [] } = (await novidades()) ?? {};
    expect(concedido).toBe(false);
    expect(historico.map((palavra) => [palavra.concedido, palavra.texto.versao])).toEqual([
      [false, 1],
      [true, 1],
    ]);
    expect(historico[1]?.texto).toMatchObject({ idioma: 'en', titulo: 'Get news' });
    expect(Math.abs(Date.parse(historico[1]?.em ?? '') - Date.now())).toBeLessThan(600_000);
    await eventually(() => anuncios().length === 2);
    expect(anuncios()).toEqual([
      ['1', 'NOVIDADES', true, 1],
      ['2', 'NOVIDADES', false, 1],
    ]);
    // Said of a person: by the outbox that forgets.
    expect(await auth.database.query(`SELECT FROM eventos WHERE tipo LIKE 'consentimento.%'`)).toEqual([]);
  });

  it('só se dá ao texto de hoje, e se retira de qualquer um', async () => {
    await dizer(true);
    await auth.database.query(
      `INSERT INTO textos_de_consentimento VALUES ('NOVIDADES', 2, 'pt-BR', 'Outro', 'Outro texto'), ('NOVIDADES', 2, 'en', 'Other', 'Other text')`,
    );
    try {
      expect(await novidades()).toMatchObject({ texto: { versao: 2 }, concedido: true });
      expect(await dizer(true)).toMatchObject({
        status: 409,
        body: { code: 'auth.texto-de-consentimento-mudou', versao: 2 },
      });
      expect((await dizer(true, 2)).status).toBe(204);
      expect((await dizer(false, 1)).status).toBe(204);
      expect((await novidades())?.historico.map(({ texto }) => texto.versao)).toEqual([2, 2, 1]);
    } finally {
      await auth.database.query(
        `ALTER TABLE textos_de_consentimento DISABLE TRIGGER USER; ALTER TABLE consentimentos DISABLE TRIGGER USER;
         DELETE FROM consentimentos WHERE texto_versao = 2; DELETE FROM textos_de_consentimento WHERE versao = 2;
         ALTER TABLE textos_de_consentimento ENABLE TRIGGER USER; ALTER TABLE consentimentos ENABLE TRIGGER USER`,
      );
    }
  });

  it('é recusado no que não tem forma, não existe ou não é de ninguém, e então nada muda', async () => {
    const put = (path: string, body: unknown, quem: string | undefined = token) =>
      app.send('PUT', `/v1/consentimentos/${path}`, { ...(quem !== undefined && { token: quem }), body });
    expect((await put('OUTRA', { concedido: true, versao: 1 })).status).toBe(400);
    expect((await put('NOVIDADES', { concedido: true })).status).toBe(400);
    expect((await put('NOVIDADES', { concedido: 'sim', versao: 1 })).status).toBe(400);
    expect((await put('NOVIDADES', { concedido: true, versao: 1, usuarioId: pessoa.id })).status).toBe(400);
    expect((await put('NOVIDADES', { concedido: true, versao: 99 })).status).toBe(409);
    expect((await put('NOVIDADES', { concedido: true, versao: 1 }, '')).status).toBe(401);
    expect((await novidades())?.historico).toEqual([]);
  });

  it('não pode mudar sem fim, e sempre pode ser retirado', async () => {
    let status = 204;
    for (let vez = 0; vez < 30 && status === 204; vez++) {
      status = (await dizer(true)).status;
      expect((await dizer(false)).status).toBe(204);
    }
    expect(status).toBe(429);
    expect((await novidades())?.concedido).toBe(false);
    expect((await novidades())?.historico.length).toBeLessThanOrEqual(20);
  });

  it('é um de cada vez, embora muitos o mudem juntos', async () => {
    const respostas = await Promise.all(Array.from({ length: 10 }, () => dizer(true)));
    expect(respostas.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 204));
    expect((await novidades())?.historico).toHaveLength(1);
  });

  it('não se reescreve nem se apaga, senão com a conta', async () => {
    await dizer(true);
    const mudar = (sql: string) => auth.database.query(sql, [pessoa.id]);
    await expect(mudar('UPDATE consentimentos SET concedido = false WHERE usuario_id = $1')).rejects.toThrow(
      /só aceita acréscimos/,
    );
    await expect(mudar('DELETE FROM consentimentos WHERE usuario_id = $1')).rejects.toThrow(/só se apaga com a conta/);
    await mudar('SELECT apagar_pessoa($1)');
    expect(await mudar('SELECT FROM consentimentos WHERE usuario_id = $1')).toEqual([]);
  });
});
