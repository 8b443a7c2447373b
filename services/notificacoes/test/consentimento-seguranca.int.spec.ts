import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestApp } from '@plataforma/testing';
import { SEM_CONSENTIMENTO } from '../src/application/ports.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

describe('Segurança 37: o que não é de uma reserva nem da conta', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
  });
  afterAll(() => notificacoes.stop());

  const consumida = ({ id }: { readonly id: string }) =>
    eventually(
      async () =>
        (
          await notificacoes.database.query(
            "SELECT FROM inbox WHERE mensagem_id = $1 AND consumidor <> 'notificacoes.ganchos'",
            [id],
          )
        ).length > 0,
    );
  const estados = async (caso: Caso) =>
    Object.fromEntries((await notificacoes.listar(app, caso)).map(({ tipo, estado }) => [tipo, estado]));
  const emCada = (caso: Caso, esperado: Record<string, string>) =>
    eventually(async () => {
      expect(await estados(caso)).toEqual(esperado);
      return true;
    });
  const vencer = ({ reservaId }: Caso) =>
    notificacoes.database.query(`UPDATE entregas SET disponivel_em = now() WHERE reserva_id = $1`, [reservaId]);
  const motivos = async ({ reservaId }: Caso) =>
    (
      await notificacoes.database.query<{ motivo: string }>(
        'SELECT motivo FROM entregas WHERE reserva_id = $1 AND motivo IS NOT NULL',
        [reservaId],
      )
    ).map(({ motivo }) => motivo);

  it('não vai a quem nunca consentiu, e o que é da reserva vai a todos', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await emCada(caso, { RESERVA_CONFIRMADA: 'ENVIADA' });
    await consumida(await notificacoes.concluir(caso));
    expect(await estados(caso)).toEqual({ RESERVA_CONFIRMADA: 'ENVIADA' });
  });

  it('vai só com a finalidade em que se consentiu', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.consentir(caso, 'PESQUISAS', true, 1));
    await notificacoes.concluir(caso);
    await emCada(caso, { COMO_FOI: 'ENVIADA' });
  });

  it('deixa de ir, embora já estivesse na fila, assim que o consentimento é retirado', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 1));
    await notificacoes.concluir(caso);
    await emCada(caso, { CONVITE_A_VOLTAR: 'PENDENTE' });
    await notificacoes.consentir(caso, 'NOVIDADES', false, 2);
    await emCada(caso, { CONVITE_A_VOLTAR: 'SUPERADA' });
    expect(await motivos(caso)).toEqual([SEM_CONSENTIMENTO]);
    // What was given up stays so when they change their mind.
    await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 3));
    expect(await estados(caso)).toEqual({ CONVITE_A_VOLTAR: 'SUPERADA' });
  });

  it('é conferido outra vez na hora de sair', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 1));
    await notificacoes.concluir(caso);
    await emCada(caso, { CONVITE_A_VOLTAR: 'PENDENTE' });
    // As if the word and what was queued had crossed.
    await notificacoes.database.query('UPDATE consentimentos SET concedido = false WHERE usuario_id = $1', [
      caso.clienteId,
    ]);
    await vencer(caso);
    await emCada(caso, { CONVITE_A_VOLTAR: 'SUPERADA' });
    expect(await motivos(caso)).toEqual([SEM_CONSENTIMENTO]);
  });

  it('segue a última palavra, em qualquer ordem que cheguem', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.consentir(caso, 'NOVIDADES', false, 2));
    await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 1));
    await consumida(await notificacoes.concluir(caso));
    expect(await estados(caso)).toEqual({});
    await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 3));
    const outra = { ...novoCaso(), clienteId: caso.clienteId };
    await notificacoes.concluir(outra);
    await emCada(outra, { CONVITE_A_VOLTAR: 'PENDENTE' });
    await vencer(outra);
    await emCada(outra, { CONVITE_A_VOLTAR: 'ENVIADA' });
  });
});
