import type { FatoDaCasa } from './carta-da-casa.js';
import type { Falhando, Idioma } from './entrega.js';

/** What people are told about their accounts. */
export const TIPOS_DE_CARTA = [
  'VERIFICAR_EMAIL',
  'CONTA_JA_EXISTE',
  'REDEFINIR_SENHA',
  'SENHA_MUDOU',
  'CONFIRMAR_NOVO_EMAIL',
  'EMAIL_VAI_MUDAR',
  'EMAIL_MUDOU',
  'NOVO_APARELHO',
  'SESSAO_ROUBADA',
  'CONTA_DESATIVADA',
  'CONTA_REATIVADA',
  'PAPEIS_MUDARAM',
  'SEGUNDO_FATOR_MUDOU',
  'CODIGO_DE_RECUPERACAO_USADO',
  'CHAVE_DE_API_MUDOU',
  'ACESSO_LIGADO',
  'ACESSO_DESLIGADO',
  'APAGAMENTO_PEDIDO',
  'APAGAMENTO_DESFEITO',
  'EXPORTACAO_PRONTA',
] as const;
export type TipoDeCarta = (typeof TIPOS_DE_CARTA)[number];

export const ehTipoDeCarta = (tipo: string): tipo is TipoDeCarta =>
  (TIPOS_DE_CARTA as readonly string[]).includes(tipo);

export interface CartaDeConta {
  readonly id: string;
  readonly usuarioId: string;
  readonly tipo: TipoDeCarta | FatoDaCasa['tipo'];
  /** What the house is told of; absent in what people are told about their accounts. */
  readonly fato?: FatoDaCasa | undefined;
  readonly nome: string;
  readonly email: string;
  readonly idioma: Idioma;
  /** What only the letter may show, sealed. */
  readonly segredo?: string | undefined;
  readonly aparelho?: string | undefined;
  readonly rede?: string | undefined;
  /** When what it says is no longer so. */
  readonly expiraEm?: Date | undefined;
  readonly ocorridoEm: Date;
}

/** One that is to be sent, and how that went so far. */
export interface CartaEmMaos extends CartaDeConta {
  readonly falhando: Falhando;
}
