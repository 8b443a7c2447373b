import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import type { CloudEvent } from '@plataforma/contracts';
import { exposeMetrics, Logger } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { Broker, ConcurrencyError } from '../src/index.js';
import {
  broker,
  database,
  app,
  others,
  start,
  usuario,
  espaco,
  store,
  db,
  pendentes,
  publicados,
} from './messaging-fixture.js';

describe('outbox', () => {
  it('publica o que a transação confirmou, e nada do que ela desfez', async () => {
    const [mantido, desfeito] = [`teste/${randomUUID()}`, `teste/${randomUUID()}`];
    await db().transaction(() => store().append(mantido, [usuario()]));
    await expect(
      db().transaction(async () => {
        await store().append(desfeito, [usuario()]);
        throw new Error('desfaz');
      }),
    ).rejects.toThrow('desfaz');
    await eventually(() => publicados(mantido).length === 1);
    expect(publicados(desfeito)).toEqual([]);
  });

  it('com três relays ao mesmo tempo, mantém a ordem de cada fluxo', async () => {
    others.push(await start(), await start());
    const fluxos = Array.from({ length: 5 }, () => `teste/${randomUUID()}`);
    await Promise.all(
      fluxos.map(async (fluxo, i) => {
        for (let lote = 0; lote < 10; lote++)
          await store([app, ...others][(i + lote) % 3]).append(
            fluxo,
            Array.from({ length: 5 }, () => (i % 2 === 0 ? usuario() : espaco())),
          );
      }),
    );
    await eventually(async () => (await pendentes()) === 0);
    for (const fluxo of fluxos) {
      await eventually(() => publicados(fluxo).length >= 50);
      expect([...new Set(publicados(fluxo))]).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    }
  });

  it('o que o broker recusa segura o que vem depois no seu fluxo, e só isso', async () => {
    const [recusado, vizinho] = [`teste/${randomUUID()}`, `teste/${randomUUID()}`];
    const relayBroker = app.nest.get(Broker);
    const publish = relayBroker.publish.bind(relayBroker);
    let recusas = 0;
    const spy = jest.spyOn(relayBroker, 'publish').mockImplementation((publication) => {
      const { subject, sequence } = JSON.parse(publication.body.toString()) as CloudEvent;
      if (subject !== recusado || sequence !== '2') return publish(publication);
      recusas++;
      return Promise.reject(new Error('recusada'));
    });
    const restam = () => pendentes(recusado);
    try {
      await store().append(recusado, [usuario(), usuario(), usuario(), usuario()]);
      await eventually(() => recusas >= 2);
      await store().append(vizinho, [usuario()]);
      await eventually(() => publicados(vizinho).length === 1);
      expect(publicados(recusado)).toEqual([1]);
      expect(await restam()).toBe(3);
    } finally {
      spy.mockRestore();
    }
    await eventually(() => publicados(recusado).length === 4);
    expect(publicados(recusado)).toEqual([1, 2, 3, 4]);
    await eventually(async () => (await restam()) === 0);
  });

  it('o que só uma versão mais nova conhece espera por ela, com o seu fluxo, e é dito', async () => {
    const [deAmanha, vizinho] = [`teste/${randomUUID()}`, `teste/${randomUUID()}`];
    const warn = jest.spyOn(app.nest.get(Logger), 'warn');
    const futuro = 'coisa.de-amanha.v1';
    const versions = [
      [1, futuro, {}],
      [2, 'usuario.registrado.v1', usuario().data],
    ];
    try {
      for (const [versao, tipo, dados] of versions)
        await database.query(
          `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, $3, $4, $5, '{"correlationid":"x"}')`,
          [randomUUID(), deAmanha, versao, tipo, JSON.stringify(dados)],
        );
      await store().append(vizinho, [usuario()]);
      const said = await eventually(() =>
        warn.mock.calls.map(([, meta]) => meta as { tipo?: string; error?: Error }).find((one) => one.tipo === futuro),
      );
      expect(said.error?.message).toBe('esta versão não conhece o tipo; publica-o uma que o conheça');
      await eventually(() => publicados(vizinho).length === 1);
      expect(publicados(deAmanha)).toEqual([]);
    } finally {
      warn.mockRestore();
      // As the newer one does it.
      await database.query('UPDATE eventos SET publicado_em = now() WHERE fluxo = $1 AND versao = 1', [deAmanha]);
    }
    await eventually(() => publicados(deAmanha).length === 1);
  });

  it('um relay só publica com a trava em mãos', async () => {
    const fluxo = `teste/${randomUUID()}`;
    const atraso = async () => Number(/^outbox_atraso_segundos\S* (.+)$/m.exec((await exposeMetrics()).body)?.[1]);
    await db().transaction(async () => {
      await db().query(`SELECT pg_advisory_xact_lock(hashtextextended('relay', 2))`);
      await database.query(
        `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, 1, 'usuario.registrado.v1', $3, '{"correlationid":"x"}')`,
        [randomUUID(), fluxo, JSON.stringify(usuario().data)],
      );
      // By then every relay has looked at it at least once.
      await eventually(async () => (await atraso()) > 1.5 || publicados(fluxo).length > 0);
      expect(publicados(fluxo)).toEqual([]);
    });
    await eventually(() => publicados(fluxo).length === 1);
  });

  it('não perde o que ninguém avisou: a sondagem encontra', async () => {
    const fluxo = `teste/${randomUUID()}`;
    // Written past the service, as by an instance that died between its commit and its notice.
    await database.query(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, 1, 'usuario.registrado.v1', $3, '{"correlationid":"x"}')`,
      [randomUUID(), fluxo, JSON.stringify(usuario().data)],
    );
    await eventually(() => publicados(fluxo).length === 1);
  });

  it('recusa o que não é a mensagem que diz ser, antes de gravar', async () => {
    const fluxo = `teste/${randomUUID()}`;
    await expect(
      store().append(fluxo, [{ type: 'usuario.registrado.v1', data: { nome: 1 } } as never]),
    ).rejects.toThrow();
    const amais = store().append(fluxo, [{ ...usuario(), data: { ...usuario().data, apelido: 'Aninha' } } as never]);
    await expect(amais).rejects.toThrow(
      'não descreve tudo o que se quer dizer: usuarioId, nome, email, idioma, apelido',
    );
    await expect(amais).rejects.not.toThrow(/Ana|exemplo/);
    expect(await store().read(fluxo)).toEqual([]);
  });

  it.each([
    ['da história', espaco],
    ['sobre uma pessoa', usuario],
  ])('duas escritas %s sobre a mesma versão: a segunda é recusada', async (_, mensagem) => {
    const fluxo = `teste/${randomUUID()}`;
    await store().append(fluxo, [mensagem()], 0);
    await expect(store().append(fluxo, [mensagem()], 0)).rejects.toThrow(ConcurrencyError);
    await eventually(() => publicados(fluxo).length === 1);
  });

  it('a história não se reescreve nem se apaga', async () => {
    const fluxo = `teste/${randomUUID()}`;
    await store().append(fluxo, [espaco()]);
    await expect(database.query(`UPDATE eventos SET dados = '{}' WHERE fluxo = $1`, [fluxo])).rejects.toThrow(
      'só aceita acréscimos',
    );
    await expect(database.query('DELETE FROM eventos WHERE fluxo = $1', [fluxo])).rejects.toThrow(
      'só aceita acréscimos',
    );
  });

  it('o que se diz de uma pessoa não entra na história, por caminho nenhum, e é publicado', async () => {
    const [novo, antigo] = [`usuario/${randomUUID()}`, `usuario/${randomUUID()}`];
    await store().append(novo, [usuario()], 0);
    // As an instance of before there was an outbox for it writes.
    await db().query(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, 1, 'usuario.registrado.v1', $3, '{"correlationid":"x"}')`,
      [randomUUID(), antigo, JSON.stringify(usuario().data)],
    );
    await eventually(() => publicados(novo).length === 1 && publicados(antigo).length === 1);
    await eventually(async () => (await pendentes('usuario/%')) === 0);
    expect(await database.query(`SELECT FROM eventos WHERE dados::text LIKE '%ana@exemplo%'`)).toEqual([]);
    await expect(store().append(novo, [usuario(), espaco()])).rejects.toThrow('mistura');
  });

  it('as palavras de alguém ficam ao lado do evento: quem o lê ou o publica as tem, até que sejam apagadas', async () => {
    const id = randomUUID();
    const fluxo = `reserva/${id}`;
    const cancelada = {
      reservaId: id,
      clienteId: randomUUID(),
      espacoId: randomUUID(),
      espacoNome: 'Sala Ipê',
      cidade: 'São Paulo',
      inicio: '2026-12-04T13:00:00.000Z',
      fim: '2026-12-04T15:00:00.000Z',
      fuso: 'America/Sao_Paulo',
      valorCentavos: 12_000,
      moeda: 'BRL',
      motivo: 'CLIENTE',
      reembolsoCentavos: 6_000,
      justificativa: 'Ana está doente',
    } as const;
    await store().append(fluxo, [{ type: 'reserva.cancelada.v1', data: cancelada }]);
    await eventually(() => publicados(fluxo).length === 1);
    expect(broker.published.find(({ subject }) => subject === fluxo)?.data).toEqual(cancelada);
    const lidos = async () =>
      [...(await store().read(fluxo)), ...((await store().readAll([fluxo])).get(fluxo) ?? [])].map(
        ({ dados }) => dados,
      );
    expect(await lidos()).toEqual([cancelada, cancelada]);
    expect(await database.query(`SELECT FROM eventos WHERE dados::text LIKE '%doente%'`)).toEqual([]);
    await database.query('DELETE FROM palavras_de_eventos');
    const { justificativa: _, ...resto } = cancelada;
    expect(await lidos()).toEqual([resto, resto]);
  });

  it('o que não alcança fila nenhuma não conta como publicado', async () => {
    const perdida = { exchange: '', key: 'ninguem', body: Buffer.from('{}'), messageId: randomUUID() };
    await expect(app.nest.get(Broker).publish({ ...perdida, mandatory: true })).rejects.toThrow('sem rota');
  });
});
