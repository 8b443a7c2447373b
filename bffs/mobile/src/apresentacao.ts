import type { ReservaComPagamento } from '@plataforma/bff';
import {
  centavos,
  type CotacaoHttp,
  type DisponibilidadeHttp,
  type EspacoHttp,
  type EspacosHttp,
  faltando,
  id,
  instante,
  pagina,
  type PreviaDeCancelamentoHttp,
  type ReservaHttp,
  type ReservasHttp,
  semUmFiltro,
  type SerieCriadaHttp,
  type SerieHttp,
  statusPagamento,
  statusReserva,
  tipoEspaco,
} from '@plataforma/contracts';
import { z } from 'zod';
import type { Idioma } from './idioma.js';

const foto = z.string().nullable().describe('A primeira do espaço');
const data = z.string().describe('dd/MM/aaaa, no fuso do espaço');
const horario = z.string().describe('HH:mm - HH:mm, no fuso do espaço');
const valor = z.string().describe('Com a moeda, no idioma pedido');

const ID_EXEMPLO = '0192f0c4-0000-7000-8000-000000000001';
const RESERVA_EXEMPLO = {
  id: ID_EXEMPLO,
  espaco: 'Sala Ipê',
  foto: 'https://fotos.exemplo.com/ipe-1.jpg',
  data: '01/12/2026',
  horario: '21:30 - 23:00',
  valor: 'R$\u00a0135,00',
};
export const reservaMobile = z
  .object({ id, espaco: z.string(), foto, data, horario, valor, status: statusReserva })
  .meta({ example: { ...RESERVA_EXEMPLO, status: 'CONFIRMADA' } });
export const reservasMobile = pagina(reservaMobile);
export const reservaDetalhadaMobile = reservaMobile
  .extend({
    codigo: z.string().nullable().describe('A apresentar na chegada'),
    remarcacao: z
      .object({ data, horario, diferenca: valor, expiraEm: instante })
      .nullable()
      .describe('O novo horário, retido enquanto a diferença não é paga'),
    pagamento: z
      .object({
        status: statusPagamento,
        valor,
        clientSecret: z.string().nullable().describe('Para o SDK do Stripe'),
      })
      .nullable()
      .describe('A cobrança a pagar agora ou, se não há, a última'),
    faltando,
  })
  .meta({
    example: {
      ...RESERVA_EXEMPLO,
      status: 'PENDENTE_PAGAMENTO',
      codigo: '7F3K-9Q2M',
      remarcacao: null,
      pagamento: { status: 'PENDENTE', valor: 'R$\u00a0135,00', clientSecret: 'pi_1_secret_2' },
      faltando: [],
    },
  });
export const cotacaoMobile = z
  .object({
    id,
    data,
    horario,
    linhas: z.array(z.object({ descricao: z.string(), valor })).describe('Somam o total'),
    total: valor,
    sinal: z
      .object({ sinal: valor, saldo: valor, venceEm: instante, vencimento: z.string().describe('dd/MM/aaaa HH:mm') })
      .nullable()
      .describe('O que se paga já e o que fica para depois; null quando se paga tudo de uma vez'),
    expiraEm: instante,
  })
  .meta({
    example: {
      id: ID_EXEMPLO,
      data: '01/12/2026',
      horario: '21:30 - 23:00',
      linhas: [
        { descricao: 'Preço por hora', valor: 'R$\u00a0135,00' },
        { descricao: 'Cupom BEMVINDO10', valor: '-R$\u00a013,50' },
      ],
      total: 'R$\u00a0121,50',
      sinal: null,
      expiraEm: '2026-11-30T12:15:00.000Z',
    },
  });
export const previaMobile = z
  .object({
    reembolso: valor,
    retido: valor.describe('O que não volta'),
    reembolsoCentavos: centavos.describe('A mandar de volta ao cancelar, em reembolsoEsperadoCentavos'),
  })
  .meta({ example: { reembolso: 'R$\u00a067,50', retido: 'R$\u00a067,50', reembolsoCentavos: 6_750 } });

const SERIE_EXEMPLO = {
  id: ID_EXEMPLO,
  espacoId: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
  regra: 'FREQ=WEEKLY;BYDAY=TU;COUNT=2',
  data: '01/12/2026',
  horario: '10:00 - 11:00',
  reservas: ['0192f0c4-0000-7000-8000-0000000000a1'],
};
export const serieMobile = z
  .object({
    id,
    espacoId: id,
    regra: z.string(),
    data: data.describe('De quando a regra conta, no fuso do espaço'),
    horario,
    reservas: z.array(id).describe('As ocorrências, pela ordem do início'),
  })
  .meta({ example: SERIE_EXEMPLO });
