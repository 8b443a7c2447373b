import { caminhoDe, PAGINAS, PAGINAS_DO_PAINEL } from '@plataforma/contracts';
import type { FatoDaCasa } from '../domain/carta-da-casa.js';
import type { TipoDeCarta } from '../domain/carta-de-conta.js';

/** Where the house's pages are, each without a slash at its end. */
export interface Origens {
  readonly site: string;
  /** What those who run the house use. */
  readonly painel: string;
}

/** The page that a letter about an account leads to. */
const DA_CARTA = {
  VERIFICAR_EMAIL: PAGINAS.verificarEmail,
  CONFIRMAR_NOVO_EMAIL: PAGINAS.verificarEmail,
  REDEFINIR_SENHA: PAGINAS.redefinirSenha,
  CONTA_JA_EXISTE: PAGINAS.senha,
  SENHA_MUDOU: PAGINAS.senha,
  EMAIL_VAI_MUDAR: PAGINAS.senha,
  NOVO_APARELHO: PAGINAS.sessoes,
  SESSAO_ROUBADA: PAGINAS.senha,
  SEGUNDO_FATOR_MUDOU: PAGINAS.senha,
  CODIGO_DE_RECUPERACAO_USADO: PAGINAS.senha,
  CHAVE_DE_API_MUDOU: PAGINAS.chavesDeApi,
  ACESSO_LIGADO: PAGINAS.provedores,
  ACESSO_DESLIGADO: PAGINAS.provedores,
  APAGAMENTO_PEDIDO: PAGINAS.comprovante,
  EXPORTACAO_PRONTA: PAGINAS.exportacao,
} as const satisfies Partial<Record<TipoDeCarta, string>>;

/** The pages that messages lead to. */
export class Enderecos {
  constructor(private readonly origens: Origens) {}

  reserva = (id: string): string => this.noSite(caminhoDe(PAGINAS.reserva, id));
  espaco = (id: string): string => this.noSite(caminhoDe(PAGINAS.espaco, id));
  recibo = (pagamentoId: string): string => this.noSite(caminhoDe(PAGINAS.recibo, pagamentoId));
  /** The page that asks whether it is meant; what follows # never leaves the reader's browser. */
  sair = (token: string): string => this.noSite(`${PAGINAS.descadastro}#token=${token}`);
  /** Where the reader's program asks for it by itself. */
  descadastro = (token: string): string => this.noSite(`/v1/avisos/descadastros/${token}`);

  /** The page on which a guest says whether they come. */
  convite = (token: string): string => this.noSite(`${PAGINAS.convite}#token=${token}`);

  get preferencias(): string {
    return this.noSite(PAGINAS.preferencias);
  }

  /** @param segredo what only the letter may show */
  daCarta(tipo: string, segredo: string | undefined): string | undefined {
    if (!(tipo in DA_CARTA)) return undefined;
    return this.noSite(`${DA_CARTA[tipo as keyof typeof DA_CARTA]}${segredo === undefined ? '' : `#token=${segredo}`}`);
  }

  doFato(fato: FatoDaCasa): string {
    return `${this.origens.painel}${paginaDoFato(fato)}`;
  }

  private noSite(caminho: string): string {
    return `${this.origens.site}${caminho}`;
  }
}

function paginaDoFato(fato: FatoDaCasa): string {
  switch (fato.tipo) {
    case 'PEDIDO_A_RESPONDER':
      return caminhoDe(PAGINAS_DO_PAINEL.reserva, fato.reservaId);
    case 'DISPUTA_MUDOU':
      return caminhoDe(PAGINAS_DO_PAINEL.disputa, fato.disputaId);
    case 'GANCHO_EM_RISCO':
    case 'GANCHO_DESATIVADO':
      return caminhoDe(PAGINAS_DO_PAINEL.gancho, fato.ganchoId);
    case 'MENSAGENS_MORTAS':
      return PAGINAS_DO_PAINEL.mensagensMortas;
    case 'DIVERGENCIA':
      return PAGINAS_DO_PAINEL.conciliacao;
    case 'SAGA_PARADA':
      return PAGINAS_DO_PAINEL.sagas;
  }
}
