import { z } from 'zod';
import {
  apagamentos,
  chavesDeApi,
  contas as contasDeAuth,
  elevacao,
  fatores,
  entradasExternas,
  meusProvedores,
  minhasSessoes,
  sessoes,
  titular,
  usuarios,
} from '../auth/operacoes.js';
import { auditoriaDe } from '../http-auditoria.js';
import { desafioHttp, sessaoHttp } from '../http-auth.js';
import {
  entradaIniciadaNoNavegadorHttp,
  entradaNoNavegadorHttp,
  ligacaoNoNavegadorHttp,
  novaLigacaoNoNavegadorHttp,
  retornoNoNavegadorHttp,
} from '../http-provedores.js';
import { notificacaoHttp } from '../http-notificacoes.js';
import { pagamentoHttp } from '../http-pagamentos.js';
import { reservaHttp } from '../http-reservas.js';
import type { Acesso, OperacaoHttp, Operacoes } from '../operacao.js';
import { disputas, estornos, pagamentos, recibos, reconciliacoes, webhooks } from '../pagamentos/operacoes.js';
import { inteiroDaQuery, pagina, semCorpo } from '../primitives.js';
import {
  bloqueios,
  calendarios,
  checkins,
  cotacoes,
  cupons,
  espacos,
  feed,
  feriados,
  fila,
  relatorios,
  reservas,
  series,
} from '../reservas/operacoes.js';

/** The same operations where a BFF has them for others, or lists them elsewhere; what the service says holds anyway. */
const aqui = <Ops extends Operacoes>(
  operacoes: Ops,
  aqui: { readonly acesso?: Acesso; readonly grupo?: string },
): Ops =>
  Object.fromEntries(Object.entries(operacoes).map(([nome, operacao]) => [nome, { ...operacao, ...aqui }])) as Ops;

/** The catalogue in full. What a token shows besides, reservas decides. */
const catalogo = {
  list: espacos.list,
  byId: espacos.byId,
  availability: espacos.availability,
  why: espacos.why,
};
/** What is known about one booking, besides itself. */
const consultaDeReserva = { history: reservas.history, previewCancellation: reservas.previewCancellation };
/** What its client, or the house, may change about it. */
const mudancaDeReserva = { cancel: reservas.cancel, move: reservas.move };
/** What was charged, refunded and receipted. */
const cobrancas = aqui(
  {
    list: pagamentos.list,
    receipt: recibos.byNumber,
    byId: pagamentos.byId,
    refunds: estornos.ofPayment,
    receipts: recibos.ofPayment,
  },
  { grupo: 'pagamentos' },
);
const contas = { ...contasDeAuth, eu: usuarios.eu };
const { provedores } = entradasExternas;
const { listarProvedores, desligarProvedor } = meusProvedores;

// What each BFF passes on as it is, under the names that its documents give it.

export const repassadasPelaWeb = {
  CatalogoController: catalogo,
  CotacoesController: cotacoes,
  ReservasController: { create: reservas.create, list: reservas.list, checkIn: reservas.checkIn },
  ConsultaDeReservaController: consultaDeReserva,
  MudancaDeReservaController: mudancaDeReserva,
  SeriesController: series,
  FilaController: fila,
  CalendariosController: calendarios,
  FeedDeCalendarioController: feed,
  PagamentosController: cobrancas,
  VerificacaoDeRecibosController: aqui({ verify: recibos.verify }, { grupo: 'pagamentos' }),
  UsuariosController: contas,
  MinhasSessoesController: { ...minhasSessoes, ...elevacao },
  FatoresController: fatores,
  ProvedoresController: { provedores, listarProvedores, desligarProvedor },
  ChavesDeApiController: chavesDeApi,
  TitularController: titular,
};

export const repassadasPeloAplicativo = {
  FilaController: fila,
  CalendariosController: calendarios,
  FeedDeCalendarioController: feed,
  PagamentosController: cobrancas,
  UsuariosController: contas,
  SessoesController: sessoes,
  MinhasSessoesController: { ...minhasSessoes, ...elevacao },
  FatoresController: fatores,
  ProvedoresController: { ...entradasExternas, ...meusProvedores },
  TitularController: titular,
};

