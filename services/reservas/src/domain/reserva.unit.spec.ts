import { describe, expect, it } from '@jest/globals';
import {
  AguardaPagamento,
  AprovacaoNaoPendente,
  CheckinForaDaJanela,
  CodigoIncorreto,
  RemarcacaoEmAndamento,
  ReservaEncerrada,
  ReservaJaCancelada,
  ReservaJaIniciada,
  SemCheckin,
  TransicaoInvalida,
} from './errors.js';
import { HORA_MS } from './periodo-reserva.js';
import {
  aCobrar,
  aprovar,
  aprovarDaSerie,
  baixarReembolso,
  cancelar,
  type Confirmada,
  conferirPagamento,
  confirmar,
  contestar,
  criar,
  type DadosDaReserva,
  desfazerRemarcacao,
  efetivarRemarcacao,
  encerrarPresenca,
  type EventoDaReserva,
  evoluir,
  fazerCheckin,
  INEXISTENTE,
  type NovoHorario,
  ocupacoesDevidas,
  pedirRemarcacao,
  podeRetomar,
  prorrogar,
  quitar,
  reembolsoRetido,
  registrarReembolso,
  remarcar,
  remarcavel,
  type Reserva,
  type Retencao,
  retomar,
  semDinheiro,
} from './reserva.js';

const INICIO = Date.parse('2030-01-10T13:00:00.000Z');

const dados: DadosDaReserva & Retencao = {
  reservaId: 'r1',
  clienteId: 'c1',
  espacoId: 'e1',
  espacoNome: 'Sala Ipê',
  cidade: 'São Paulo',
  inicio: new Date(INICIO).toISOString(),
  fim: new Date(INICIO + HORA_MS).toISOString(),
  fuso: 'America/Sao_Paulo',
  valorCentavos: 9_001,
  moeda: 'BRL',
  unidades: ['u1'],
  ocupacao: { inicio: new Date(INICIO).toISOString(), fim: new Date(INICIO + HORA_MS).toISOString() },
  expiraEm: '2030-01-01T00:00:00.000Z',
  politicaCancelamento: [
    { horasAntes: 48, percentual: 100 },
    { horasAntes: 24, percentual: 50 },
  ],
};
const criada = criar(dados);
const dada = (...eventos: EventoDaReserva[][]) => eventos.flat().reduce(evoluir, INEXISTENTE);
const pendente = dada(criada);
const confirmada = dada(criada, confirmar(pendente, 'p1'));

const ANTES = INICIO - 72 * HORA_MS;
const FIM = INICIO + HORA_MS;
const CODIGO = 'ABCD2345';
const novoHorario = (valorCentavos: number): NovoHorario => {
  const [inicio, fim] = [new Date(FIM).toISOString(), new Date(FIM + HORA_MS).toISOString()];
  return { inicio, fim, valorCentavos, unidades: ['u2'], ocupacao: { inicio, fim } };
};

type Passo = (reserva: Reserva) => readonly EventoDaReserva[];
/** What a booking is after these commands, each given to what the ones before made of it. */
const depoisDe = (...passos: Passo[]): Reserva =>
  passos.reduce((reserva, passo) => passo(reserva).reduce(evoluir, reserva), INEXISTENTE);

const nova =
  (regras: Partial<Retencao> = {}): Passo =>
  () =>
    criar({
      ...dados,
      checkin: { codigo: CODIGO, exigido: true, toleranciaMinutos: 15 },
      ...regras,
    });
const paga: Passo = (reserva) => confirmar(reserva, 'p1');
const comCheckin: Passo = (reserva) => fazerCheckin(reserva, CODIGO, INICIO);
const encerrada: Passo = (reserva) => encerrarPresenca(reserva, FIM);

