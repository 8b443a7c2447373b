import { z } from 'zod';
import {
  apagamentos,
  chavesDeApi,
  consentimentos,
  contas as contasDeAuth,
  elevacao,
  exportacao,
  exportacoes,
  fatores,
  grupos,
  entradasExternas,
  meusProvedores,
  minhasSessoes,
  sessoes,
  titular,
  usuarios,
} from '../auth/operacoes.js';
import { EXEMPLO_DE_EVENTOS } from '../http-eventos.js';
import { auditoriaDe } from '../http-auditoria.js';
import { desafioHttp, fatoresHttp, sessaoHttp, sessoesVistasHttp, usuarioHttp } from '../http-auth.js';
import { consentimentosHttp } from '../http-consentimentos.js';
import { disponibilidadeHttp, espacoHttp, janelaHttp } from '../http-espacos.js';
import { filtroDaLinhaHttp, linhaDaReservaHttp } from '../http-linha-do-tempo.js';
import { preferenciasHttp } from '../http-preferencias.js';
import {
  entradaIniciadaNoNavegadorHttp,
  entradaNoNavegadorHttp,
  ligacaoNoNavegadorHttp,
  retornoNoNavegadorHttp,
} from '../http-provedores.js';
import { notificacaoHttp } from '../http-notificacoes.js';
import { ganchos } from '../notificacoes/operacoes.js';
import { pagamentoHttp } from '../http-pagamentos.js';
import { historicoHttp, reservaHttp } from '../http-reservas.js';
import { convidados, convites, destinos, envios, supressoes } from '../notificacoes/operacoes.js';
import type { Acesso, OperacaoHttp, Operacoes } from '../operacao.js';
import { preferencias } from '../notificacoes/operacoes.js';
import { disputas, estornos, pagamentos, recibos, reconciliacoes, webhooks } from '../pagamentos/operacoes.js';
import { id, inteiroDaQuery, pagina, semCorpo, texto } from '../primitives.js';
import {
  agendas,
  bloqueios,
  calendarios,
  calendariosSeguidos,
  checkins,
  cotacoes,
  cupons,
  espacos,
  favoritos,
  feed,
  feriados,
  fila,
  fotos,
  planilhas,
  relatorios,
  reservas,
  sagas,
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
  ...agendas,
};
/** What is known about one booking, besides itself. */
const consultaDeReserva = {
  history: reservas.history,
  previewCancellation: reservas.previewCancellation,
  previewMove: reservas.previewMove,
  possibleMoves: reservas.possibleMoves,
  again: reservas.again,
};
/** What its client, or the house, may change about it. */
const mudancaDeReserva = {
  cancel: reservas.cancel,
  move: reservas.move,
  extend: reservas.extend,
  describe: reservas.describe,
};
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
/** For the groups that administer a space, or approve what is asked for there. */
const gestaoDeEspacos = {
  replace: espacos.replace,
  publish: espacos.publish,
  archive: espacos.archive,
  versions: espacos.versions,
  units: espacos.units,
  blackouts: bloqueios.list,
  block: bloqueios.create,
  unblock: bloqueios.remove,
};
const contas = { ...contasDeAuth, eu: usuarios.eu };
const { provedores } = entradasExternas;
const { listarProvedores, desligarProvedor } = meusProvedores;

// What each BFF passes on as it is, under the names that its documents give it.

export const repassadasPelaWeb = {
  CatalogoController: { ...catalogo, neighbours: espacos.neighbours },
  CotacoesController: cotacoes,
  ReservasController: { create: reservas.create, list: reservas.list, checkIn: reservas.checkIn },
  ConsultaDeReservaController: consultaDeReserva,
  MudancaDeReservaController: mudancaDeReserva,
  ConvidadosController: { ...convidados, ...convites },
  SeriesController: series,
  FavoritosController: favoritos,
  GestaoDeEspacosController: { ...aqui(gestaoDeEspacos, { grupo: 'espacos' }), approve: reservas.approve },
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
  TitularController: { ...titular, ...consentimentos, ...exportacao },
  AvisosController: preferencias,
  DestinosController: destinos,
};

export const repassadasPeloAplicativo = {
  AgendasController: agendas,
  FavoritosController: favoritos,
  DitosDeReservaController: { again: reservas.again, describe: reservas.describe },
  ConvidadosController: convidados,
  FilaController: fila,
  CalendariosController: calendarios,
  FeedDeCalendarioController: feed,
  PagamentosController: cobrancas,
  UsuariosController: contas,
  SessoesController: sessoes,
  MinhasSessoesController: { ...minhasSessoes, ...elevacao },
  FatoresController: fatores,
  ProvedoresController: { ...entradasExternas, ...meusProvedores },
  TitularController: { ...titular, ...consentimentos, ...exportacao },
  AvisosController: preferencias,
  DestinosController: destinos,
};