/** Nobody but the house finds anything here; what an operator may do of it, the service says again. */
export const repassadasPelaAdministracao = {
  SessoesController: sessoes,
  MinhasSessoesController: { ...minhasSessoes, ...elevacao },
  FatoresController: fatores,
  ProvedoresController: { ...entradasExternas, ...meusProvedores },
  UsuariosController: usuarios,
  ChavesDeApiController: chavesDeApi,
  ContaController: { mudarSenha: contasDeAuth.mudarSenha },
  CatalogoController: aqui(catalogo, { acesso: 'painel.usar' }),
  EspacosController: aqui(
    {
      create: espacos.create,
      replace: espacos.replace,
      publish: espacos.publish,
      archive: espacos.archive,
      versions: espacos.versions,
      units: espacos.units,
      blackouts: bloqueios.list,
      block: bloqueios.create,
      unblock: bloqueios.remove,
    },
    { grupo: 'espacos' },
  ),
  FeriadosController: { ...feriados, ...aqui({ list: feriados.list }, { acesso: 'painel.usar' }) },
  CuponsController: cupons,
  ReservasController: { approve: reservas.approve, checkIn: checkins.create },
  ConsultaDeReservaController: aqui(consultaDeReserva, { acesso: 'reservas.ver:todos' }),
  MudancaDeReservaController: aqui(mudancaDeReserva, { acesso: 'reservas.mudar:todos' }),
  SeriesController: aqui(series, { acesso: 'painel.usar' }),
  FilaController: aqui(fila, { acesso: 'painel.usar' }),
  CalendariosController: aqui(calendarios, { acesso: 'calendarios.assinar:todos' }),
  FeedDeCalendarioController: feed,
  FinanceiroController: aqui(
    {
      refund: estornos.create,
      pending: estornos.pending,
      decide: estornos.decide,
      webhooks: webhooks.list,
      drop: webhooks.drop,
      ledger: pagamentos.ledger,
      disputes: disputas.list,
      dispute: disputas.byId,
      evidence: disputas.evidence,
      reconcile: reconciliacoes.request,
      reconciliation: reconciliacoes.byId,
    },
    { grupo: 'pagamentos' },
  ),
  PagamentosController: aqui(cobrancas, { acesso: 'pagamentos.ver:todos' }),
  RelatoriosController: relatorios,
  ApagamentosController: apagamentos,
  AuditoriaController: {
    auditoriaDeAuth: auditoriaDe('auth'),
    auditoriaDeNotificacoes: auditoriaDe('notificacoes'),
    auditoriaDePagamentos: auditoriaDe('pagamentos'),
    auditoriaDeReservas: auditoriaDe('reservas'),
  },
};

// What they compose is the same operation with another answer.

/** A part of the answer whose service may fail without the rest being withheld. */
const parteOpcional = z.enum(['pagamento', 'notificacoes']);
export type ParteOpcional = z.output<typeof parteOpcional>;
export const faltando = z.array(parteOpcional).describe('Partes que não puderam ser obtidas agora');

/** A booking with what other services know about it. */
export const reservaCompletaHttp = z.object({
  reserva: reservaHttp,
  pagamento: pagamentoHttp
    .nullable()
    .describe('A cobrança a pagar agora ou, se não há, a última; null também enquanto não há cobrança; veja faltando'),
  pagamentos: z.array(pagamentoHttp).describe('Todas as cobranças, a começar por essa: integral, ou sinal, saldo, …'),
  notificacoes: z.array(notificacaoHttp),
  faltando,
});
export type ReservaCompletaHttp = z.output<typeof reservaCompletaHttp>;

export const detalheDeReserva = {
  ...reservas.byId,
  resumo: 'Uma reserva com as suas cobranças e as suas notificações',
  respostas: { 200: reservaCompletaHttp },
} as const;

/** A list asks pagamentos nothing: one call per row would be a storm. The status says whether it is paid. */
const reservasDaCasa = pagina(
  reservaHttp.extend({
    detalhe: z
      .string()
      .describe('Onde estão as cobranças e as notificações')
      .meta({ example: '/v1/reservas/0192f0c4-0000-7000-8000-000000000001' }),
  }),
);
export const listaDaCasa = {
  ...reservas.list,
  resumo: 'As reservas de todos',
  acesso: 'reservas.ver:todos',
  respostas: { 200: reservasDaCasa },
} as const;

