import type { Idioma } from './entrega.js';

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
  'ACESSO_LIGADO',
  'ACESSO_DESLIGADO',
  'APAGAMENTO_PEDIDO',
  'APAGAMENTO_DESFEITO',
] as const;
export type TipoDeCarta = (typeof TIPOS_DE_CARTA)[number];

export const ehTipoDeCarta = (tipo: string): tipo is TipoDeCarta =>
  (TIPOS_DE_CARTA as readonly string[]).includes(tipo);

export interface CartaDeConta {
  readonly id: string;
  readonly usuarioId: string;
  readonly tipo: TipoDeCarta;
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

/** The page of the site that a letter leads to; what comes after # never leaves the reader's browser. */
const PAGINAS: Partial<Record<TipoDeCarta, string>> = {
  VERIFICAR_EMAIL: '/conta/verificar',
  CONFIRMAR_NOVO_EMAIL: '/conta/verificar',
  REDEFINIR_SENHA: '/conta/redefinir',
  CONTA_JA_EXISTE: '/conta/senha',
  SENHA_MUDOU: '/conta/senha',
  EMAIL_VAI_MUDAR: '/conta/senha',
  NOVO_APARELHO: '/conta/sessoes',
  SESSAO_ROUBADA: '/conta/senha',
  SEGUNDO_FATOR_MUDOU: '/conta/senha',
  CODIGO_DE_RECUPERACAO_USADO: '/conta/senha',
  ACESSO_LIGADO: '/conta/provedores',
  ACESSO_DESLIGADO: '/conta/provedores',
  APAGAMENTO_PEDIDO: '/conta/comprovante',
};

/** @param site where it is, without a slash at its end */
export function linkDaCarta(tipo: TipoDeCarta, site: string, segredo: string | undefined): string | undefined {
  const pagina = PAGINAS[tipo];
  if (pagina === undefined) return undefined;
  return `${site}${pagina}${segredo === undefined ? '' : `#token=${segredo}`}`;
}
