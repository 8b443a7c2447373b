import type { z } from 'zod';
import type { papel } from './primitives.js';

type Papel = z.output<typeof papel>;

interface Alcance {
  /** What it lets one do, as documents say it. */
  readonly permite: string;
  /** Whoever has a token may, with what is theirs. */
  readonly seu?: true;
  /** Who may with everybody's, or with what is nobody's. */
  readonly deTodos?: readonly Papel[];
  /** Only for a person who logged in: no API key can be given it. */
  readonly soPessoas?: true;
  /** An API key that was given this one was given it too. */
  readonly incluidaEm?: string;
}

const tabela = <const T extends Readonly<Record<string, Alcance>>>(linhas: T): T => linhas;

/**
 * Who may what, on whose things: the one table. Every operation names its line; guards, services, scopes of API keys
 * and documents decide by it, and by nothing else.
 */
export const politica = tabela({
  'conta.usar': {
    permite: 'ver e mudar a própria conta, o modo de entrar, as sessões e as chaves de API',
    seu: true,
    soPessoas: true,
  },
  'usuarios.ver': { permite: 'consultar a conta de uma pessoa', deTodos: ['ADMIN', 'OPERADOR'] },
  'usuarios.administrar': {
    permite: 'procurar contas, desativar, reativar e dar papéis',
    deTodos: ['ADMIN'],
    soPessoas: true,
  },
  'espacos.administrar': {
    permite: 'cadastrar, mudar, publicar e arquivar espaços, com bloqueios e feriados; ver os que não estão publicados',
    deTodos: ['ADMIN'],
  },
  'espacos.gerir': {
    permite:
      'mudar, publicar, arquivar e bloquear os espaços que um grupo da pessoa administra; de todos, com espacos.administrar',
    seu: true,
    incluidaEm: 'espacos.administrar',
  },
  'acessos.administrar': {
    permite: 'dizer quem é de que grupo, e o que cada grupo pode em cada espaço',
    deTodos: ['ADMIN'],
    soPessoas: true,
  },
  'cupons.administrar': { permite: 'criar, mudar e encerrar cupons', deTodos: ['ADMIN'] },
  'reservas.fazer': { permite: 'cotar e reservar, também em série', seu: true },
  'reservas.ver': { permite: 'ver reservas e séries, com o seu histórico', seu: true, deTodos: ['ADMIN', 'OPERADOR'] },
  'reservas.mudar': { permite: 'cancelar e remarcar reservas e séries', seu: true, deTodos: ['ADMIN'] },
  'reservas.aprovar': { permite: 'aceitar ou recusar o que espera por aprovação', deTodos: ['ADMIN'] },
  'reservas.decidir': {
    permite: 'o mesmo, nos espaços em que um grupo da pessoa aprova; em todos, com reservas.aprovar',
    seu: true,
    incluidaEm: 'reservas.aprovar',
  },
  'reservas.receber': { permite: 'registrar a chegada', seu: true, deTodos: ['ADMIN', 'OPERADOR'] },
  'fila.usar': { permite: 'esperar na fila por um horário; ver quem espera', seu: true, deTodos: ['ADMIN'] },
  'calendarios.assinar': {
    permite: 'assinar o calendário das próprias reservas; de todos: o de um espaço',
    seu: true,
    deTodos: ['ADMIN'],
  },
  'relatorios.ver': { permite: 'ver os relatórios', deTodos: ['ADMIN'] },
  'pagamentos.ver': { permite: 'ver cobranças, estornos e recibos', seu: true, deTodos: ['ADMIN', 'OPERADOR'] },
  'pagamentos.estornar': { permite: 'estornar e decidir estornos', deTodos: ['ADMIN'], soPessoas: true },
  'financas.operar': {
    permite: 'ver razão, disputas, webhooks e conferências; pedir conferência; descartar webhooks',
    deTodos: ['ADMIN', 'OPERADOR'],
  },
  'notificacoes.ver': { permite: 'ver os avisos de uma reserva', seu: true, deTodos: ['ADMIN', 'OPERADOR'] },
  'avisos.escolher': { permite: 'escolher como e quando se recebe avisos', seu: true, soPessoas: true },
  'destinos.usar': {
    permite: 'dizer o telefone e os aparelhos em que quer ser avisado',
    seu: true,
    soPessoas: true,
  },
  'envios.ver': {
    permite: 'ver o que os canais sem provedor teriam enviado, a quem quer que seja',
    deTodos: ['ADMIN'],
    soPessoas: true,
  },
  'historico.ver': {
    permite: 'ver o que foi de cada mensagem, a quem quer que seja',
    deTodos: ['ADMIN', 'OPERADOR'],
    soPessoas: true,
  },
  'avisos.reenviar': {
    permite: 'tentar de novo um aviso de que se desistiu',
    deTodos: ['ADMIN', 'OPERADOR'],
    soPessoas: true,
  },
  'supressoes.administrar': {
    permite: 'ver e mudar a lista de endereços a que não se envia',
    deTodos: ['ADMIN'],
    soPessoas: true,
  },
  'ganchos.administrar': {
    permite: 'cadastrar webhooks de saída (ganchos), ver o que se entregou por eles e reenviar',
    deTodos: ['ADMIN'],
    soPessoas: true,
  },
  'mensagens-mortas.operar': {
    permite: 'ver, reenviar e excluir mensagens que ninguém pôde processar',
    deTodos: ['ADMIN', 'OPERADOR'],
    soPessoas: true,
  },
  'sagas.operar': {
    permite: 'acompanhar e retomar as sagas das reservas',
    deTodos: ['ADMIN', 'OPERADOR'],
    soPessoas: true,
  },
  'auditoria.ver': { permite: 'ler a auditoria', deTodos: ['ADMIN', 'OPERADOR'], soPessoas: true },
  'apagamentos.operar': {
    permite: 'acompanhar e retomar apagamentos de contas',
    deTodos: ['ADMIN', 'OPERADOR'],
    soPessoas: true,
  },
  'exportacoes.operar': {
    permite: 'acompanhar e retomar exportações dos dados de pessoas',
    deTodos: ['ADMIN', 'OPERADOR'],
    soPessoas: true,
  },
  'painel.usar': { permite: 'alcançar pelo bff-admin o que é de todos', deTodos: ['ADMIN', 'OPERADOR'] },
});

