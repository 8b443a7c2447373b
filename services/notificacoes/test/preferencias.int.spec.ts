import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PreferenciasHttp } from '@plataforma/contracts';
import { eventually, type TestApp } from '@plataforma/testing';
import { Descadastro } from '../src/application/descadastro.js';
import { EM_SILENCIO, SEM_CONSENTIMENTO } from '../src/application/ports.js';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const NADA: PreferenciasHttp = { idioma: null, silencio: null, desligados: [] };

/** Hours of quiet around now, on a clock that this machine does not have. */
function silencioAgora(): NonNullable<PreferenciasHttp['silencio']> {
  const hora = (horas: number) =>
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Kathmandu' }).format(
      new Date(Date.now() + horas * 3_600_000),
    );
  return { de: hora(-2), ate: hora(4), fuso: 'Asia/Kathmandu' };
}

describe('O que a pessoa escolhe', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
  });
  afterAll(() => notificacoes.stop());

  const token = ({ clienteId }: Caso) => notificacoes.issuer.token(clienteId);
  const escolher = async (caso: Caso, body: unknown) =>
    app.send('PUT', '/v1/avisos/preferencias', { token: await token(caso), body });
  const escolhido = async (caso: Caso) =>
    (await app.get<PreferenciasHttp>('/v1/avisos/preferencias', { token: await token(caso) })).body;
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
  const aviso = (caso: Caso, tipo: string, estado = 'ENVIADA') =>
    eventually(async () =>
      (await notificacoes.listar(app, caso)).find((um) => um.tipo === tipo && um.estado === estado),
    );
  const motivo = async ({ reservaId }: Caso, tipo: string) =>
    (
      await notificacoes.database.query<{ motivo: string | null; espera: boolean }>(
        `SELECT motivo, disponivel_em > now() + interval '1 hour' AS espera FROM entregas WHERE reserva_id = $1 AND tipo = $2`,
        [reservaId, tipo],
      )
    )[0];
  const vencer = ({ reservaId }: Caso) =>
    notificacoes.database.query('UPDATE entregas SET disponivel_em = now() WHERE reserva_id = $1', [reservaId]);
  const pedir = (caminho: string, corpo: string, tipo: string) =>
    fetch(`${app.url}${caminho}`, { method: 'POST', body: corpo, headers: { 'content-type': tipo } });

  it('vale até que escolha outra coisa; quem nada escolheu recebe tudo', async () => {
    const caso = novoCaso();
    expect(await escolhido(caso)).toEqual(NADA);
    const escolha = { idioma: 'en', silencio: silencioAgora(), desligados: [{ canal: 'SMS', assunto: 'RESERVAS' }] };
    expect((await escolher(caso, escolha)).status).toBe(204);
    expect(await escolhido(caso)).toEqual(escolha);
    expect((await escolher(caso, NADA)).status).toBe(204);
    expect(await escolhido(caso)).toEqual(NADA);
  });

  it.each<[string, unknown]>([
    ['uma hora que não há', { ...NADA, silencio: { de: '24:00', ate: '07:00', fuso: 'America/Sao_Paulo' } }],
    ['um silêncio sem fim', { ...NADA, silencio: { de: '07:00', ate: '07:00', fuso: 'America/Sao_Paulo' } }],
    ['um fuso que não há', { ...NADA, silencio: { de: '22:00', ate: '07:00', fuso: 'America/Atlantida' } }],
    ['um assunto que não há', { ...NADA, desligados: [{ canal: 'EMAIL', assunto: 'TUDO' }] }],
    ['não saber da própria reserva', { ...NADA, desligados: [{ canal: 'EMAIL', assunto: 'RESERVAS' }] }],
    ['não saber do próprio dinheiro', { ...NADA, desligados: [{ canal: 'EMAIL', assunto: 'PAGAMENTOS' }] }],
    ['o mesmo duas vezes', { ...NADA, desligados: Array(2).fill({ canal: 'SMS', assunto: 'LEMBRETES' }) }],
    ['pela metade', { idioma: 'en' }],
  ])('não pode ser %s', async (_, corpo) => {
    const caso = novoCaso();
    expect(await escolher(caso, corpo)).toMatchObject({ status: 400, body: { code: 'requisicao.invalida' } });
    expect(await escolhido(caso)).toEqual(NADA);
  });

  it('só ela sabe e muda, e só entrando na conta', async () => {
    const [uma, outra] = [novoCaso(), novoCaso()];
    await escolher(uma, { ...NADA, idioma: 'en' });
    expect(await escolhido(outra)).toEqual(NADA);
    expect((await app.get('/v1/avisos/preferencias')).status).toBe(401);
  });

  it('diz em que língua se lhe escreve, seja qual for a da conta', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso, { idioma: 'pt-BR' });
    await escolher(caso, { ...NADA, idioma: 'en' });
    await notificacoes.confirmar(caso);
    expect((await aviso(caso, 'RESERVA_CONFIRMADA')).assunto).toBe('Booking confirmed: Sala Ipê');
  });

  it('desliga um assunto num canal, também para o que já esperava', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 1));
    await notificacoes.concluir(caso);
    await aviso(caso, 'CONVITE_A_VOLTAR', 'PENDENTE');
    await escolher(caso, { ...NADA, desligados: [{ canal: 'EMAIL', assunto: 'NOVIDADES' }] });
    await vencer(caso);
    await aviso(caso, 'CONVITE_A_VOLTAR', 'SUPERADA');
    expect((await motivo(caso, 'CONVITE_A_VOLTAR'))?.motivo).toBe(SEM_CONSENTIMENTO);
    const depois = novoCaso();
    await consumida(await notificacoes.concluir({ ...depois, clienteId: caso.clienteId }));
    expect(await notificacoes.listar(app, depois)).toEqual([]);
  });

  it('cala o que pode esperar nas horas de silêncio do seu relógio; o que não pode vai assim mesmo', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await escolher(caso, { ...NADA, silencio: silencioAgora() });
    await consumida(await notificacoes.consentir(caso, 'PESQUISAS', true, 1));
    await notificacoes.confirmar(caso);
    await aviso(caso, 'RESERVA_CONFIRMADA');
    await notificacoes.concluir(caso);
    await eventually(async () => (await motivo(caso, 'COMO_FOI'))?.motivo === EM_SILENCIO);
    expect(await motivo(caso, 'COMO_FOI')).toMatchObject({ espera: true });
    await escolher(caso, NADA);
    await vencer(caso);
    await aviso(caso, 'COMO_FOI');
  });

  describe('com um pedido só, sem entrar na conta (RFC 8058),', () => {
    const endereco = ({ clienteId }: Caso, finalidade: 'NOVIDADES' | 'PESQUISAS' = 'NOVIDADES') =>
      `/v1/avisos/descadastros/${app.nest.get(Descadastro).token(clienteId, finalidade)}`;

    it('deixa de receber, e volta quando consente outra vez', async () => {
      const caso = novoCaso();
      await notificacoes.registrar(caso);
      await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 1));
      await notificacoes.concluir(caso);
      await aviso(caso, 'CONVITE_A_VOLTAR', 'PENDENTE');
      for (const tipo of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json']) {
        const corpo = { 'application/json': '', 'application/x-www-form-urlencoded': 'List-Unsubscribe=One-Click' }[
          tipo
        ];
        const multipart =
          '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
        expect((await pedir(endereco(caso), corpo ?? multipart, tipo)).status).toBe(204);
      }
      expect((await escolhido(caso)).desligados).toEqual([{ canal: 'EMAIL', assunto: 'NOVIDADES' }]);
      await vencer(caso);
      await aviso(caso, 'CONVITE_A_VOLTAR', 'SUPERADA');
      await consumida(await notificacoes.consentir(caso, 'NOVIDADES', false, 2));
      await consumida(await notificacoes.consentir(caso, 'NOVIDADES', true, 3));
      expect(await escolhido(caso)).toEqual(NADA);
    });

    it('não mexe no de mais ninguém nem em mais nada: um endereço alterado não é de ninguém', async () => {
      const caso = novoCaso();
      const bom = endereco(caso);
      const alterado = bom.replace(/.(.{5})$/, (_, fim: string) => `${bom.at(-6) === 'A' ? 'B' : 'A'}${fim}`);
      const ruim = await pedir(alterado, 'List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded');
      expect([ruim.status, ((await ruim.json()) as { code: string }).code]).toEqual([
        404,
        'notificacoes.descadastro-desconhecido',
      ]);
      expect((await pedir('/v1/avisos/descadastros/curto', '', 'application/json')).status).toBe(400);
      expect(await escolhido(caso)).toEqual(NADA);
    });

    it('um formulário não serve em nenhum outro endereço', async () => {
      const resposta = await fetch(`${app.url}/v1/avisos/preferencias`, {
        method: 'PUT',
        body: 'idioma=en',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Bearer ${await token(novoCaso())}`,
        },
      });
      expect(resposta.status).toBe(415);
    });
  });
});
