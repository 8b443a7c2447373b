/**
 * Every page that the booking site has, by what it is for: its router takes the paths from here, and so do the letters
 * that lead there. What a page needs and nobody else may see comes after # (`#token=…`) and never leaves the browser.
 */
export const PAGINAS = {
  inicio: '/',
  espaco: '/espacos/:id',
  reservas: '/reservas',
  /** One booking: to pay for, to follow, to change; what a letter about a booking leads to. */
  reserva: '/reservas/:id',
  /** The occurrences of a series, to pay, to follow, to change. */
  serie: '/series/:id',
  recibo: '/pagamentos/:id/recibo',
  /** Where something that comes again and again fits. */
  recorrencia: '/recorrencia',
  fila: '/fila',
  /** One place in a waiting list. */
  naFila: '/fila/:id',
  /** #erro: the code of why a log-in by a provider did not come about. */
  entrar: '/entrar',
  /** #: what the second factor is asked for with, as JSON. */
  segundoFator: '/entrar/segundo-fator',
  /** Asks for the password before a provider's log-in is linked to the account. */
  ligarProvedor: '/entrar/ligar',
  cadastro: '/cadastro',
  conta: '/conta',
  /** #token: proves an e-mail address. */
  verificarEmail: '/conta/verificar',
  /** Change it, or ask for a letter when it is forgotten. */
  senha: '/conta/senha',
  /** #token: a new one in place of the forgotten. */
  redefinirSenha: '/conta/redefinir',
  sessoes: '/conta/sessoes',
  chavesDeApi: '/conta/chaves-de-api',
  provedores: '/conta/provedores',
  preferencias: '/conta/preferencias',
  exportacao: '/conta/exportacao',
  /** #token: what became of the erasure that was asked for. */
  comprovante: '/conta/comprovante',
  /** #token: asks whether it is meant, and turns one kind of letter off. */
  descadastro: '/avisos/descadastro',
  /** #token: on which a guest says whether they come. */
  convite: '/convite',
} as const;

/** The pages of the panel, which has an origin of its own. */
export const PAGINAS_DO_PAINEL = {
  inicio: '/',
  // As on the site.
  entrar: '/entrar',
  segundoFator: '/entrar/segundo-fator',
  ligarProvedor: '/entrar/ligar',
  /** One booking, to answer or to follow. */
  reserva: '/reservas/:id',
  disputa: '/disputas/:id',
  gancho: '/ganchos/:id',
  mensagensMortas: '/mensagens-mortas',
  conciliacao: '/conciliacao',
  sagas: '/sagas',
} as const;

type Pagina = (typeof PAGINAS)[keyof typeof PAGINAS] | (typeof PAGINAS_DO_PAINEL)[keyof typeof PAGINAS_DO_PAINEL];
type ComId = Extract<Pagina, `${string}/:id${string}`>;

/** Where a page is, from `/`; what goes into it is one step of the path, whatever it says. */
export function caminhoDe(pagina: Exclude<Pagina, ComId>): string;
export function caminhoDe(pagina: ComId, id: string): string;
export function caminhoDe(pagina: Pagina, id = ''): string {
  return pagina.replace(':id', () => encodeURIComponent(id));
}