type Tabela = typeof politica;
export type Permissao = keyof Tabela;
type DeDoisAlcances = {
  [P in Permissao]: Tabela[P] extends { readonly seu: true; readonly deTodos: readonly Papel[] } ? P : never;
}[Permissao];
/** A permission; with `:todos` where it says something else for what is one's own and for what is everybody's. */
export type Direito = Permissao | `${DeDoisAlcances}:todos`;
type SoDePessoas = { [P in Permissao]: Tabela[P] extends { readonly soPessoas: true } ? P : never }[Permissao];
/** What an API key can be given. */
export type Escopo = Exclude<Direito, SoDePessoas | `${SoDePessoas}:todos`>;

export const permissoes = Object.keys(politica) as readonly Permissao[];

const linhaDe = (direito: Direito): { readonly linha: Alcance; readonly todos: boolean } => {
  const [permissao, alcance] = direito.split(':') as [Permissao, 'todos' | undefined];
  return { linha: politica[permissao], todos: alcance === 'todos' };
};

/** Both of a permission's reaches, where it has two. */
export const direitos: readonly Direito[] = permissoes.flatMap((permissao) => {
  const { seu, deTodos }: Alcance = politica[permissao];
  return seu && deTodos ? [permissao, `${permissao as DeDoisAlcances}:todos` as const] : [permissao];
});

export const escopos = direitos.filter((direito) => !linhaDe(direito).linha.soPessoas) as [Escopo, ...Escopo[]];

/** Who has it by role; null: whoever has a token. */
export const papeisCom = (direito: Direito): readonly Papel[] | null => {
  const { linha, todos } = linhaDe(direito);
  return linha.seu && !todos ? null : (linha.deTodos ?? []);
};

/** What is known of who asks. */
export interface Portador {
  readonly papeis: readonly Papel[];
  /** Of an API key: it does nothing else, whatever the roles of its owner permit. */
  readonly escopos?: readonly string[] | undefined;
}

/** Whether their role permits it, and their API key, if they ask by one, was given it. */
export function pode({ papeis, escopos: dados }: Portador, direito: Direito): boolean {
  const exigidos = papeisCom(direito);
  return (exigidos === null || papeis.some((papel) => exigidos.includes(papel))) && alcanca(dados, direito);
}

/** Whether scopes cover it: what is given for everybody's things is given for one's own. */
export function alcanca(dados: Portador['escopos'], direito: Direito): boolean {
  if (dados === undefined) return true;
  const { soPessoas, incluidaEm } = linhaDe(direito).linha;
  const quais: readonly (string | undefined)[] = [direito, `${direito}:todos`, incluidaEm];
  return !soPessoas && dados.some((dado) => quais.includes(dado));
}

/** What groups of people may be given in one space, and who has it where no group was said. */
export const noEspaco = {
  VER: { permite: 'ver o espaço, o que está livre e o que o toma', padrao: 'todos' },
  RESERVAR: { permite: 'cotar, reservar, remarcar e esperar na fila', padrao: 'todos os que o veem' },
  RESERVAR_SEM_APROVACAO: {
    permite: 'reservar sem esperar por aprovação; os outros esperam por ela',
    padrao: 'como o espaço diz em requerAprovacao',
  },
  APROVAR: { permite: 'ver as reservas do espaço, e aceitar ou recusar pedidos', padrao: 'só quem administra' },
  ADMINISTRAR: {
    permite:
      'mudar, publicar, arquivar e bloquear o espaço; cancelar, remarcar, receber e fazer reservas para outros; e tudo acima',
    padrao: 'só quem administra',
  },
} as const satisfies Readonly<Record<string, { readonly permite: string; readonly padrao: string }>>;
export type DireitoNoEspaco = keyof typeof noEspaco;
