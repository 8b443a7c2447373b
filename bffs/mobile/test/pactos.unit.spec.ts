import { expect, it } from '@jest/globals';
import { acordado, FakePlatform, interacao, pacto } from '@plataforma/testing';
import { porUrgencia } from '@plataforma/bff';
import {
  apresentarDetalhe,
  apresentarDisponibilidade,
  apresentarEspaco,
  apresentarEspacos,
  apresentarReservas,
} from '../src/apresentacao.js';

const { reserva, espaco, pagamento } = FakePlatform.examples;
const porPagar = 'há uma reserva por pagar';

/** What the app reads is what its presentations read. */
const pactos = [
  pacto('bff-mobile', 'reservas', {
    interactions: await Promise.all([
      interacao('uma reserva', porPagar, '/v1/reservas/${reservaId}', {}, reserva, (lida) =>
        apresentarDetalhe({ reserva: lida, pagamento: null, pagamentos: [], faltando: [] }, 'pt-BR'),
      ),
      interacao('as reservas de alguém', porPagar, '/v1/reservas', {}, { itens: [reserva], proximo: null }, (lidas) =>
        apresentarReservas(lidas, 'pt-BR'),
      ),
      interacao('um espaço', porPagar, '/v1/espacos/${espacoId}', {}, espaco, (lido) =>
        apresentarEspaco(lido, 'pt-BR'),
      ),
      interacao('a busca', porPagar, '/v1/espacos', {}, { itens: [espaco], proximo: null }, (lidos) =>
        apresentarEspacos(lidos, 'pt-BR'),
      ),
      interacao(
        'o que está livre',
        porPagar,
        '/v1/espacos/${espacoId}/disponibilidade',
        { de: '${de}', ate: '${ate}' },
        {
          espacoId: espaco.id,
          fuso: espaco.fuso,
          livres: [{ inicio: reserva.inicio, fim: reserva.fim }],
          inicios: [reserva.inicio],
          proximoInicio: null,
        },
        apresentarDisponibilidade,
      ),
    ]),
  }),
  pacto('bff-mobile', 'pagamentos', {
    interactions: await Promise.all([
      interacao(
        'as cobranças de uma reserva',
        'há uma cobrança aberta',
        '/v1/pagamentos',
        { reservaId: '${reservaId}' },
        { itens: [pagamento, { ...pagamento, parcela: 2 }], proximo: null },
        ({ itens }) => {
          const [primeira = null] = porUrgencia(itens);
          return apresentarDetalhe({ reserva, pagamento: primeira, pagamentos: [], faltando: [] }, 'pt-BR');
        },
      ),
    ]),
  }),
];

it.each(pactos.map((novo) => [novo.provider.name, novo] as const))(
  'o que o aplicativo lê de %s é o que foi acordado',
  (_provider, novo) => expect(novo).toEqual(acordado(novo)),
);
