import type { FatoDaCasa } from '../domain/carta-da-casa.js';
import { type CartaDeConta, TIPOS_DE_CARTA } from '../domain/carta-de-conta.js';
import type { Aviso, Avisos, Contato, Idioma } from '../domain/entrega.js';

/** Of every message at least one, with people who do not exist: for whoever looks at them, and for tests. */
const id = (n: number) => `0192f0c4-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const contatoDeExemplo = (idioma: Idioma): Contato => ({
  usuarioId: id(9),
  nome: 'Ana Souza',
  email: 'ana.souza@exemplo.com',
  idioma,
});

const reserva = {
  reservaId: id(1),
  espacoId: id(2),
  espacoNome: 'Sala Ipê',
  cidade: 'São Paulo',
  inicio: '2026-12-04T13:00:00Z',
  fim: '2026-12-04T15:00:00Z',
  fuso: 'America/Sao_Paulo',
  valorCentavos: 12_000,
  moeda: 'BRL',
};
const longa = {
  ...reserva,
  espacoNome: 'Auditório Desembargador Pindamonhangabense-do-Norte (com copa e estacionamento)',
  cidade: 'Manaus',
  fuso: 'America/Manaus',
  inicio: '2026-12-05T01:00:00Z',
  fim: '2026-12-05T05:30:00Z',
  valorCentavos: 1_234_567,
};
const umaSemanaDepois = { ...reserva, reservaId: id(3), inicio: '2026-12-11T13:00:00Z', fim: '2026-12-11T15:00:00Z' };
const expiraEm = '2026-12-02T20:00:00Z';
const confirmada = { tipo: 'RESERVA_CONFIRMADA', reserva, pagoCentavos: 12_000, convite: true } as const;
const cancelada = { tipo: 'RESERVA_CANCELADA', reserva, motivo: 'CLIENTE', reembolsoCentavos: 6_000 } as const;
const remarcada: Aviso = {
  tipo: 'RESERVA_REMARCADA',
  reserva,
  anterior: { inicio: '2026-12-03T13:00:00Z', fim: '2026-12-03T15:00:00Z', valorCentavos: 10_000 },
  reembolsoCentavos: 0,
  convite: true,
};

/** By what the case is called, where a kind has several. */
export const AVISOS_DE_EXEMPLO: readonly (readonly [caso: string, avisos: Avisos])[] = [
  ['', [{ tipo: 'PEDIDO_RECEBIDO', reserva }]],
  ['', [{ tipo: 'PEDIDO_RECUSADO', reserva, justificativa: 'O prédio fecha neste dia para uma obra.' }]],
  ['sem palavras', [{ tipo: 'PEDIDO_RECUSADO', reserva }]],
  ['', [{ tipo: 'RESERVA_RETIDA', reserva, expiraEm, aPagarCentavos: 12_000 }]],
  ['nomes longos', [{ tipo: 'RESERVA_RETIDA', reserva: longa, expiraEm, aPagarCentavos: 1_234_567 }]],
  ['', [{ tipo: 'RESERVA_APROVADA', reserva, expiraEm, aPagarCentavos: 12_000 }]],
  ['sinal', [{ tipo: 'RESERVA_APROVADA', reserva, expiraEm, aPagarCentavos: 3_600 }]],
  ['', [{ ...confirmada, codigo: 'K7QF-29XM', toleranciaMinutos: 15 }]],
  ['sinal', [{ ...confirmada, pagoCentavos: 3_600, saldoVenceEm: '2026-12-03T13:00:00Z' }]],
  ['gratuita', [{ ...confirmada, reserva: { ...reserva, valorCentavos: 0 }, pagoCentavos: 0 }]],
  ['série', [confirmada, { ...confirmada, reserva: umaSemanaDepois }]],
  ['feita para outra pessoa', [{ ...confirmada, convite: undefined, reserva: { ...reserva, feitaParaOutro: true } }]],
  ['', [remarcada]],
  ['mais barata', [{ ...remarcada, reserva: { ...reserva, valorCentavos: 8_000 }, reembolsoCentavos: 2_000 }]],
  ['', [cancelada]],
  ['por quem administra', [{ ...cancelada, motivo: 'ADMIN', justificativa: 'Obra <urgente> no prédio' }]],
  ['contestada', [{ ...cancelada, reembolsoCentavos: 0, reembolsoRetidoCentavos: 6_000, perdidoCentavos: 3_000 }]],
  ['série', [cancelada, { ...cancelada, reserva: umaSemanaDepois }]],
  ['', [{ tipo: 'RESERVA_EXPIRADA', reserva }]],
  ['sem resposta', [{ tipo: 'RESERVA_EXPIRADA', reserva, semResposta: true }]],
  ['', [{ tipo: 'RESERVA_NAO_COMPARECEU', reserva }]],
  ['', [{ tipo: 'FILA_ATENDIDA', reserva, expiraEm, aPagarCentavos: 12_000 }]],
  ['a aprovar', [{ tipo: 'FILA_ATENDIDA', reserva, expiraEm, aPagarCentavos: 12_000, requerAprovacao: true }]],
  ['gratuita', [{ tipo: 'FILA_ATENDIDA', reserva: { ...reserva, valorCentavos: 0 }, expiraEm, aPagarCentavos: 0 }]],
  ['', [{ tipo: 'LEMBRETE_24H', reserva, codigo: 'K7QF-29XM', saldoCentavos: 8_400 }]],
  ['', [{ tipo: 'LEMBRETE_1H', reserva, codigo: 'K7QF-29XM' }]],
  ['', [{ tipo: 'PAGAMENTO_RECEBIDO', reserva, pagamentoId: id(4), pagoCentavos: 12_000, recebidoEm: expiraEm }]],
  ['', [{ tipo: 'SALDO_A_VENCER', reserva, saldoCentavos: 8_400, expiraEm: '2026-12-03T13:00:00Z' }]],
  ['', [{ tipo: 'REEMBOLSO_FEITO', reserva, pagamentoId: id(4), reembolsoCentavos: 6_000 }]],
  ['', [{ tipo: 'COMO_FOI', reserva }]],
  ['', [{ tipo: 'CONVITE_A_VOLTAR', reserva }]],
  ['', [{ tipo: 'CONVITE_RECEBIDO', reserva, convite: true }]],
  ['', [{ tipo: 'CONVITE_MUDOU', reserva, convite: true }]],
  ['', [{ tipo: 'CONVITE_RETIRADO', reserva, convite: true }]],
];

const parado = { servico: 'reservas', quantidade: 3, desde: expiraEm };
const disputa = { tipo: 'DISPUTA_MUDOU', disputaId: id(5), reservaId: id(1), motivo: 'fraudulent' } as const;
const gancho = { ganchoId: id(7), origem: 'https://erp.exemplo.net', desde: expiraEm };
const dinheiro = { valorCentavos: 12_000, moeda: 'BRL' };
const FATOS: readonly FatoDaCasa[] = [
  { tipo: 'PEDIDO_A_RESPONDER', ...reserva, expiraEm },
  { ...disputa, ...dinheiro, situacao: 'ABERTA' },
  { ...disputa, ...dinheiro, situacao: 'ABERTA', consulta: true },
  { ...disputa, ...dinheiro, situacao: 'GANHA' },
  { ...disputa, ...dinheiro, situacao: 'PERDIDA' },
  { tipo: 'GANCHO_EM_RISCO', ...gancho, desativacaoEm: '2026-12-05T20:00:00Z' },
  { tipo: 'GANCHO_DESATIVADO', ...gancho },
  { tipo: 'MENSAGENS_MORTAS', ...parado, causa: 'notificacoes.eventos: reserva.confirmada.v1, tentativas-esgotadas' },
  { tipo: 'DIVERGENCIA', ...parado, servico: 'pagamentos', causa: 'captura-sem-provedor' },
  { tipo: 'SAGA_PARADA', ...parado, causa: 'prazos da saga reserva' },
];

export function cartasDeExemplo(idioma: Idioma): readonly CartaDeConta[] {
  const { usuarioId, nome, email } = contatoDeExemplo(idioma);
  const comum = { id: id(6), usuarioId, nome, email, idioma, ocorridoEm: new Date('2026-12-01T12:00:00Z') };
  return [
    ...TIPOS_DE_CARTA.map((tipo) => ({
      ...comum,
      tipo,
      aparelho: 'Firefox em Linux',
      rede: '203.0.113.0/24',
      expiraEm: new Date(expiraEm),
    })),
    ...FATOS.map((fato) => ({ ...comum, tipo: fato.tipo, fato })),
  ];
}

/** What people type, or their programs say of themselves, in notices, letters and contacts. */
const DE_ALGUEM: readonly string[] = [
  'por',
  'nome',
  'espacoNome',
  'cidade',
  'justificativa',
  'aparelho',
  'rede',
  'causa',
];

/** The same example with these words wherever somebody's stand. */
export function comPalavras<T>(exemplo: T, palavras: string): T {
  const trocado = (valor: unknown, nome = ''): unknown => {
    if (typeof valor === 'string') return DE_ALGUEM.includes(nome) ? palavras : valor;
    if (Array.isArray(valor)) return valor.map((um) => trocado(um));
    if (typeof valor !== 'object' || valor === null || valor instanceof Date) return valor;
    return Object.fromEntries(Object.entries(valor).map(([chave, um]) => [chave, trocado(um, chave)]));
  };
  return trocado(exemplo) as T;
}
