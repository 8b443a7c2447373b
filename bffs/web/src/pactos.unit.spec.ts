import { afterAll, expect, it } from '@jest/globals';
import {
  cliente,
  type CloudEvent,
  messageContract,
  type MessageType,
  operacoesDeAuth,
  operacoesDeNotificacoes,
  operacoesDePagamentos,
  operacoesDeReservas,
  type Operacoes,
  type OperacaoHttp,
  type Transporte,
} from '@plataforma/contracts';
import { Broker, liveTypes } from '@plataforma/messaging';
import { Logger, Revogacoes } from '@plataforma/platform';
import { acordado, FakePlatform, interacoesDaTela, mensagemDePacto, pacto } from '@plataforma/testing';
import { AoVivo } from './ao-vivo.js';
import { noticiaDe } from './eventos.js';
import { TelasController } from './telas.controller.js';

const { espaco, notificacao, pagamento, reserva } = FakePlatform.examples;
const logger = Logger.create('teste', 'none');

/* What the screens are put together from, and so hand on. */

const { reservas, espacos } = operacoesDeReservas;
const { usuarios, minhasSessoes, fatores, meusProvedores, consentimentos } = operacoesDeAuth;
const { preferencias } = operacoesDeNotificacoes;
const SEMPRE_DEPOIS = { inicio: '2126-12-02T00:30:00.000Z', fim: '2126-12-02T02:00:00.000Z' };
const naLista = { ...espaco, fotos: [], recursos: [] };
const respostas = new Map<OperacaoHttp, unknown>([
  [reservas.byId, { ...reserva, ...SEMPRE_DEPOIS, pagamentoId: null }],
  [
    reservas.history,
    {
      reservaId: reserva.id,
      eventos: [{ versao: 1, tipo: 'reserva.criada.v1', ocorridoEm: reserva.criadaEm, dados: {} }],
      estado: { status: reserva.status, inicio: reserva.inicio, fim: reserva.fim, valorCentavos: 1 },
    },
  ],
  [espacos.byId, { ...espaco, recursos: [] }],
  [espacos.list, { itens: [naLista, { ...naLista, id: reserva.id }], proximo: null }],
  [operacoesDePagamentos.pagamentos.list, { itens: [pagamento, { ...pagamento, parcela: 2 }], proximo: null }],
  [operacoesDeNotificacoes.notificacoes.listar, { itens: [notificacao] }],
  [usuarios.eu, { id: reserva.clienteId, nome: 'Ana', email: 'ana@exemplo.com', papeis: ['CLIENTE'], idioma: 'pt-BR' }],
  [
    minhasSessoes.listarSessoes,
    {
      itens: [
        {
          id: reserva.id,
          atual: true,
          aparelho: 'Firefox',
          criadaEm: reserva.criadaEm,
          usadaEm: reserva.criadaEm,
          expiraEm: reserva.criadaEm,
        },
      ],
    },
  ],
  [fatores.listarFatores, { totp: null, chavesDeAcesso: [], codigosRestantes: 0 }],
  [meusProvedores.listarProvedores, { temSenha: true, itens: [] }],
  [consentimentos.listarConsentimentos, { itens: [{ finalidade: 'NOVIDADES', concedido: false }] }],
  [preferencias.verPreferencias, { idioma: null, silencio: null, desligados: [] }],
]);

/** The services as the screens ask them, by a transport. */
const apiPor = (transporte: Transporte) =>
  ({
    cliente: (operacoes: Operacoes) => cliente(operacoes, transporte),
    cobrancasAVista: () => cliente(operacoesDePagamentos.pagamentos, transporte),
  }) as unknown as ConstructorParameters<typeof TelasController>[0];
const request = { headers: {} };
const reply = { hasHeader: () => true };
/** As its route calls a handler: what was asked, then each part of it. */
type Rota = (...partes: unknown[]) => Promise<unknown>;

/** Everything is told as JSON, whatever it is. */
const reservaNaTela = async (transporte: Transporte) => {
  const telas = new TelasController(apiPor(transporte), logger);
  return JSON.stringify(await (telas.reserva as unknown as Rota).call(telas, request, reply, reserva.id));
};
const contaNaTela = async (transporte: Transporte) => {
  const telas = new TelasController(apiPor(transporte), logger);
  return JSON.stringify(await (telas.conta as unknown as Rota).call(telas, request, reply));
};