/** Every state that a booking can be in, with what brings it there. */
const ESTADOS = {
  'que não existe': depoisDe(),
  'à espera de aprovação': depoisDe(nova({ requerAprovacao: true })),
  'à espera do pagamento': depoisDe(nova()),
  'com o pagamento em conferência': depoisDe(nova(), (uma) => conferirPagamento(uma, '2030-01-01T00:10:00.000Z')),
  confirmada: depoisDe(nova(), paga),
  'confirmada com saldo': depoisDe(nova({ sinalCentavos: 3_000, saldoVenceEm: '2030-01-09T00:00:00.000Z' }), paga),
  'a ser remarcada': depoisDe(nova(), paga, (uma) =>
    pedirRemarcacao(remarcavel(uma, ANTES), novoHorario(12_000), ANTES, '2030-01-08T00:00:00.000Z'),
  ),
  iniciada: depoisDe(nova(), paga, comCheckin),
  concluída: depoisDe(nova(), paga, comCheckin, encerrada),
  'a que ninguém veio': depoisDe(nova(), paga, encerrada),
  'que o tempo cancelou': depoisDe(nova(), (uma) => cancelar(uma, 'PAGAMENTO_EXPIRADO', ANTES)),
  'que a pessoa cancelou': depoisDe(nova(), paga, (uma) => cancelar(uma, 'CLIENTE', ANTES)),
} as const satisfies Record<string, Reserva>;
type Estado = keyof typeof ESTADOS;
const estados = Object.keys(ESTADOS) as Estado[];

const A_PAGAR = ['à espera do pagamento', 'com o pagamento em conferência'] as const;
const QUE_VALEM = ['confirmada', 'confirmada com saldo', 'a ser remarcada', 'iniciada'] as const;
const COM_DINHEIRO = [...QUE_VALEM, 'concluída', 'a que ninguém veio'] as const;
const ENCERRADAS = ['concluída', 'a que ninguém veio'] as const;
const CANCELADAS = ['que o tempo cancelou', 'que a pessoa cancelou'] as const;

/** The type of the one event that follows, in short, or the rule that forbids it; null when nothing happens. */
type Desfecho = string | null | (new (...args: never[]) => Error);
const em = (quais: readonly Estado[], desfecho: Desfecho): Partial<Record<Estado, Desfecho>> =>
  Object.fromEntries(quais.map((estado) => [estado, desfecho]));

interface Comando {
  readonly quando: Passo;
  readonly senao: Desfecho;
  readonly entao: Partial<Record<Estado, Desfecho>>;
}

const semNadaAMudar = {
  ...em(['à espera de aprovação', ...A_PAGAR], AguardaPagamento),
  iniciada: ReservaJaIniciada,
  'a ser remarcada': RemarcacaoEmAndamento,
  ...em(ENCERRADAS, ReservaEncerrada),
  ...em(CANCELADAS, ReservaJaCancelada),
};

