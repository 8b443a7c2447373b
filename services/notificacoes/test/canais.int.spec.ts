import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestApp } from '@plataforma/testing';
import { type Aceite, Canais, EntregaRepository, FalhaDeEnvio } from '../src/application/ports.js';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

/** More than one queue has hands. */
const MUITAS = 25;

describe('Os canais', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
  });
  afterAll(() => notificacoes.stop());

  it('têm cada um a sua fila: um provedor que não responde não atrasa os outros', async () => {
    const entregas = app.nest.get(EntregaRepository);
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    const [modelo] = await eventually(async () => {
      const lista = await notificacoes.listar(app, caso);
      return lista.some(({ estado }) => estado === 'ENVIADA') && lista;
    });
    // SMS by a provider that takes everything and never answers, until it is let go.
    const levadas: string[] = [];
    const responde = Promise.withResolvers<Aceite>();
    app.nest.get(Canais).por.SMS.deliver = ({ id }) => {
      levadas.push(id);
      return responde.promise;
    };
    await notificacoes.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
       SELECT gen_random_uuid(), gen_random_uuid(), versao, tipo, 'SMS', usuario_id, dados, 'PENDENTE'
         FROM entregas, generate_series(1, $2) WHERE id = $1`,
      [modelo?.id, MUITAS],
    );
    entregas.toSend('SMS').announce();
    await eventually(() => levadas.length >= 10);
    const outro = novoCaso();
    await notificacoes.registrar(outro);
    await notificacoes.confirmar(outro);
    await eventually(async () => (await notificacoes.listar(app, outro))[0]?.estado === 'ENVIADA');
    // None of those that hang was given up meanwhile, and none was taken twice.
    expect(levadas).toHaveLength(new Set(levadas).size);
    responde.resolve({ provedor: 'mudo' });
    await eventually(async () => {
      const [{ enviadas } = { enviadas: 0 }] = await notificacoes.database.query<{ enviadas: number }>(
        `SELECT count(*)::int AS enviadas FROM entregas WHERE canal = 'SMS' AND estado = 'ENVIADA'`,
      );
      return enviadas === MUITAS;
    });
    expect(levadas).toHaveLength(MUITAS);
  });

  it('desistem cada um do seu: o que um recusa o outro entrega', async () => {
    const caso = { ...novoCaso(), reservaId: randomUUID() };
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso))[0]?.estado === 'ENVIADA');
    app.nest.get(Canais).por.PUSH.deliver = () => Promise.reject(new FalhaDeEnvio('aparelho não existe', true));
    await notificacoes.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
       SELECT gen_random_uuid(), reserva_id, versao, tipo, 'PUSH', usuario_id, dados, 'PENDENTE'
         FROM entregas WHERE reserva_id = $1`,
      [caso.reservaId],
    );
    app.nest.get(EntregaRepository).toSend('PUSH').announce();
    const estados = await eventually(async () => {
      const lista = await notificacoes.listar(app, caso);
      return lista.some(({ estado }) => estado === 'FALHOU') && lista.map(({ canal, estado }) => [canal, estado]);
    });
    expect(estados).toEqual(
      expect.arrayContaining([
        ['EMAIL', 'ENVIADA'],
        ['PUSH', 'FALHOU'],
      ]),
    );
    const envios = (canal: string, desfecho: string) =>
      notificacoes.metrica(app, 'notificacoes_envios_total', { canal, desfecho, tipo: 'RESERVA_CONFIRMADA' });
    // Each e-mail of this file, and what was refused here; what SMS took above.
    expect(await Promise.all([envios('EMAIL', 'enviada'), envios('SMS', 'enviada')])).toEqual([3, MUITAS]);
    expect(await Promise.all([envios('PUSH', 'falhou'), envios('PUSH', 'enviada')])).toEqual([1, 0]);
    const ate = 'notificacoes_evento_ate_entrega_segundos';
    expect(await notificacoes.metrica(app, `${ate}_count`, { canal: 'EMAIL' })).toBe(3);
    expect(await notificacoes.metrica(app, `${ate}_sum`, { canal: 'EMAIL' })).toBeGreaterThan(0);
  });
});