const RESERVA = '${reservaId}';
const daReserva = new Map<OperacaoHttp, readonly [string, string, Record<string, string>?]>([
  [reservas.byId, ['a reserva da tela', `/v1/reservas/${RESERVA}`]],
  [reservas.history, ['o que houve com ela', `/v1/reservas/${RESERVA}/historico`]],
  [espacos.byId, ['o espaço dela', '/v1/espacos/${espacoId}']],
  [espacos.list, ['os parecidos', '/v1/espacos', { cidade: '${cidade}', tipo: 'SALA', limite: '4' }]],
  [operacoesDePagamentos.pagamentos.list, ['o que se cobra dela', '/v1/pagamentos', { reservaId: RESERVA }]],
  [operacoesDeNotificacoes.notificacoes.listar, ['os avisos dela', '/v1/notificacoes', { reservaId: RESERVA }]],
]);
const daConta = new Map<OperacaoHttp, readonly [string, string]>([
  [usuarios.eu, ['quem é', usuarios.eu.rota]],
  [minhasSessoes.listarSessoes, ['as suas sessões', minhasSessoes.listarSessoes.rota]],
  [fatores.listarFatores, ['o seu segundo fator', fatores.listarFatores.rota]],
  [meusProvedores.listarProvedores, ['os seus provedores', meusProvedores.listarProvedores.rota]],
  [consentimentos.listarConsentimentos, ['em que consente', consentimentos.listarConsentimentos.rota]],
  [preferencias.verPreferencias, ['como quer ser avisado', preferencias.verPreferencias.rota]],
]);
const pedidas = async (servico: string) =>
  (
    await Promise.all([
      interacoesDaTela(servico, 'há uma reserva por pagar', respostas, daReserva, reservaNaTela),
      interacoesDaTela(servico, 'há uma conta', respostas, daConta, contaNaTela),
    ])
  ).flat();

/* What is told as it happens. */

const { inicio, fim } = reserva;
const periodo = { inicio, fim };
/** All that any of them may say: of it, only what is read comes into the pact. */
const tudo = {
  ...periodo,
  reservaId: reserva.id,
  clienteId: reserva.clienteId,
  usuarioId: reserva.clienteId,
  sessaoId: reserva.id,
  tokensAte: fim,
  espacoId: espaco.id,
  pagamentoId: pagamento.id,
  parcela: 1,
  ocupacao: periodo,
  novo: { ocupacao: periodo },
  anterior: periodo,
  motivo: 'CLIENTE',
  expiraEm: fim,
};
const aoVivo = new AoVivo(new Broker([], logger), new Revogacoes(), logger, 1, () => Promise.resolve(true));
afterAll(() => aoVivo.onModuleDestroy());
/** What ends streams is heard; what is told in them is written down. */
const ouvida = (lida: CloudEvent) =>
  messageContract(lida.type).owner === 'auth'
    ? aoVivo.ouviu(lida)
    : // It is told as JSON.
      JSON.stringify(noticiaDe(lida));
const mensagem = (type: MessageType) =>
  mensagemDePacto(type, `${type} foi publicada`, { type, time: inicio, sequence: '2', data: tudo }, (lida) =>
    ouvida(lida as unknown as CloudEvent),
  );
const contadas = (service: string) =>
  Promise.all(liveTypes.filter((type) => messageContract(type).owner === service).map(mensagem));

const pactos = await Promise.all(
  ['reservas', 'pagamentos', 'notificacoes', 'auth'].map(async (servico) => {
    const messages = await contadas(servico);
    return pacto('bff-web', servico, {
      interactions: await pedidas(servico),
      ...(messages.length > 0 && { messages }),
    });
  }),
);

it.each(pactos.map((novo) => [novo.provider.name, novo] as const))(
  'o que as telas e o que se conta ao vivo leem de %s é o que foi acordado',
  (_provider, novo) => expect(novo).toEqual(acordado(novo)),
);