const DE_OUTRA_ORIGEM = { 403: 'A requisição vem de outra origem' } as const;
const sessaoNoNavegador = sessaoHttp.omit({ tokenRenovacao: true });
/** Sessions of browsers: the access token in the answer's body, the refresh token in a cookie only. */
export const sessoesNoNavegador = {
  entrar: {
    ...sessoes.entrar,
    resumo: 'Entra com e-mail e senha; o token de renovação vem no cookie __Host-renovacao',
    respostas: { 201: sessaoNoNavegador, 202: desafioHttp },
    problemas: { ...sessoes.entrar.problemas, ...DE_OUTRA_ORIGEM },
  },
  segundoFator: {
    ...sessoes.segundoFator,
    respostas: { 201: sessaoNoNavegador },
    problemas: { ...sessoes.segundoFator.problemas, ...DE_OUTRA_ORIGEM },
  },
  opcoesDaChave: {
    ...sessoes.opcoesDaChave,
    problemas: { ...sessoes.opcoesDaChave.problemas, ...DE_OUTRA_ORIGEM },
  },
  entrarPorChave: {
    ...sessoes.entrarPorChave,
    respostas: { 201: sessaoNoNavegador },
    problemas: { ...sessoes.entrarPorChave.problemas, ...DE_OUTRA_ORIGEM },
  },
  renovar: {
    ...sessoes.renovar,
    resumo: 'Novo token de acesso pelo cookie, que também é trocado',
    corpo: semCorpo,
    respostas: { 200: sessaoNoNavegador },
    problemas: { ...sessoes.renovar.problemas, ...DE_OUTRA_ORIGEM },
  },
  encerrar: {
    ...sessoes.encerrar,
    resumo: 'Encerra a sessão do cookie; sem sessão, nada acontece',
    corpo: semCorpo,
    problemas: DE_OUTRA_ORIGEM,
  },
} as const;

/** The same by somebody else's word: what binds it to this browser is in cookies only, and the provider comes back here. */
export const entradasNoNavegador = {
  iniciarEntrada: {
    ...entradasExternas.iniciarEntrada,
    corpo: entradaNoNavegadorHttp,
    respostas: { 201: entradaIniciadaNoNavegadorHttp },
    problemas: { ...entradasExternas.iniciarEntrada.problemas, ...DE_OUTRA_ORIGEM },
  },
  ligarProvedor: {
    ...meusProvedores.ligarProvedor,
    corpo: novaLigacaoNoNavegadorHttp,
    respostas: { 201: entradaIniciadaNoNavegadorHttp },
  },
  concluirEntrada: {
    metodo: 'GET',
    rota: entradasExternas.concluirEntrada.rota,
    grupo: entradasExternas.concluirEntrada.grupo,
    acesso: 'PUBLICO',
    resumo: 'Para onde o provedor devolve o navegador: conclui, e leva à página do site que continua',
    detalhe:
      'Leva a / quando se entrou, a /conta/provedores quando se ligou, e a /entrar/ligar quando falta provar a conta (POST /v1/sessoes/externas/ligacao). O que se recusa leva um navegador a /entrar#erro=CODIGO; a quem não pede HTML, é o problema.',
    consulta: retornoNoNavegadorHttp,
    respostas: { 303: { descricao: 'O site continua' } },
    problemas: entradasExternas.concluirEntrada.problemas,
  },
  confirmarLigacao: {
    ...entradasExternas.confirmarLigacao,
    corpo: ligacaoNoNavegadorHttp,
    respostas: { 200: sessaoNoNavegador },
    problemas: { ...entradasExternas.confirmarLigacao.problemas, ...DE_OUTRA_ORIGEM },
  },
} as const;

/** What the client needs to know to pay; of nothing but the BFF's own settings. */
export const configuracao = {
  metodo: 'GET',
  rota: '/v1/configuracao',
  grupo: 'configuracao',
  resumo: 'O que o cliente precisa saber para pagar',
  acesso: 'PUBLICO',
  respostas: {
    200: z
      .object({
        pagamento: z.object({
          chavePublicavel: z.string().nullable().describe('Chave publicável da Stripe'),
          apiBase: z.string().nullable().describe('Endereço da API de pagamento, quando não é o da Stripe'),
        }),
      })
      .meta({ example: { pagamento: { chavePublicavel: 'pk_test_51', apiBase: null } } }),
  },
} as const;