export const seriesMobile = pagina(serieMobile);
export const serieCriadaMobile = z
  .object({
    serie: serieMobile,
    ocorrencias: z.array(
      z.object({ data, horario, reservaId: id.nullable(), motivo: z.string().nullable().describe('Por que não') }),
    ),
  })
  .meta({
    example: {
      serie: { ...SERIE_EXEMPLO, id: '0192f0c4-0000-7000-8000-0000000000b2' },
      ocorrencias: [{ data: '01/12/2026', horario: '10:00 - 11:00', reservaId: ID_EXEMPLO, motivo: null }],
    },
  });

const ESPACO_EXEMPLO = {
  id: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
  nome: 'Sala Ipê',
  tipo: 'SALA',
  cidade: 'São Paulo',
  capacidade: 8,
  foto: 'https://fotos.exemplo.com/ipe-1.jpg',
  precoHora: 'R$\u00a090,00',
  precoDia: null,
};
const resumoDoEspaco = z
  .object({
    id,
    nome: z.string(),
    tipo: tipoEspaco,
    cidade: z.string(),
    capacidade: z.int(),
    foto,
    precoHora: valor,
    precoDia: valor.nullable().describe('O de cada dia, num espaço que se aluga por dia; então é o que vale'),
  })
  .meta({ example: ESPACO_EXEMPLO });
export const espacosMobile = pagina(resumoDoEspaco).extend({ semUmFiltro });
export const espacoMobile = resumoDoEspaco
  .extend({
    descricao: z.string(),
    endereco: z.string(),
    recursos: z.array(z.string()),
    unidadeDuracao: z.enum(['MINUTO', 'DIA']),
    duracaoMinimaMinutos: z.int(),
    duracaoMaximaMinutos: z.int(),
    passoMinutos: z.int(),
  })
  .meta({
    example: {
      ...ESPACO_EXEMPLO,
      descricao: 'Oitavo andar, com vista',
      endereco: 'Avenida Paulista, 1578',
      recursos: ['projetor'],
      unidadeDuracao: 'MINUTO',
      duracaoMinimaMinutos: 30,
      duracaoMaximaMinutos: 480,
      passoMinutos: 30,
    },
  });
export const disponibilidadeMobile = z
  .object({
    livres: z.array(z.object({ inicio: instante, fim: instante, data, horario })),
    inicios: z.array(z.object({ inicio: instante, data, hora: z.string().describe('HH:mm, no fuso do espaço') })),
    proximoInicio: instante.nullable().describe('De onde pedir os inícios que faltam; null se estão todos'),
  })
  .meta({
    example: {
      livres: [
        {
          inicio: '2026-12-01T11:00:00.000Z',
          fim: '2026-12-01T13:00:00.000Z',
          data: '01/12/2026',
          horario: '08:00 - 10:00',
        },
      ],
      inicios: [{ inicio: '2026-12-01T11:00:00.000Z', data: '01/12/2026', hora: '08:00' }],
      proximoInicio: null,
    },
  });

/** Both languages write the date as day, month, year. */
const LOCALES = { 'pt-BR': 'pt-BR', en: 'en-GB' } as const satisfies Record<Idioma, string>;

/** Making a formatter costs far more than using it, and there are only so many zones. */
function remembered<Key extends string, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

