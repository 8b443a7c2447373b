import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { consumeQueue, rotuloDoPedaco } from '@plataforma/messaging';
import { newBoxKeys, openBox, SealError } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

describe('Segurança 35: a quem pede os seus dados', () => {
  let notificacoes: NotificacoesFixture;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    const app = await notificacoes.start();
    consumeQueue(app.nest, 'notificacoes.pessoas', 10);
    await app.nest.startAllMicroservices();
  });
  afterAll(() => notificacoes.stop());

  const perguntar = (caso: Caso, pedidoId: string, chavePublica: string, tentativa = 1, servico = 'notificacoes') =>
    notificacoes.broker.publish(
      'usuario.exportacao-pedida.v1',
      { pedidoId, usuarioId: caso.clienteId, servico, tentativa, chavePublica },
      { subject: `exportacao/${randomUUID()}` },
    );
  const pedacos = (pedidoId: string, tentativa = 1) =>
    notificacoes.broker
      .publishedOf('usuario.dados-exportados.v1')
      .map(({ data }) => data)
      .filter((data) => data.pedidoId === pedidoId && data.tentativa === tentativa);
  const fim = (pedidoId: string, tentativa = 1) =>
    eventually(() => pedacos(pedidoId, tentativa).find((data) => data.fim)?.fim);

  it('o serviço manda a sua parte, que só a chave do pedido abre, cada pedaço no seu lugar', async () => {
    const [caso, outro, pedidoId, chaves] = [novoCaso(), novoCaso(), randomUUID(), newBoxKeys()];
    await notificacoes.registrar(caso);
    await notificacoes.registrar(outro, { nome: 'Bia Lima' });
    await notificacoes.confirmar(caso);
    await eventually(
      async () =>
        (
          await notificacoes.database.query(`SELECT FROM entregas WHERE usuario_id = $1 AND estado = 'ENVIADA'`, [
            caso.clienteId,
          ])
        ).length === 1,
    );
    await perguntar(caso, pedidoId, chaves.publica);
    const { pedacos: quantos, arquivos } = await fim(pedidoId);
    const ditos = pedacos(pedidoId).filter(({ conteudo }) => conteudo !== undefined);
    expect(new Set(ditos.map(({ ordem }) => ordem)).size).toBe(quantos);
    expect(JSON.stringify(ditos)).not.toMatch(/Ana Souza|exemplo\.com/);
    const abrir = (
      { ordem, arquivo = '', chave = '', conteudo = '' }: (typeof ditos)[number],
      privada = chaves.privada,
    ) =>
      gunzipSync(
        openBox(
          Buffer.from(conteudo, 'base64'),
          privada,
          chave,
          rotuloDoPedaco(pedidoId, 'notificacoes', { arquivo, ordem }),
        ),
      ).toString();
    const lidos = new Map(ditos.map((um) => [um.arquivo, JSON.parse(abrir(um)) as unknown[]]));
    expect(lidos.get('contatos')).toEqual([expect.objectContaining({ nome: 'Ana Souza', usuario_id: caso.clienteId })]);
    expect(lidos.get('entregas')).toHaveLength(1);
    expect(JSON.stringify([...lidos.values()])).not.toContain('Bia Lima');
    expect(arquivos.find(({ arquivo }) => arquivo === 'entregas')?.linhas).toBe(1);
    expect(
      await notificacoes.database.query('SELECT tipo, pessoa_id, dados FROM auditoria WHERE alvo = $1', [
        `exportacao/${pedidoId}`,
      ]),
    ).toEqual([
      {
        tipo: 'exportacao.feita',
        pessoa_id: caso.clienteId,
        dados: { linhas: arquivos.reduce((soma, { linhas }) => soma + linhas, 0) },
      },
    ]);
    const [primeiro] = ditos;
    if (!primeiro) throw new Error('não há pedaços');
    expect(() => abrir(primeiro, newBoxKeys().privada)).toThrow(SealError);
    expect(() => abrir({ ...primeiro, ordem: primeiro.ordem + 1 })).toThrow(SealError);
  });

  it('de novo, se de novo se pede; e nada, se não se pede a ele', async () => {
    const [caso, pedidoId, { publica }] = [novoCaso(), randomUUID(), newBoxKeys()];
    await perguntar(caso, pedidoId, publica, 1, 'reservas');
    await perguntar(caso, pedidoId, publica, 2);
    await perguntar(caso, pedidoId, publica, 3);
    const nomes = async (vez: number) => (await fim(pedidoId, vez)).arquivos.map(({ arquivo }) => arquivo);
    expect(await nomes(2)).toEqual(await nomes(3));
    expect(pedacos(pedidoId, 1)).toEqual([]);
  });
});
