import { expect, it } from '@jest/globals';
import {
  cliente,
  type Operacoes,
  type OperacaoHttp,
  operacoesDeNotificacoes,
  operacoesDePagamentos,
  operacoesDeReservas,
  type Transporte,
} from '@plataforma/contracts';
import { Logger } from '@plataforma/platform';
import { acordado, FakePlatform, interacoesDaTela, pacto } from '@plataforma/testing';
import { LinhaDoTempoController } from '../src/linha-do-tempo.controller.js';
import { ReservasController } from '../src/reservas.controller.js';

const { reserva } = FakePlatform.examples;
const { reservas } = operacoesDeReservas;
const { timeline: dePagamentos } = operacoesDePagamentos.pagamentos;
const { timeline: deNotificacoes } = operacoesDeNotificacoes.notificacoes;
const momento = {
  id: reserva.id,
  em: reserva.criadaEm,
  origem: 'reservas',
  especie: 'EVENTO',
  tipo: 'reserva.criada.v1',
  dados: {},
  rastroId: null,
  correlacaoId: null,
};
const proximo = { origem: 'reservas', acao: 'prazo-da-saga', alvo: 'COBRANDO', em: null, tentativas: 0, parado: false };
const parte = { itens: [momento], mais: true, proximos: [] };
const respostas = new Map<OperacaoHttp, unknown>([
  [reservas.timeline, { ...parte, proximos: [proximo] }],
  [dePagamentos, parte],
  [deNotificacoes, parte],
  [reservas.list, { itens: [{ ...reserva, pagamentoId: null }], proximo: null }],
]);

const apiPor = (transporte: Transporte) =>
  ({ cliente: (operacoes: Operacoes) => cliente(operacoes, transporte) }) as unknown as ConstructorParameters<
    typeof LinhaDoTempoController
  >[0];
const request = { headers: {} };
const reply = { hasHeader: () => true };
/** As its route calls a handler: what was asked, then each part of it. */
type Rota = (...partes: unknown[]) => Promise<unknown>;
const semMortas = { list: () => Promise.resolve({ itens: [] }) } as never;
/** Everything is told as JSON. */
const linha = async (transporte: Transporte) => {
  const controller = new LinhaDoTempoController(apiPor(transporte), semMortas, Logger.create('teste', 'none'));
  return JSON.stringify(
    await (controller.linha as unknown as Rota).call(controller, request, reply, reserva.id, { limite: 100 }),
  );
};
const lista = async (transporte: Transporte) => {
  const controller = new ReservasController(apiPor(transporte));
  return JSON.stringify(await (controller.list as unknown as Rota).call(controller, request, reply, {}));
};

const RESERVA = '${reservaId}';
const daLinha = new Map<OperacaoHttp, readonly [string, string, Record<string, string>?]>([
  [reservas.timeline, ['a parte de reservas na linha do tempo', `/v1/reservas/${RESERVA}/linha-do-tempo`]],
  [dePagamentos, ['a parte de pagamentos na linha do tempo', dePagamentos.rota, { reservaId: RESERVA }]],
  [deNotificacoes, ['a parte de notificacoes na linha do tempo', deNotificacoes.rota, { reservaId: RESERVA }]],
]);
const daLista = new Map<OperacaoHttp, readonly [string, string]>([
  [reservas.list, ['as reservas de todos', reservas.list.rota]],
]);

const pactos = await Promise.all(
  ['reservas', 'pagamentos', 'notificacoes'].map(async (servico) => {
    const estado = 'há uma reserva por pagar';
    const interactions = await Promise.all([
      interacoesDaTela(servico, estado, respostas, daLinha, linha),
      interacoesDaTela(servico, estado, respostas, daLista, lista),
    ]);
    return pacto('bff-admin', servico, { interactions: interactions.flat() });
  }),
);

it.each(pactos.map((novo) => [novo.provider.name, novo] as const))(
  'o que o bff-admin lê de %s é o que foi acordado',
  (_provider, novo) => expect(novo).toEqual(acordado(novo)),
);