/** Every command; what is not said of a state is `senao`. */
const COMANDOS: Readonly<Record<string, Comando>> = {
  'um administrador aprova': {
    quando: (uma) => aprovar(uma, '2030-01-02T00:00:00.000Z'),
    senao: AprovacaoNaoPendente,
    entao: em(['à espera de aprovação'], 'aprovada'),
  },
  'é aprovada antes das outras da série': {
    quando: aprovarDaSerie,
    senao: AprovacaoNaoPendente,
    entao: em(['à espera de aprovação'], 'aprovada'),
  },
  'passa a ser cobrada': {
    quando: (uma) => aCobrar(uma, '2030-01-02T00:00:00.000Z'),
    senao: TransicaoInvalida,
    entao: em(['à espera de aprovação', ...A_PAGAR], 'aprovada'),
  },
  'o meio de pagamento dura mais': {
    quando: (uma) => prorrogar(uma, '2030-01-02T00:00:00.000Z'),
    senao: null,
    entao: em(A_PAGAR, 'prorrogada'),
  },
  'o meio de pagamento dura menos': {
    quando: (uma) => prorrogar(uma, '2029-12-31T00:00:00.000Z'),
    senao: null,
    entao: {},
  },
  'a retenção vence, e o provedor ainda não disse': {
    quando: (uma) => conferirPagamento(uma, '2030-01-01T00:20:00.000Z'),
    senao: null,
    entao: em(A_PAGAR, 'prorrogada'),
  },
  'é paga': { quando: paga, senao: TransicaoInvalida, entao: em(A_PAGAR, 'confirmada') },
  'o saldo é pago': {
    quando: (uma) => quitar(uma, 'p2'),
    senao: TransicaoInvalida,
    entao: em(['confirmada com saldo'], 'saldo-pago'),
  },
  'o tempo dela acaba': {
    quando: (uma) => cancelar(uma, 'PAGAMENTO_EXPIRADO', ANTES),
    senao: 'cancelada',
    entao: {
      'que não existe': TransicaoInvalida,
      ...em(ENCERRADAS, ReservaEncerrada),
      ...em(CANCELADAS, ReservaJaCancelada),
    },
  },
  'a pessoa cancela': {
    quando: (uma) => cancelar(uma, 'CLIENTE', ANTES),
    senao: 'cancelada',
    entao: {
      'que não existe': TransicaoInvalida,
      iniciada: ReservaJaIniciada,
      ...em(ENCERRADAS, ReservaEncerrada),
      ...em(CANCELADAS, ReservaJaCancelada),
    },
  },
  'a pessoa cancela depois do início': {
    quando: (uma) => cancelar(uma, 'CLIENTE', INICIO),
    senao: 'cancelada',
    entao: {
      'que não existe': TransicaoInvalida,
      ...em(QUE_VALEM, ReservaJaIniciada),
      ...em(ENCERRADAS, ReservaEncerrada),
      ...em(CANCELADAS, ReservaJaCancelada),
    },
  },
  'um administrador cancela': {
    quando: (uma) => cancelar(uma, 'ADMIN', INICIO, 'Obra'),
    senao: 'cancelada',
    entao: {
      'que não existe': TransicaoInvalida,
      ...em(ENCERRADAS, ReservaEncerrada),
      ...em(CANCELADAS, ReservaJaCancelada),
    },
  },
  'é paga depois que o prazo acabou, e o lugar ainda está livre': {
    quando: (uma) => retomar(uma, 'p2'),
    senao: TransicaoInvalida,
    entao: em(['que o tempo cancelou'], 'confirmada'),
  },
  'muda para um horário mais barato': {
    quando: (uma) => remarcar(remarcavel(uma, ANTES), novoHorario(5_000), ANTES, new Date(FIM).toISOString()),
    senao: TransicaoInvalida,
    entao: { ...semNadaAMudar, ...em(['confirmada', 'confirmada com saldo'], 'remarcada') },
  },
  'pede um horário mais caro': {
    quando: (uma) => pedirRemarcacao(remarcavel(uma, ANTES), novoHorario(12_000), ANTES, '2030-01-08T00:00:00.000Z'),
    senao: TransicaoInvalida,
    entao: { ...semNadaAMudar, ...em(['confirmada', 'confirmada com saldo'], 'remarcacao-pedida') },
  },
  'a diferença é paga': {
    quando: efetivarRemarcacao,
    senao: TransicaoInvalida,
    entao: em(['a ser remarcada'], 'remarcada'),
  },
  'a diferença não é paga': {
    quando: desfazerRemarcacao,
    senao: null,
    entao: em(['a ser remarcada'], 'remarcacao-desfeita'),
  },
  'dinheiro volta à pessoa': {
    quando: (uma) => registrarReembolso([uma], 100, 'ADMIN').flat(),
    senao: null,
    entao: { 'que não existe': TransicaoInvalida, ...em(COM_DINHEIRO, 'reembolsada') },
  },
  'o banco toma dinheiro': {
    quando: (uma) => contestar([uma], { perdidoCentavos: 100, retidoCentavos: 0, indisponivelCentavos: 0 }).flat(),
    senao: null,
    entao: { 'que não existe': TransicaoInvalida, ...em(COM_DINHEIRO, 'contestada') },
  },
  'o que ia voltar não volta': {
    quando: (uma) => baixarReembolso(uma, 100),
    senao: 'reembolso-baixado',
    entao: { 'que não existe': TransicaoInvalida },
  },
  'a pessoa chega': {
    quando: comCheckin,
    senao: SemCheckin,
    entao: { ...em(['confirmada', 'confirmada com saldo', 'a ser remarcada'], 'iniciada'), iniciada: null },
  },
  'alguém chega com outro código': {
    quando: (uma) => fazerCheckin(uma, 'OUTRO', INICIO),
    senao: SemCheckin,
    entao: em(QUE_VALEM, CodigoIncorreto),
  },
  'a pessoa chega cedo demais': {
    quando: (uma) => fazerCheckin(uma, CODIGO, ANTES),
    senao: SemCheckin,
    entao: { ...em(QUE_VALEM, CheckinForaDaJanela), iniciada: null },
  },
  'o tempo dela ainda não acabou': { quando: (uma) => encerrarPresenca(uma, INICIO), senao: null, entao: {} },
  'o tempo dela passa': {
    quando: encerrada,
    senao: null,
    entao: { ...em(['confirmada', 'confirmada com saldo'], 'nao-compareceu'), iniciada: 'concluida' },
  },
};