const dateIn = remembered(
  (timeZone: string) =>
    new Intl.DateTimeFormat('pt-BR', { timeZone, day: '2-digit', month: '2-digit', year: 'numeric' }),
);
const timeIn = remembered(
  (timeZone: string) =>
    new Intl.DateTimeFormat('pt-BR', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const reais = remembered(
  (idioma: Idioma) => new Intl.NumberFormat(LOCALES[idioma], { style: 'currency', currency: 'BRL' }),
);

const formatarData = (fuso: string, quando: string) => dateIn(fuso).format(new Date(quando));
const formatarHora = (fuso: string, quando: string) => timeIn(fuso).format(new Date(quando));
const formatarHorario = (fuso: string, { inicio, fim }: { inicio: string; fim: string }) =>
  `${formatarHora(fuso, inicio)} - ${formatarHora(fuso, fim)}`;
const formatarValor = (idioma: Idioma, centavos: number) => reais(idioma).format(centavos / 100);

/** A longer address of a photo is not worth what it costs, characters. */
const MAIOR_FOTO = 300;
const primeiraFoto = ([foto]: readonly string[]): string | null =>
  foto !== undefined && foto.length <= MAIOR_FOTO ? foto : null;

export const apresentarReserva = (reserva: ReservaHttp, idioma: Idioma): z.output<typeof reservaMobile> => ({
  id: reserva.id,
  espaco: reserva.espaco.nome,
  foto: primeiraFoto(reserva.espaco.fotos),
  data: formatarData(reserva.fuso, reserva.inicio),
  horario: formatarHorario(reserva.fuso, reserva),
  valor: formatarValor(idioma, reserva.valorCentavos),
  status: reserva.status,
});

export const apresentarReservas = (
  { itens, proximo }: ReservasHttp,
  idioma: Idioma,
): z.output<typeof reservasMobile> => ({
  itens: itens.map((reserva) => apresentarReserva(reserva, idioma)),
  proximo,
});

export const apresentarDetalhe = (
  { reserva, pagamento, faltando }: ReservaComPagamento,
  idioma: Idioma,
): z.output<typeof reservaDetalhadaMobile> => ({
  ...apresentarReserva(reserva, idioma),
  codigo: reserva.checkin?.codigo ?? null,
  remarcacao: reserva.remarcacao && {
    data: formatarData(reserva.fuso, reserva.remarcacao.inicio),
    horario: formatarHorario(reserva.fuso, reserva.remarcacao),
    diferenca: formatarValor(idioma, reserva.remarcacao.diferencaCentavos),
    expiraEm: reserva.remarcacao.expiraEm,
  },
  pagamento: pagamento && {
    status: pagamento.status,
    valor: formatarValor(idioma, pagamento.valorCentavos),
    clientSecret: pagamento.provedor?.clientSecret ?? null,
  },
  faltando,
});

export const apresentarCotacao = (cotacao: CotacaoHttp, idioma: Idioma): z.output<typeof cotacaoMobile> => ({
  id: cotacao.id,
  data: formatarData(cotacao.fuso, cotacao.inicio),
  horario: formatarHorario(cotacao.fuso, cotacao),
  linhas: cotacao.linhas.map(({ descricao, valorCentavos }) => ({
    descricao,
    valor: formatarValor(idioma, valorCentavos),
  })),
  total: formatarValor(idioma, cotacao.totalCentavos),
  sinal: cotacao.sinal && {
    sinal: formatarValor(idioma, cotacao.sinal.sinalCentavos),
    saldo: formatarValor(idioma, cotacao.sinal.saldoCentavos),
    venceEm: cotacao.sinal.saldoVenceEm,
    vencimento: `${formatarData(cotacao.fuso, cotacao.sinal.saldoVenceEm)} ${formatarHora(cotacao.fuso, cotacao.sinal.saldoVenceEm)}`,
  },
  expiraEm: cotacao.expiraEm,
});

export const apresentarSerie = ({
  id,
  espacoId,
  regra,
  fuso,
  reservas,
  ...periodo
}: SerieHttp): z.output<typeof serieMobile> => ({
  id,
  espacoId,
  regra,
  data: formatarData(fuso, periodo.inicio),
  horario: formatarHorario(fuso, periodo),
  reservas,
});

export const apresentarSerieCriada = ({ serie, ocorrencias }: SerieCriadaHttp): z.output<typeof serieCriadaMobile> => ({
  serie: apresentarSerie(serie),
  ocorrencias: ocorrencias.map(({ reservaId, motivo, ...periodo }) => ({
    data: formatarData(serie.fuso, periodo.inicio),
    horario: formatarHorario(serie.fuso, periodo),
    reservaId,
    motivo,
  })),
});

export const apresentarPrevia = (
  { reembolsoCentavos, retidoCentavos }: PreviaDeCancelamentoHttp,
  idioma: Idioma,
): z.output<typeof previaMobile> => ({
  reembolso: formatarValor(idioma, reembolsoCentavos),
  retido: formatarValor(idioma, retidoCentavos),
  reembolsoCentavos,
});

const resumirEspaco = (espaco: EspacoHttp, idioma: Idioma): z.output<typeof resumoDoEspaco> => ({
  id: espaco.id,
  nome: espaco.nome,
  tipo: espaco.tipo,
  cidade: espaco.cidade,
  capacidade: espaco.capacidade,
  foto: primeiraFoto(espaco.fotos),
  precoHora: formatarValor(idioma, espaco.precoHoraCentavos),
  precoDia: espaco.precoDiaCentavos === null ? null : formatarValor(idioma, espaco.precoDiaCentavos),
});

export const apresentarEspacos = (
  { itens, ...resto }: EspacosHttp,
  idioma: Idioma,
): z.output<typeof espacosMobile> => ({
  ...resto,
  itens: itens.map((espaco) => resumirEspaco(espaco, idioma)),
});

export const apresentarEspaco = (espaco: EspacoHttp, idioma: Idioma): z.output<typeof espacoMobile> => ({
  ...resumirEspaco(espaco, idioma),
  descricao: espaco.descricao,
  endereco: espaco.endereco,
  recursos: espaco.recursos,
  unidadeDuracao: espaco.unidadeDuracao,
  duracaoMinimaMinutos: espaco.duracaoMinimaMinutos,
  duracaoMaximaMinutos: espaco.duracaoMaximaMinutos,
  passoMinutos: espaco.passoMinutos,
});

export const apresentarDisponibilidade = ({
  fuso,
  livres,
  inicios,
  proximoInicio,
}: DisponibilidadeHttp): z.output<typeof disponibilidadeMobile> => ({
  livres: livres.map((livre) => ({
    ...livre,
    data: formatarData(fuso, livre.inicio),
    horario: formatarHorario(fuso, livre),
  })),
  inicios: inicios.map((inicio) => ({ inicio, data: formatarData(fuso, inicio), hora: formatarHora(fuso, inicio) })),
  proximoInicio,
});
