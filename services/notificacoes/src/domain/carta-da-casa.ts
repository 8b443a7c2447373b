import type { Idioma } from './entrega.js';
import { formatarDinheiro, formatarInstante, formatarPeriodo } from './texto.js';

/** What those who run the platform are told: administrators of bookings and money, operators of what does not move. */
export type FatoDaCasa =
  | {
      readonly tipo: 'PEDIDO_A_RESPONDER';
      readonly reservaId: string;
      readonly espacoNome: string;
      readonly cidade: string;
      readonly inicio: string;
      readonly fim: string;
      readonly fuso: string;
      readonly valorCentavos: number;
      readonly moeda: string;
      readonly expiraEm: string;
    }
  | {
      readonly tipo: 'DISPUTA_MUDOU';
      readonly disputaId: string;
      readonly reservaId: string;
      readonly situacao: 'ABERTA' | 'GANHA' | 'PERDIDA';
      readonly consulta?: boolean | undefined;
      readonly motivo: string;
      readonly valorCentavos: number;
      readonly moeda: string;
    }
  | {
      readonly tipo: 'GANCHO_EM_RISCO' | 'GANCHO_DESATIVADO';
      readonly ganchoId: string;
      /** Where it leads: what else its address has might be a secret. */
      readonly origem: string;
      /** RFC 3339: since when nothing is accepted. */
      readonly desde: string;
      /** RFC 3339: when it is turned off, should that go on. */
      readonly desativacaoEm?: string | undefined;
    }
  | {
      readonly tipo: 'MENSAGENS_MORTAS' | 'DIVERGENCIA' | 'SAGA_PARADA';
      readonly servico: string;
      readonly quantidade: number;
      /** RFC 3339. */
      readonly desde: string;
      readonly causa: string;
    };

const TIPOS: Readonly<Record<FatoDaCasa['tipo'], 'ADMINISTRACAO' | 'OPERACAO'>> = {
  PEDIDO_A_RESPONDER: 'ADMINISTRACAO',
  DISPUTA_MUDOU: 'ADMINISTRACAO',
  GANCHO_EM_RISCO: 'ADMINISTRACAO',
  GANCHO_DESATIVADO: 'ADMINISTRACAO',
  MENSAGENS_MORTAS: 'OPERACAO',
  DIVERGENCIA: 'OPERACAO',
  SAGA_PARADA: 'OPERACAO',
};
export const TIPOS_DA_CASA = Object.keys(TIPOS) as FatoDaCasa['tipo'][];
export const aQuemDaCasa = (tipo: FatoDaCasa['tipo']): 'ADMINISTRACAO' | 'OPERACAO' => TIPOS[tipo];

const DISPUTA = {
  'pt-BR': {
    ABERTA: ['Um pagamento foi contestado', 'O titular contestou o pagamento no banco, que retém o valor até decidir.'],
    CONSULTA: ['Um banco pergunta por um pagamento', 'Por enquanto é só uma pergunta, e nada é retido: responda-a.'],
    GANHA: ['Uma contestação terminou a nosso favor', 'O banco deu razão à casa e devolve o que retinha.'],
    PERDIDA: ['Uma contestação foi perdida', 'O banco devolveu o valor a quem contestou. Não o estorne outra vez.'],
  },
  en: {
    ABERTA: [
      'A payment was disputed',
      'The holder disputed the payment at the bank, which keeps the amount until it decides.',
    ],
    CONSULTA: ['A bank asks about a payment', 'For now it is only a question, and nothing is kept: answer it.'],
    GANHA: ['A dispute ended in our favour', 'The bank agreed with the house and gives back what it kept.'],
    PERDIDA: ['A dispute was lost', 'The bank gave the amount back to whoever disputed. Do not refund it again.'],
  },
} as const satisfies Record<Idioma, Record<string, readonly [string, string]>>;

/** What a letter may say of it. */
export function descreverFato(
  fato: FatoDaCasa,
  fuso: string,
  idioma: Idioma,
): { campos: Record<string, string>; lugar?: string; periodos?: string[] } {
  switch (fato.tipo) {
    case 'PEDIDO_A_RESPONDER':
      return {
        campos: {
          espaco: fato.espacoNome,
          valor: formatarDinheiro(fato.valorCentavos, fato.moeda, idioma),
          prazo: formatarInstante(fato.expiraEm, fato.fuso, idioma),
        },
        lugar: `${fato.espacoNome} · ${fato.cidade}`,
        periodos: [formatarPeriodo(fato.inicio, fato.fim, fato.fuso, idioma)],
      };
    case 'DISPUTA_MUDOU': {
      const [situacao, explicacao] =
        DISPUTA[idioma][fato.consulta && fato.situacao === 'ABERTA' ? 'CONSULTA' : fato.situacao];
      return {
        campos: {
          situacao,
          explicacao,
          valor: formatarDinheiro(fato.valorCentavos, fato.moeda, idioma),
          motivoDoBanco: fato.motivo,
          disputa: fato.disputaId,
          referencia: fato.reservaId,
        },
      };
    }
    case 'GANCHO_EM_RISCO':
    case 'GANCHO_DESATIVADO':
      return {
        campos: {
          origem: fato.origem,
          desde: formatarInstante(fato.desde, fuso, idioma),
          ...(fato.desativacaoEm !== undefined && { prazo: formatarInstante(fato.desativacaoEm, fuso, idioma) }),
        },
      };
    case 'MENSAGENS_MORTAS':
    case 'DIVERGENCIA':
    case 'SAGA_PARADA':
      return {
        campos: {
          servico: fato.servico,
          quantidade: String(fato.quantidade),
          desde: formatarInstante(fato.desde, fuso, idioma),
          causa: fato.causa,
        },
      };
  }
}