/** What each event makes of a booking; the others leave its status as it is. */
const STATUS_DEPOIS: Readonly<Record<string, Reserva['status']>> = {
  aprovada: 'PENDENTE_PAGAMENTO',
  prorrogada: 'PENDENTE_PAGAMENTO',
  confirmada: 'CONFIRMADA',
  'nao-compareceu': 'NAO_COMPARECEU',
  concluida: 'CONCLUIDA',
  cancelada: 'CANCELADA',
};

describe.each(Object.keys(COMANDOS))('quando %s', (comando) => {
  const { quando, senao, entao } = COMANDOS[comando] as Comando;

  it.each(estados)('dada uma reserva %s', (estado) => {
    const dada: Reserva = ESTADOS[estado];
    const desfecho = estado in entao ? entao[estado] : senao;
    if (typeof desfecho === 'function') {
      expect(() => quando(dada)).toThrow(desfecho);
      return;
    }
    const eventos = quando(dada);
    expect(eventos.map(({ type }) => type)).toEqual(desfecho == null ? [] : [`reserva.${desfecho}.v1`]);
    const depois = eventos.reduce(evoluir, dada);
    expect(depois.status).toBe(STATUS_DEPOIS[desfecho ?? ''] ?? dada.status);
    // What is decided once does not come out otherwise from the same past.
    expect(quando(dada)).toEqual(eventos);
  });
});

describe('dada uma reserva', () => {
  it('nasce à espera do pagamento, com o que foi retido, ou de quem a aprove', () => {
    expect(ESTADOS['à espera do pagamento']).toMatchObject({
      status: 'PENDENTE_PAGAMENTO',
      retencao: { unidades: ['u1'] },
    });
    expect(ESTADOS['à espera de aprovação'].status).toBe('PENDENTE_APROVACAO');
  });

  it.each([
    ['que não existe', 0],
    ['à espera de aprovação', 1],
    ['à espera do pagamento', 1],
    ['com o pagamento em conferência', 1],
    ['confirmada', 1],
    ['confirmada com saldo', 1],
    ['a ser remarcada', 2],
    ['iniciada', 1],
    ['concluída', 1],
    ['a que ninguém veio', 0],
    ['que o tempo cancelou', 0],
    ['que a pessoa cancelou', 0],
  ] as const)('%s, ela ocupa %i horários', (estado, horarios) => {
    expect(ocupacoesDevidas(ESTADOS[estado])).toHaveLength(horarios);
  });

  it('que não existe, nada lhe acontece antes de ser criada', () => {
    const acontecidos = Object.values(COMANDOS).flatMap(({ quando, entao, senao }) =>
      estados
        .filter((estado) => typeof (estado in entao ? entao[estado] : senao) === 'string')
        .flatMap((estado) => quando(ESTADOS[estado])),
    );
    for (const evento of acontecidos) expect(() => evoluir(INEXISTENTE, evento)).toThrow(TransicaoInvalida);
  });

  it.each([
    [48, 9_001],
    [47.99, 4_501],
    [24, 4_501],
    [23.99, 0],
  ])('confirmada, cancelada pelo cliente %s h antes, devolve %s centavos', (horas, reembolsoCentavos) => {
    const [evento] = cancelar(confirmada, 'CLIENTE', INICIO - horas * HORA_MS);
    expect(evento?.data).toMatchObject({ motivo: 'CLIENTE', reembolsoCentavos });
  });

  it('confirmada, cancelada por quem administra, devolve tudo, mesmo em cima da hora', () => {
    expect(cancelar(confirmada, 'ADMIN', INICIO - 1)[0]?.data).toMatchObject({ reembolsoCentavos: 9_001 });
  });

  it('sem pagamento, nada há a devolver', () => {
    expect(cancelar(pendente, 'CLIENTE', 0)[0]?.data).toMatchObject({ reembolsoCentavos: 0 });
  });

  it('que o tempo cancelou, volta com quem a pagou; a que alguém cancelou antes de pagar, não', () => {
    const [evento] = retomar(ESTADOS['que o tempo cancelou'], 'p2');
    expect(evento?.data).toMatchObject({ pagamentoId: 'p2', pagoCentavos: 9_001 });
    const desistida = depoisDe(nova(), (uma) => cancelar(uma, 'CLIENTE', 0));
    expect(podeRetomar(desistida)).toBe(false);
    expect(() => retomar(desistida, 'p2')).toThrow(TransicaoInvalida);
  });

  it('a ser remarcada, vai para o novo horário com a diferença paga, e fica onde estava sem ela', () => {
    const dada = ESTADOS['a ser remarcada'];
    expect(efetivarRemarcacao(dada).reduce(evoluir, dada)).toMatchObject({
      dados: { inicio: new Date(FIM).toISOString(), valorCentavos: 12_000 },
      retencao: { unidades: ['u2'] },
      pagoCentavos: 12_000,
      remarcacao: null,
    });
    expect(desfazerRemarcacao(dada).reduce(evoluir, dada)).toMatchObject({
      dados: { inicio: new Date(INICIO).toISOString(), valorCentavos: 9_001 },
      remarcacao: null,
    });
  });
});

