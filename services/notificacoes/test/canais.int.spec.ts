import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { EnviarEntregas } from '../src/application/enviar-entregas.js';
import { Canal, EntregaRepository, FalhaDeEnvio } from '../src/application/ports.js';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const AJUSTES = { tentativas: 2, pausaMs: 20, prazoMs: 30_000 };
/** More than one queue has hands. */
const MUITAS = 25;

/** SMS by a provider that takes everything and never answers, until it is let go. */
class SmsQueNaoResponde extends Canal {
  override readonly tipo = 'SMS';
  readonly levadas: string[] = [];
  readonly responde = Promise.withResolvers<string>();

  override deliver(id: string): Promise<string> {
    this.levadas.push(id);
    return this.responde.promise;
  }
}

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
    await notificacoes.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
       SELECT gen_random_uuid(), gen_random_uuid(), versao, tipo, 'SMS', usuario_id, dados, 'PENDENTE'
         FROM entregas, generate_series(1, $2) WHERE id = $1`,
      [modelo?.id, MUITAS],
    );
    const sms = new SmsQueNaoResponde();
    const envio = new EnviarEntregas(entregas, sms, AJUSTES, app.nest.get(Logger));
    envio.start();
    try {
      await eventually(() => sms.levadas.length >= 10);
      const outro = novoCaso();
      await notificacoes.registrar(outro);
      await notificacoes.confirmar(outro);
      await eventually(async () => (await notificacoes.listar(app, outro))[0]?.estado === 'ENVIADA');
      // None of those that hang was given up meanwhile, and none was taken twice.
      expect(sms.levadas).toHaveLength(new Set(sms.levadas).size);
      sms.responde.resolve('SMS');
      await eventually(async () => {
        const [{ enviadas } = { enviadas: 0 }] = await notificacoes.database.query<{ enviadas: number }>(
          `SELECT count(*)::int AS enviadas FROM entregas WHERE canal = 'SMS' AND estado = 'ENVIADA'`,
        );
        return enviadas === MUITAS;
      });
      expect(sms.levadas).toHaveLength(MUITAS);
    } finally {
      sms.responde.resolve('SMS');
      await envio.stop();
    }
  });

  it('desistem cada um do seu: o que um recusa o outro entrega', async () => {
    const caso = { ...novoCaso(), reservaId: randomUUID() };
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso))[0]?.estado === 'ENVIADA');
    await notificacoes.database.query(
      `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
       SELECT gen_random_uuid(), reserva_id, versao, tipo, 'PUSH', usuario_id, dados, 'PENDENTE'
         FROM entregas WHERE reserva_id = $1`,
      [caso.reservaId],
    );
    const recusa: Canal = {
      tipo: 'PUSH',
      deliver: () => Promise.reject(new FalhaDeEnvio('aparelho não existe', true)),
    };
    const envio = new EnviarEntregas(app.nest.get(EntregaRepository), recusa, AJUSTES, app.nest.get(Logger));
    envio.start();
    try {
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
    } finally {
      await envio.stop();
    }
  });
});