/** A message that no consumer could process, without the personal data that it carries. */
const mensagemMorta = z
  .object({
    id: z.string().describe('Da entrada: a mesma mensagem, morta em duas filas, são duas entradas'),
    mensagemId: z.string().describe('Como quem enviou a chamou; vazio quando não o fez'),
    tipo: z.string(),
    fila: z.string().describe('Onde falhou, e para onde o reenvio a devolve'),
    causa: z.string(),
    detalhe: z.string(),
    tentativas: z.int(),
    desde: z.string().nullable(),
    conteudo: z.unknown().describe('Sem dados pessoais'),
  })
  .meta({
    example: {
      id: '4f6c0d5b9be6a1f2c3d4e5f60718293a',
      mensagemId: '0192f0c4-0000-7000-8000-0000000000b2',
      tipo: 'usuario.registrado.v1',
      fila: 'notificacoes.eventos',
      causa: 'tentativas-esgotadas',
      detalhe: 'Connection terminated',
      tentativas: 4,
      desde: '2026-11-30T12:00:00.000Z',
      conteudo: { data: { usuarioId: '0192f0c4-0000-7000-8000-00000000000a', nome: '[redigido]' } },
    },
  });
const mensagensMortasHttp = z.object({ itens: z.array(mensagemMorta) });
export type MensagensMortasHttp = z.output<typeof mensagensMortasHttp>;

/** Of an entry, or of the message itself, which may be anybody's; one with `%` is named by that of its entry. */
const idDaMensagem = z.string().regex(/^[\x21-\x24\x26-\x7e]{1,200}$/, 'não é o id de uma mensagem');
const DE_MENSAGENS_MORTAS = { grupo: 'mensagens-mortas', acesso: 'mensagens-mortas.operar' } as const;

export const mensagensMortas = {
  list: {
    ...DE_MENSAGENS_MORTAS,
    metodo: 'GET',
    rota: '/v1/mensagens-mortas',
    resumo: 'As mais antigas mensagens que nenhum consumidor pôde processar',
    consulta: z.strictObject({ limite: inteiroDaQuery(1, 500).default(100).meta({ default: 100 }) }),
    respostas: { 200: mensagensMortasHttp },
  },
  replay: {
    ...DE_MENSAGENS_MORTAS,
    metodo: 'POST',
    rota: '/v1/mensagens-mortas/:id/reenvio',
    resumo: 'Devolve a mensagem à fila em que falhou, com as tentativas contadas de novo',
    parametros: { id: idDaMensagem },
    corpo: semCorpo,
    respostas: { 200: { corpo: mensagensMortasHttp, descricao: 'O que foi reenviado' } },
    problemas: { 409: 'A fila de origem não existe mais' },
  },
  drop: {
    ...DE_MENSAGENS_MORTAS,
    metodo: 'DELETE',
    rota: '/v1/mensagens-mortas/:id',
    resumo: 'Exclui a mensagem para sempre',
    parametros: { id: idDaMensagem },
    respostas: { 200: { corpo: mensagensMortasHttp, descricao: 'O que foi excluído' } },
    problemas: { 409: 'O id é o de mensagens em várias filas' },
  },
} as const;

type UmaDe<Grupos extends Readonly<Record<string, Operacoes>>> = {
  [Grupo in keyof Grupos]: Grupos[Grupo][keyof Grupos[Grupo]];
}[keyof Grupos] extends infer O extends OperacaoHttp
  ? O
  : never;
/** What a page of the site may ask for: `clientePorEndereco<OperacaoDaWeb>(…)`. */
export type OperacaoDaWeb =
  | UmaDe<typeof repassadasPelaWeb>
  | typeof configuracao
  | typeof detalheDeReserva
  | (typeof sessoesNoNavegador)[keyof typeof sessoesNoNavegador]
  | Exclude<(typeof entradasNoNavegador)[keyof typeof entradasNoNavegador], typeof entradasNoNavegador.concluirEntrada>;
/** What a page of the panel may ask for. */
export type OperacaoDaAdministracao =
  UmaDe<typeof repassadasPelaAdministracao> | typeof detalheDeReserva | typeof listaDaCasa;
