import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { consumeQueue, rotuloDoPedaco } from '@plataforma/messaging';
import { boxFor, newBoxKeys } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { ChaveMestra } from '../src/infrastructure/chave-mestra.js';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';

describe('Segurança 35: o auth morre ao exportar os dados de uma pessoa', () => {
  let auth: AuthFixture;
  let parar = false;
  let ouvinte: Promise<void>;

  /** The other services: each answers every question, as often as it is put. */
  async function ouvir(): Promise<void> {
    const vistas = new Set<string>();
    while (!parar) {
      for (const { id, data } of auth.broker.publishedOf('usuario.exportacao-pedida.v1')) {
        if (vistas.has(id)) continue;
        vistas.add(id);
        const { pedidoId, usuarioId, servico, tentativa, chavePublica } = data;
        const base = { pedidoId, usuarioId, servico, tentativa };
        const caixa = boxFor(chavePublica);
        const pedaco = { ordem: 1, arquivo: 'coisas' };
        const conteudo = caixa
          .close(gzipSync('[\n\n]\n'), rotuloDoPedaco(pedidoId, servico, pedaco))
          .toString('base64');
        await auth.broker.publish('usuario.dados-exportados.v1', { ...base, ...pedaco, chave: caixa.chave, conteudo });
        const fim = { pedacos: 1, arquivos: [{ arquivo: 'coisas', linhas: 0, titulo: 'Coisas', tituloEn: 'Things' }] };
        await auth.broker.publish('usuario.dados-exportados.v1', { ...base, ordem: 2, fim });
      }
      await turn();
    }
  }

  const morto = (child: ChildProcess) => eventually(() => child.signalCode, 120_000);

  beforeAll(async () => {
    auth = await AuthFixture.create();
    ouvinte = ouvir();
  });
  afterAll(async () => {
    parar = true;
    await ouvinte;
    await auth.stop();
  });

  it.each([
    'auth.exportacao.antes-do-commit',
    'auth.exportacao.depois-do-commit',
    'messaging.relay.antes-de-publicar',
    'messaging.relay.antes-de-marcar',
    'messaging.consumidor.antes-do-ack',
  ])(
    '(%s): outro o retoma, e a pessoa recebe um link, uma vez',
    async (failpoint) => {
      const [pessoa, id, chaves] = [randomUUID(), randomUUID(), newBoxKeys()];
      await auth.database.query(
        `INSERT INTO usuarios (id, nome, email, senha_hash, papeis, idioma)
       VALUES ($1, 'Ana Souza', $2, '$argon2id$x', '{CLIENTE}', 'pt-BR')`,
        [pessoa, `${pessoa}@exemplo.com`],
      );
      await auth.database.query(
        'INSERT INTO pedidos_de_exportacao (id, usuario_id, chave_publica, chave_privada) VALUES ($1, $2, $3, $4)',
        [
          id,
          pessoa,
          chaves.publica,
          new ChaveMestra(Buffer.from(auth.chaveMestra, 'base64')).encrypt(chaves.privada, `exportacao/${id}`),
        ],
      );
      expect(await morto(await auth.launch(failpoint))).toBe('SIGKILL');
      // Of a step that did not commit there is nothing.
      if (failpoint === 'auth.exportacao.antes-do-commit')
        for (const tabela of ['partes_de_exportacao', 'pedacos_de_exportacao'])
          expect(await auth.database.query(`SELECT FROM ${tabela} WHERE pedido_id = $1`, [id])).toEqual([]);
      // The dead worker's lease would be over in a minute; its end is what lets another take it up.
      await auth.database.query('UPDATE pedidos_de_exportacao SET posse_ate = NULL WHERE id = $1', [id]);
      const outro = await auth.launch();
      await eventually(
        async () =>
          (await auth.database.query(`SELECT FROM pedidos_de_exportacao WHERE id = $1 AND estado = 'PRONTA'`, [id]))
            .length > 0,
        120_000,
      );
      const cartas = () =>
        auth.broker
          .publishedOf('usuario.carta-pedida.v1')
          .filter(({ data }) => data.usuarioId === pessoa && data.tipo === 'EXPORTACAO_PRONTA');
      await eventually(() => cartas().length > 0, 120_000);
      // Published again it is the same letter.
      expect(new Set(cartas().map(({ data }) => data.cartaId)).size).toBe(1);
      await auth.kill(outro);
    },
    300_000,
  );

  it.each([
    { failpoint: 'auth.exportacao.pedido-antes-do-commit', pedida: false },
    { failpoint: 'auth.exportacao.pedido-depois-do-commit', pedida: true },
  ])(
    '($failpoint): enquanto se pede, ou nada há, e se pede de novo, ou já está pedida; e o link vem uma vez',
    async ({ failpoint, pedida }) => {
      const app = await auth.start();
      consumeQueue(app.nest, 'auth.exportacoes', 10);
      await app.nest.startAllMicroservices();
      const { id: pessoa, email } = await registrar(app);
      const { tokenAcesso: token } = await entrar(app, email);
      const pedidos = () => auth.database.query('SELECT FROM pedidos_de_exportacao WHERE usuario_id = $1', [pessoa]);
      expect(await auth.fatalRequest(failpoint, 'POST', '/v1/conta/exportacoes', token)).toBeUndefined();
      expect(await pedidos()).toHaveLength(pedida ? 1 : 0);
      const { status } = await app.post('/v1/conta/exportacoes', undefined, { token });
      expect(pedida ? [409, 429] : [202]).toContain(status);
      await eventually(
        () =>
          auth.broker
            .publishedOf('usuario.carta-pedida.v1')
            .some(({ data }) => data.usuarioId === pessoa && data.tipo === 'EXPORTACAO_PRONTA'),
        120_000,
      );
      expect(await pedidos()).toHaveLength(1);
    },
    300_000,
  );
});