it('cancelada, não diz que espera por um pagamento no futuro', () => {
  const agora = Date.parse('2029-12-31T23:00:00.000Z');
  const conferindo = dada(criada, conferirPagamento(pendente, '2030-01-01T00:10:00.000Z'));
  for (const motivo of ['PAGAMENTO_EXPIRADO', 'CLIENTE'] as const)
    for (const reserva of [pendente, confirmada, conferindo])
      expect(cancelar(reserva, motivo, agora).reduce(evoluir, reserva)).toMatchObject({
        retencao: { expiraEm: '2029-12-31T23:00:00.000Z' },
      });
  const tarde = cancelar(pendente, 'PAGAMENTO_EXPIRADO', agora + 2 * HORA_MS).reduce(evoluir, pendente);
  expect(tarde).toMatchObject({ retencao: { expiraEm: '2030-01-01T00:00:00.000Z' } });
});

describe('contestação', () => {
  const total = (perdidoCentavos: number, retidoCentavos = 0, indisponivelCentavos = retidoCentavos) => ({
    perdidoCentavos,
    retidoCentavos,
    indisponivelCentavos,
  });
  const com = (...totais: ReturnType<typeof total>[]) =>
    totais.reduce((reserva, um) => contestar([reserva], um).flat().reduce(evoluir, reserva), confirmada);
  const cancelada = (reserva: Reserva, motivo: 'CLIENTE' | 'ADMIN' = 'CLIENTE', horas = 48) =>
    cancelar(reserva, motivo, INICIO - horas * HORA_MS)[0]?.data;

  it('o que o banco leva deixa de ser pago; o que retém, não', () => {
    expect(com(total(3_000))).toMatchObject({ pagoCentavos: 6_001, contestacao: total(3_000) });
    expect(com(total(0, 3_000))).toMatchObject({ pagoCentavos: 9_001, contestacao: total(0, 3_000) });
    expect(com(total(0, 3_000), total(3_000), total(0))).toMatchObject({ pagoCentavos: 9_001, contestacao: total(0) });
    expect(contestar([confirmada], total(0))).toEqual([[]]);
  });

  it.each([
    ['tudo retido', total(0, 9_001), 'CLIENTE', 48, 0, 9_001],
    ['uma parte retida', total(0, 3_000), 'CLIENTE', 48, 6_001, 3_000],
    ['uma parte retida, e a política devolve menos do que o livre', total(0, 3_000), 'CLIENTE', 24, 4_501, 0],
    ['uma parte retida, e o provedor nada estorna', total(0, 3_000, 9_001), 'CLIENTE', 24, 0, 4_501],
    ['uma parte levada: a casa retém o que reteria', total(3_000), 'CLIENTE', 24, 1_501, 0],
    ['uma parte levada, e o provedor nada estorna', total(3_000, 0, 6_001), 'ADMIN', 1, 0, 6_001],
    ['tudo levado', total(9_001), 'ADMIN', 48, 0, 0],
  ] as const)('%s', (_caso, contestacao, motivo, horas, reembolsoCentavos, retido) => {
    const dados = cancelada(com(contestacao), motivo, horas);
    expect(dados).toMatchObject({ reembolsoCentavos });
    expect((dados as { reembolsoRetidoCentavos?: number }).reembolsoRetidoCentavos ?? 0).toBe(retido);
  });

  it('numa mudança para um horário mais barato, a dívida vem antes da devolução', () => {
    const reserva = com(total(3_000));
    if (reserva.status !== 'CONFIRMADA') throw new Error('deixou de valer');
    const { inicio, fim } = reserva.dados;
    const para = (valorCentavos: number) =>
      remarcar(reserva, { inicio, fim, valorCentavos, unidades: ['u1'], ocupacao: { inicio, fim } }, 0, inicio)[0]
        ?.data;
    expect(para(7_001)).toMatchObject({ reembolsoCentavos: 0, pagoCentavos: 6_001 });
    expect(para(5_001)).toMatchObject({ reembolsoCentavos: 1_000, pagoCentavos: 5_001 });
  });

  it('cancelada depois de mudar com devolução retida, deve o que o cancelamento diz, e não as duas coisas', () => {
    const bloqueada = com(total(0, 0, 9_001)) as Confirmada;
    const { inicio, fim } = bloqueada.dados;
    const novo = { inicio, fim, valorCentavos: 5_001, unidades: ['u1'], ocupacao: { inicio, fim } };
    const mudada = remarcar(bloqueada, novo, 0, inicio).reduce(evoluir, bloqueada as Reserva);
    expect(reembolsoRetido(mudada)).toBe(4_000);
    const fim50 = cancelar(mudada, 'CLIENTE', INICIO - 24 * HORA_MS).reduce(evoluir, mudada);
    expect(reembolsoRetido(fim50)).toBe(6_501);
    const levada = contestar([fim50], total(2_000, 0, 7_001))
      .flat()
      .reduce(evoluir, fim50);
    expect(reembolsoRetido(levada)).toBe(4_501);
    const ganha = contestar([levada], total(0)).flat().reduce(evoluir, levada);
    expect(reembolsoRetido(ganha)).toBe(6_501);
    expect(registrarReembolso([confirmada, ganha], 6_501, 'RESERVA')).toMatchObject([
      [],
      [{ data: { reembolsoCentavos: 6_501, pagoCentavos: 2_500 } }],
    ]);
  });

  it('só a que está por vir e perdeu tudo deixa de ter quem a pague', () => {
    const antes = INICIO - 1;
    expect(semDinheiro(com(total(9_001)), antes)).toBe(true);
    expect(semDinheiro(com(total(9_000)), antes)).toBe(false);
    expect(semDinheiro(com(total(9_001)), INICIO)).toBe(false);
    expect(semDinheiro({ ...(com(total(9_001)) as Confirmada), iniciada: true }, antes)).toBe(false);
    expect(
      semDinheiro(
        dada(criada, confirmar(pendente, 'p1'), registrarReembolso([confirmada], 9_001, 'ADMIN').flat()),
        antes,
      ),
    ).toBe(false);
  });

  it('de várias pagas juntas, cada uma perde no máximo o que foi pago por ela, e recupera no máximo o que perdeu', () => {
    const perdas = contestar([confirmada, confirmada], total(10_000, 5_000));
    const [primeira, segunda] = perdas.map((eventos) => eventos.reduce(evoluir, confirmada));
    expect(primeira).toMatchObject({ pagoCentavos: 0, contestacao: total(9_001) });
    expect(segunda).toMatchObject({ pagoCentavos: 8_002, contestacao: total(999, 5_000) });
    const volta = contestar([primeira ?? INEXISTENTE, segunda ?? INEXISTENTE], total(999));
    expect(volta.flat().map(({ data }) => data)).toMatchObject([
      { pagoCentavos: 9_001, perdidoCentavos: 0 },
      { pagoCentavos: 8_002, perdidoCentavos: 999, retidoCentavos: 0 },
    ]);
  });

  it('de várias pagas juntas, o banco tira primeiro do que já se devia, e o que ele devolve volta a ser devido', () => {
    const depois = (antes: readonly Reserva[], um: ReturnType<typeof total>) =>
      contestar(antes, um).map((eventos, indice) => eventos.reduce(evoluir, antes[indice] ?? INEXISTENTE));
    const perdida = depois([confirmada, confirmada], total(1_000, 0, 17_002));
    const segunda = perdida[1] ?? INEXISTENTE;
    const cancelou = [
      perdida[0] ?? INEXISTENTE,
      cancelar(segunda, 'CLIENTE', INICIO - 48 * HORA_MS).reduce(evoluir, segunda),
    ];
    const dizem = (reservas: readonly Reserva[]) =>
      reservas.map((uma) => [uma.status !== 'INEXISTENTE' && uma.pagoCentavos, reembolsoRetido(uma)]);
    expect(dizem(cancelou)).toEqual([
      [8_001, 0],
      [9_001, 9_001],
    ]);
    const maisPerdida = depois(cancelou, total(6_000, 0, 12_002));
    expect(dizem(maisPerdida)).toEqual([
      [8_001, 0],
      [4_001, 4_001],
    ]);
    expect(dizem(depois(maisPerdida, total(1_500)))).toEqual([
      [8_001, 0],
      [8_501, 8_501],
    ]);
  });
});
