import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExportacoesHttp, MessageData, MinhasExportacoesHttp, UsuarioHttp } from '@plataforma/contracts';
import { consumeQueue, rotuloDoPedaco } from '@plataforma/messaging';
import { boxFor } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { ExportacaoRepository } from '../src/application/ports.js';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';
import { CartasFixture } from './cartas-fixture.js';

type Pedido = MessageData<'usuario.exportacao-pedida.v1'>;

/** The files of an archive, by its central directory. */
function unzip(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number];
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(start, start + size);
    const text = zip.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    files.set(zip.subarray(at + 46, at + 46 + name).toString(), text.toString());
    at += 46 + name + extra + comment;
  }
  return files;
}

describe('Segurança 35: a exportação dos dados de uma pessoa', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let cartas: CartasFixture;
  let pessoa: UsuarioHttp;
  let token: string;
  /** Other services that do not answer, and how much each has of a person. */
  let calados: Set<string>;
  let linhas = 3;
  let parar = false;
  let ouvinte: Promise<void>;

  const pedir = () => app.post<{ id: string }>('/v1/conta/exportacoes', undefined, { token });
  const pedidosA = (servico: string) =>
    auth.broker
      .publishedOf('usuario.exportacao-pedida.v1')
      .map(({ data }) => data)
      .filter((data) => data.usuarioId === pessoa.id && data.servico === servico);
  const baixar = (codigo: string) =>
    fetch(`${app.url}/v1/exportacoes/arquivo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/zip' },
      body: JSON.stringify({ codigo }),
    });
  const arquivo = async (codigo: string) => {
    const answer = await baixar(codigo);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    return unzip(Buffer.from(await answer.arrayBuffer()));
  };
  const pronta = () => cartas.token(pessoa.email, 'EXPORTACAO_PRONTA');
  const sql = (text: string) => auth.database.query(text, [pessoa.id]);

  async function responder({ pedidoId, usuarioId, servico, tentativa, chavePublica }: Pedido): Promise<void> {
    const base = { pedidoId, usuarioId, servico, tentativa };
    const caixa = boxFor(chavePublica);
    const pedaco = { ordem: 1, arquivo: 'coisas' };
    const texto = `[\n${Array.from({ length: linhas }, (_, n) => JSON.stringify({ n, de: servico, vez: tentativa, nome: `<b>${'x'.repeat(20)}` })).join(',\n')}\n]\n`;
    const conteudo = caixa.close(gzipSync(texto), rotuloDoPedaco(pedidoId, servico, pedaco)).toString('base64');
    const fim = { pedacos: 1, arquivos: [{ arquivo: 'coisas', linhas, titulo: 'Coisas', tituloEn: 'Things' }] };
    // The last comes first: no order is promised.
    await auth.broker.publish('usuario.dados-exportados.v1', { ...base, ordem: 2, fim });
    await auth.broker.publish('usuario.dados-exportados.v1', { ...base, ...pedaco, chave: caixa.chave, conteudo });
  }

  async function ouvir(): Promise<void> {
    const vistas = new Set<string>();
    while (!parar) {
      for (const { id, data } of auth.broker.publishedOf('usuario.exportacao-pedida.v1')) {
        if (calados.has(data.servico) || vistas.has(id)) continue;
        vistas.add(id);
        await responder(data);
      }
      await turn();
    }
  }

  const start = async () => {
    const um = await auth.start();
    consumeQueue(um.nest, 'auth.exportacoes', 10);
    await um.nest.startAllMicroservices();
    return um;
  };

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await start();
    cartas = new CartasFixture(auth);
    calados = new Set();
    ouvinte = ouvir();
  });
  beforeEach(async () => {
    calados = new Set();
    linhas = 3;
    pessoa = await registrar(app);
    token = (await entrar(app, pessoa.email)).tokenAcesso;
  });
  afterAll(async () => {
    parar = true;
    await ouvinte;
    await auth.stop();
  });

  it('reúne o que cada serviço tem, e dá um ZIP de JSON e um resumo a quem tem o link da carta', async () => {
    const { status } = await pedir();
    expect(status).toBe(202);
    const files = await arquivo(await pronta());
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        'resumo.html',
        'auth/usuarios.json',
        'auth/sessoes.json',
        'auth/consentimentos.json',
        'notificacoes/coisas.json',
        'pagamentos/coisas.json',
        'reservas/coisas.json',
      ]),
    );
    expect(JSON.parse(files.get('auth/usuarios.json') ?? '')).toEqual([
      expect.objectContaining({ id: pessoa.id, nome: 'Ana Souza', email: pessoa.email }),
    ]);
    expect(JSON.parse(files.get('reservas/coisas.json') ?? '')).toHaveLength(3);
    const resumo = files.get('resumo.html') ?? '';
    expect(resumo).toContain(pessoa.email);
    expect(resumo).not.toContain('<b>');
    expect([...files.values()].join('')).not.toMatch(/argon2|senha_hash|token_hash/);
    const { body } = await app.get<MinhasExportacoesHttp>('/v1/conta/exportacoes', { token });
    expect(body.itens).toEqual([expect.objectContaining({ estado: 'PRONTA' })]);
    const tipos = await sql(
      `SELECT tipo FROM auditoria WHERE pessoa_id = $1 AND tipo LIKE 'exportacao.%' ORDER BY ocorrido_em`,
    );
    expect(tipos).toEqual([
      { tipo: 'exportacao.pedida' },
      { tipo: 'exportacao.pronta' },
      { tipo: 'exportacao.baixada' },
    ]);
  });

  it('nada deixa em claro, nem no banco nem nas mensagens', async () => {
    await pedir();
    await pronta();
    const [row] = await sql(
      `SELECT count(*)::int AS quantos, count(*) FILTER (WHERE encode(conteudo, 'escape') ~ 'Ana Souza|coisas')::int AS claros
         FROM pedacos_de_exportacao p JOIN pedidos_de_exportacao e ON e.id = p.pedido_id WHERE e.usuario_id = $1`,
    );
    expect(row).toMatchObject({ claros: 0 });
    expect(row?.['quantos']).toBeGreaterThan(5);
    const ditas = JSON.stringify(auth.broker.publishedOf('usuario.exportacao-pedida.v1'));
    expect(ditas).not.toMatch(new RegExp(pessoa.email));
  });

  it('é uma de cada vez, e uma por dia', async () => {
    calados.add('reservas');
    const respostas = await Promise.all([pedir(), pedir(), pedir(), pedir()]);
    expect(respostas.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    await eventually(() => pedidosA('reservas').length === 1);
    calados.clear();
    await pronta();
    const { status, body, headers } = await pedir();
    expect([status, body]).toEqual([429, expect.objectContaining({ code: 'auth.exportacao-recente' })]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(80_000);
    await sql(`UPDATE pedidos_de_exportacao SET pedido_em = now() - interval '25 hours' WHERE usuario_id = $1`);
    expect((await pedir()).status).toBe(202);
  });

  it('não dá nada sem o link, nem por outro, nem depois de vencido, e então é apagada com a sua chave', async () => {
    const recusa = async (codigo: string) => {
      const answer = await baixar(codigo);
      return [answer.status, ((await answer.json()) as { code: string }).code];
    };
    expect(await recusa('q'.repeat(43))).toEqual([422, 'auth.exportacao-vencida']);
    expect((await baixar('x')).status).toBe(400);
    await pedir();
    const codigo = await pronta();
    expect((await arquivo(codigo)).size).toBeGreaterThan(5);
    await sql(`UPDATE pedidos_de_exportacao SET expira_em = now() WHERE usuario_id = $1`);
    expect(await recusa(codigo)).toEqual([422, 'auth.exportacao-vencida']);
    await app.nest.get(ExportacaoRepository).purge();
    expect(
      await sql(
        `SELECT estado, chave_privada, codigo_hash, (SELECT count(*)::int FROM pedacos_de_exportacao WHERE pedido_id = p.id) AS pedacos
           FROM pedidos_de_exportacao p WHERE usuario_id = $1`,
      ),
    ).toEqual([{ estado: 'EXPIRADA', chave_privada: null, codigo_hash: null, pedacos: 0 }]);
  });

  it('dá o arquivo algumas vezes, e não sem fim', async () => {
    await pedir();
    const codigo = await pronta();
    await sql(`UPDATE pedidos_de_exportacao SET baixada_vezes = 19 WHERE usuario_id = $1`);
    expect((await arquivo(codigo)).size).toBeGreaterThan(5);
    expect((await baixar(codigo)).status).toBe(429);
  });

  it('espera por quem não responde, à vista de quem opera, que o pede de novo; o que se disse antes não conta', async () => {
    const admin = await registrar(app);
    await auth.database.query(`UPDATE usuarios SET papeis = '{OPERADOR}' WHERE id = $1`, [admin.id]);
    const operador = (await entrar(app, admin.email)).tokenAcesso;
    calados.add('pagamentos');
    const { id } = (await pedir()).body;
    const vista = async () =>
      (await app.get<ExportacoesHttp>('/v1/exportacoes?estado=REUNINDO', { token: operador })).body.itens.find(
        (uma) => uma.id === id,
      );
    await eventually(async () => (await vista())?.falta.join() === 'pagamentos');
    expect(await vista()).toMatchObject({ usuarioId: pessoa.id, atrasada: false });
    const retomar = (quem: string) => app.post(`/v1/exportacoes/${id}/retomada`, undefined, { token: quem });
    expect((await retomar(token)).status).toBe(403);
    expect((await retomar(operador)).status).toBe(204);
    expect(
      await auth.database.query(
        `SELECT tipo, autor_id FROM auditoria WHERE alvo = $1 AND tipo = 'exportacao.retomada'`,
        [`exportacao/${String(id)}`],
      ),
    ).toEqual([{ tipo: 'exportacao.retomada', autor_id: admin.id }]);
    const [, segundo] = await eventually(() =>
      pedidosA('pagamentos').length > 1 ? pedidosA('pagamentos') : undefined,
    );
    const [primeiro] = pedidosA('pagamentos');
    if (!primeiro || !segundo) throw new Error('faltam pedidos');
    await responder(primeiro);
    await responder(segundo);
    const files = await arquivo(await pronta());
    expect((JSON.parse(files.get('pagamentos/coisas.json') ?? '') as unknown[])[0]).toMatchObject({
      vez: segundo.tentativa,
    });
    expect(await retomar(operador)).toMatchObject({ status: 404, body: { code: 'auth.exportacao-nao-encontrada' } });
  });

  it('é retomada por outra instância quando a que a conduzia morre, em qualquer passo', async () => {
    calados.add('reservas');
    const { id } = (await pedir()).body;
    await eventually(() => pedidosA('reservas').length > 0);
    // As one leaves it who dies with it in hand: under a lease, which ends.
    await auth.database.query(
      `UPDATE pedidos_de_exportacao SET posse_ate = now() + interval '2 s', disponivel_em = now() WHERE id = $1`,
      [id],
    );
    const outra = await start();
    calados.clear();
    expect((await arquivo(await pronta())).get('reservas/coisas.json')).toContain('"de":"reservas"');
    expect(cartas.to(pessoa.email, 'EXPORTACAO_PRONTA')).toHaveLength(1);
    expect(outra.url).toBeTruthy();
  });

  it('vai com a conta, e o que chega depois não fica', async () => {
    calados.add('reservas');
    const { id } = (await pedir()).body;
    const [pedido] = await eventually(() => (pedidosA('reservas').length > 0 ? pedidosA('reservas') : undefined));
    await sql('SELECT apagar_pessoa($1)');
    if (!pedido) throw new Error('falta o pedido');
    await responder(pedido);
    const seguinte = await auth.broker.publish('usuario.dados-exportados.v1', {
      ...{ pedidoId: id, usuarioId: pessoa.id, servico: 'reservas', tentativa: 1, ordem: 9 },
      fim: { pedacos: 0, arquivos: [] },
    });
    await eventually(
      async () => (await auth.database.query('SELECT FROM inbox WHERE mensagem_id = $1', [seguinte.id])).length > 0,
    );
    expect(await auth.database.query('SELECT FROM pedacos_de_exportacao WHERE pedido_id = $1', [id])).toEqual([]);
    expect(await auth.database.query('SELECT FROM pedidos_de_exportacao WHERE id = $1', [id])).toEqual([]);
  });

  it('de quem é outro não se vê nem se pede', async () => {
    await pedir();
    const outra = await registrar(app);
    const dela = (await entrar(app, outra.email)).tokenAcesso;
    expect((await app.get<MinhasExportacoesHttp>('/v1/conta/exportacoes', { token: dela })).body.itens).toEqual([]);
    expect((await app.get('/v1/exportacoes', { token: dela })).status).toBe(403);
    expect((await app.post('/v1/conta/exportacoes', { usuarioId: randomUUID() }, { token: dela })).status).toBe(400);
  });
});
