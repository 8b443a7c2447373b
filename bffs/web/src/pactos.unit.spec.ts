import { expect, it } from '@jest/globals';
import { type CloudEvent, messageContract, type MessageType } from '@plataforma/contracts';
import { liveTypes } from '@plataforma/messaging';
import { acordado, FakePlatform, mensagemDePacto, pacto } from '@plataforma/testing';
import { noticiaDe } from './eventos.js';

const { reserva, espaco, pagamento } = FakePlatform.examples;
const { inicio, fim } = reserva;
const periodo = { inicio, fim };
/** All that any of them may say: of it, only what is read comes into the pact. */
const tudo = {
  ...periodo,
  reservaId: reserva.id,
  clienteId: reserva.clienteId,
  espacoId: espaco.id,
  pagamentoId: pagamento.id,
  parcela: 1,
  ocupacao: periodo,
  novo: { ocupacao: periodo },
  anterior: periodo,
  motivo: 'CLIENTE',
  expiraEm: fim,
};
const mensagem = (type: MessageType) =>
  mensagemDePacto(type, `${type} foi publicada`, { type, time: inicio, sequence: '2', data: tudo }, (lida) => {
    const noticia = noticiaDe(lida as unknown as CloudEvent);
    // It is told as JSON.
    return JSON.stringify(noticia);
  });
const de = (service: string) => liveTypes.filter((type) => messageContract(type).owner === service).map(mensagem);

const pactos = [
  pacto('bff-web', 'reservas', { messages: de('reservas') }),
  pacto('bff-web', 'pagamentos', { messages: de('pagamentos') }),
];

it.each(pactos.map((novo) => [novo.provider.name, novo] as const))(
  'o que se conta ao vivo de %s é lido do que foi acordado',
  (_provider, novo) => expect(novo).toEqual(acordado(novo)),
);