/** Nobody but the house finds anything here; what an operator may do of it, the service says again. */
export const repassadasPelaAdministracao = {
  SessoesController: sessoes,
  MinhasSessoesController: { ...minhasSessoes, ...elevacao },
  FatoresController: fatores,
  ProvedoresController: { ...entradasExternas, ...meusProvedores },
  UsuariosController: usuarios,
  GruposController: grupos,
  ChavesDeApiController: chavesDeApi,
  ContaController: { mudarSenha: contasDeAuth.mudarSenha },
  CatalogoController: aqui(catalogo, { acesso: 'painel.usar' }),
  EspacosController: aqui(
    { create: espacos.create, simulate: espacos.simulate, addPhoto: fotos.create, ...planilhas, ...gestaoDeEspacos },
    { grupo: 'espacos', acesso: 'espacos.administrar' },
  ),
  FeriadosController: { ...feriados, ...aqui({ list: feriados.list }, { acesso: 'painel.usar' }) },
  CalendariosSeguidosController: aqui(calendariosSeguidos, { acesso: 'espacos.administrar' }),
  CuponsController: cupons,
  ReservasController: {
    ...aqui({ create: reservas.create }, { acesso: 'painel.usar' }),
    ...aqui({ approve: reservas.approve }, { acesso: 'reservas.aprovar' }),
    checkIn: checkins.create,
  },
  ConsultaDeReservaController: aqui(consultaDeReserva, { acesso: 'reservas.ver:todos' }),
  MudancaDeReservaController: aqui(mudancaDeReserva, { acesso: 'reservas.mudar:todos' }),
  ConvidadosController: aqui(convidados, { acesso: 'reservas.mudar:todos' }),
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
  SagasController: sagas,
  GanchosController: ganchos,
  ApagamentosController: apagamentos,
  EnviosController: envios,
  SupressoesController: supressoes,
  ExportacoesController: exportacoes,
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

/** Of the detail that is told by screens (v2): a part may be missing without the rest being withheld. */
const degradado = <const Nomes extends readonly [string, ...string[]]>(nomes: Nomes) =>
  z.array(z.enum(nomes)).describe('As partes que não puderam ser obtidas agora, e por isso são null');

const reservaNaTelaHttp = z.object({
  reserva: reservaHttp,
  espaco: espacoHttp.nullable(),
  pagamentos: z
    .array(pagamentoHttp)
    .nullable()
    .describe('Todas as cobranças, a começar pela que se paga agora ou, se não há, pela última'),
  historico: historicoHttp.nullable(),
  notificacoes: z.array(notificacaoHttp).nullable(),
  similares: z
    .array(espacoHttp)
    .nullable()
    .describe('Até três do mesmo tipo e cidade, livres no mesmo período; nenhum depois que ele começa'),
  degradado: degradado(['espaco', 'pagamentos', 'historico', 'notificacoes', 'similares']),
});
export type ReservaNaTelaHttp = z.output<typeof reservaNaTelaHttp>;

/** What the site shows on one screen, in one request. */
export const telas = {
  reservaNaTela: {
    ...reservas.byId,
    rota: '/v2/reservas/:id',
    resumo: 'Uma reserva com tudo o que a tela dela mostra',
    respostas: { 200: reservaNaTelaHttp },
  },
  espacoNaTela: {
    metodo: 'GET',
    rota: '/v1/espacos/:id/pagina',
    grupo: 'espacos',
    resumo: 'Um espaço, com as suas regras e políticas, e o que está livre com os preços',
    acesso: 'TOKEN_OPCIONAL',
    parametros: espacos.byId.parametros,
    consulta: janelaHttp.omit({ precos: true }),
    respostas: {
      200: z.object({
        espaco: espacoHttp,
        disponibilidade: disponibilidadeHttp.nullable(),
        degradado: degradado(['disponibilidade']),
      }),
    },
  },
  conta: {
    metodo: 'GET',
    rota: '/v1/conta',
    grupo: 'contas',
    resumo: 'A própria conta: quem é, sessões, segundo fator, provedores, avisos e consentimentos',
    acesso: 'conta.usar',
    respostas: {
      200: z.object({
        usuario: usuarioHttp,
        sessoes: sessoesVistasHttp.nullable(),
        fatores: fatoresHttp.nullable(),
        provedores: meusProvedores.listarProvedores.respostas[200].nullable(),
        preferencias: preferenciasHttp.nullable(),
        consentimentos: consentimentosHttp.nullable(),
        degradado: degradado(['sessoes', 'fatores', 'provedores', 'preferencias', 'consentimentos']),
      }),
    },
  },
} as const satisfies Operacoes;

/** A list asks pagamentos nothing: one call per row would be a storm. The status says whether it is paid. */
const reservasDaCasa = pagina(
  reservaHttp.extend({
    detalhe: z
      .string()
      .describe('Onde estão as cobranças e as notificações')
      .meta({ example: '/admin/v1/reservas/0192f0c4-0000-7000-8000-000000000001' }),
  }),
);
export const listaDaCasa = {
  ...reservas.list,
  resumo: 'As reservas de todos',
  acesso: 'reservas.ver:todos',
  respostas: { 200: reservasDaCasa },
} as const;

/** What happened to one booking, wherever it happened. */
export const linhaDaReserva = {
  metodo: 'GET',
  rota: '/v1/reservas/:id/linha-do-tempo',
  grupo: 'reservas',
  resumo: 'Tudo o que houve com uma reserva, em ordem, e o que ainda acontece sozinho',
  detalhe:
    'Eventos, comandos da saga, tentativas de pagamento, webhooks do provedor, lançamentos, avisos, tentativas de webhooks de saída e mensagens mortas, cada um com o seu rastro onde há. Em `proximos`, o que cada parte ainda fará, quando e após quantas tentativas.',
  acesso: 'reservas.ver:todos',
  parametros: { id },
  consulta: filtroDaLinhaHttp,
  respostas: { 200: linhaDaReservaHttp },
} as const satisfies OperacaoHttp;

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

type NoPainel<O extends OperacaoHttp> = Omit<O, 'rota' | 'resumo'> & {
  readonly rota: O['rota'] extends `/v1/${infer Resto}` ? `/v1/navegador/${Resto}` : never;
  readonly resumo: string;
};
/** What one does by cookies in the panel, beside what programs do (`POST /v1/sessoes` answers both tokens in its body). */
const noPainel = <const Ops extends Operacoes>(operacoes: Ops) =>
  Object.fromEntries(
    Object.entries(operacoes).map(([nome, operacao]) => [
      nome,
      {
        ...operacao,
        rota: operacao.rota.replace(/^\/v1/, '/v1/navegador'),
        resumo: operacao.resumo.replace('__Host-renovacao', '__Host-renovacao-painel').replace('do site', 'do painel'),
      },
    ]),
  ) as unknown as { readonly [Nome in keyof Ops]: NoPainel<Ops[Nome]> };
export const sessoesNoPainel = noPainel(sessoesNoNavegador);

/** The same by somebody else's word: what binds it to this browser is in cookies only, and the provider comes back here. */
export const entradasNoNavegador = {
  iniciarEntrada: {
    ...entradasExternas.iniciarEntrada,
    corpo: entradaNoNavegadorHttp,
    respostas: { 201: entradaIniciadaNoNavegadorHttp },
    problemas: { ...entradasExternas.iniciarEntrada.problemas, ...DE_OUTRA_ORIGEM },
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
    respostas: { 303: { descricao: 'A página continua' } },
    problemas: entradasExternas.concluirEntrada.problemas,
  },
  confirmarLigacao: {
    ...entradasExternas.confirmarLigacao,
    corpo: ligacaoNoNavegadorHttp,
    respostas: { 200: sessaoNoNavegador },
    problemas: { ...entradasExternas.confirmarLigacao.problemas, ...DE_OUTRA_ORIGEM },
  },
} as const;

/** The same in the panel. What somebody may do there their roles say, as after any log-in. */
export const entradasNoPainel = noPainel({
  ...entradasNoNavegador,
  concluirEntrada: {
    ...entradasNoNavegador.concluirEntrada,
    detalhe:
      'Leva a / quando se entrou, e a /entrar/ligar quando falta provar a conta (POST /v1/navegador/sessoes/externas/ligacao). O que se recusa leva um navegador a /entrar#erro=CODIGO; a quem não pede HTML, é o problema.',
  },
} as const);

/** By whom one logs in oneself, begun in a browser; it ends where those log-ins do. */
export const ligacaoNoNavegador = {
  ...meusProvedores.ligarProvedor,
  corpo: entradaNoNavegadorHttp,
  respostas: { 201: entradaIniciadaNoNavegadorHttp },
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

/** Status as it changes. It never ends by itself: `ouvir` (`@plataforma/contracts/ao-vivo`) is its client. */
export const eventos = {
  metodo: 'GET',
  rota: '/v1/eventos',
  grupo: 'eventos',
  resumo: 'O que muda, ao vivo: as reservas de quem pede e, com espacoId, o que está livre num espaço',
  detalhe: `Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html), cujos nomes e dados são:

- \`releia\`, o primeiro: o que se sabe pode ser velho; leia o que se mostra, agora que nada mais se perde. \`retomada\`, em vez dele, quando \`Last-Event-ID\` é conhecido: o que faltava vem em seguida.
- \`reserva\`: uma reserva de quem pede mudou. Uma leitura com \`versao\` menor que a daqui é anterior: leia de novo.
- \`pagamento\`: a cobrança de uma reserva, ou da sua série, mudou; \`cobrancaId\` é o da reserva.
- \`espaco\`: o que está livre no espaço mudou entre \`inicio\` e \`fim\` (alargue pelas folgas), ou em qualquer parte quando são null.
- \`fim\`: o fluxo acaba, com o motivo. TOKEN: peça de novo com um token novo; SESSAO: a sessão foi encerrada; os outros: volte depois de \`retry\`, com \`Last-Event-ID\`.

Sem token vem só o espaço. A cada 15 s vem ao menos um comentário. Até 8 por pessoa, e 32 por endereço sem token; além disso 429. Quem não lê é desligado.`,
  acesso: 'TOKEN_OPCIONAL',
  consulta: z.strictObject({ espacoId: id.optional().describe('Ouvir também este espaço; sem token, só ele') }),
  retomavel: true,
  respostas: { 200: { arquivo: true, tipos: ['text/event-stream'], exemplo: EXEMPLO_DE_EVENTOS } },
  problemas: {
    400: 'Sem token e sem espacoId não há o que ouvir',
    404: 'O espaço não existe, ou não é para quem pede',
    429: 'Quem pede já ouve por outros fluxos, tantos quantos pode',
    503: 'Não há lugar para mais, ou o que muda não se ouve agora: volte depois de Retry-After, e enquanto isso leia',
  },
} as const satisfies OperacaoHttp;

/** What an operator sees at a glance, and where to look further. */
export const painel = {
  situacao: {
    metodo: 'GET',
    rota: '/v1/situacao',
    grupo: 'painel',
    resumo: 'De relance: dependências, filas, eventos por publicar, e onde ver rastros e gráficos',
    acesso: 'painel.usar',
    respostas: {
      200: z
        .object({
          dependencias: z.array(z.object({ nome: z.string(), responde: z.boolean(), essencial: z.boolean() })),
          filas: z
            .array(z.object({ nome: z.string(), mensagens: z.int(), consumidores: z.int().nullable() }))
            .nullable()
            .describe('null quando o RabbitMQ não responde'),
          outbox: z
            .array(
              z.object({
                servico: z.string(),
                atrasoSegundos: z.number().nullable().describe('null quando não se pôde medir'),
              }),
            )
            .describe('A idade do evento mais antigo que cada serviço ainda tem por publicar'),
          rastrosUrl: z.string().nullable().describe('Do Jaeger: um rastro está em /trace/ID'),
          graficosUrl: z.string().nullable().describe('Do Grafana'),
        })
        .meta({
          example: {
            dependencias: [{ nome: 'reservas', responde: true, essencial: true }],
            filas: [{ nome: 'failed_events_queue', mensagens: 2, consumidores: null }],
            outbox: [{ servico: 'reservas', atrasoSegundos: 0 }],
            rastrosUrl: 'http://localhost:16686',
            graficosUrl: null,
          },
        }),
    },
  },
} as const satisfies Operacoes;

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
    rastroId: z.string().nullable().describe('Do rastro (W3C) em que ia'),
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
      rastroId: '4bf92f3577b34da6a3ce929d0e0e4736',
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
  discard: {
    ...DE_MENSAGENS_MORTAS,
    metodo: 'POST',
    rota: '/v1/mensagens-mortas/:id/exclusao',
    resumo: 'Exclui a mensagem para sempre, com motivo; fica na auditoria',
    parametros: { id: idDaMensagem },
    corpo: z
      .strictObject({ motivo: texto({ min: 3, max: 500 }).describe('Por quê') })
      .meta({ example: { motivo: 'Enviada à mão, num teste' } }),
    respostas: { 200: { corpo: mensagensMortasHttp, descricao: 'O que foi excluído' } },
    problemas: { 409: 'O id é o de mensagens em várias filas' },
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
  | (typeof telas)[keyof typeof telas]
  | (typeof sessoesNoNavegador)[keyof typeof sessoesNoNavegador]
  | typeof ligacaoNoNavegador
  | Exclude<(typeof entradasNoNavegador)[keyof typeof entradasNoNavegador], typeof entradasNoNavegador.concluirEntrada>;
/** What a page of the panel may ask for. */
export type OperacaoDaAdministracao =
  | UmaDe<typeof repassadasPelaAdministracao>
  | (typeof mensagensMortas)[keyof typeof mensagensMortas]
  | (typeof sessoesNoPainel)[keyof typeof sessoesNoPainel]
  | Exclude<(typeof entradasNoPainel)[keyof typeof entradasNoPainel], typeof entradasNoPainel.concluirEntrada>
  | (typeof painel)[keyof typeof painel]
  | typeof detalheDeReserva
  | typeof linhaDaReserva
  | typeof listaDaCasa;
