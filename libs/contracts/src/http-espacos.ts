import { z } from 'zod';
import {
  centavos,
  dia,
  fuso,
  id,
  inteiroDaQuery,
  instante,
  linhaDePreco,
  MAXIMO_CENTAVOS,
  moeda,
  pagina,
  paginacaoPor,
  texto,
} from './primitives.js';

export const tipoEspaco = z.enum(['SALA', 'MESA', 'QUADRA', 'AUDITORIO', 'ESTUDIO']);
/** Drafts and archived spaces are seen by admins alone, and booked by nobody. */
export const situacaoEspaco = z.enum(['RASCUNHO', 'PUBLICADO', 'ARQUIVADO']);

/** What a space has, as filters name it. */
export const recurso = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'esperadas minúsculas, números e hífens')
  .max(40);
/** A date in the space's own zone, without a time. */
const dataLocal = dia.meta({ example: '2026-12-25' });
const hora = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'esperada hora local HH:MM')
  .meta({ example: '09:00' });
const minutos = (min: number, max: number) => z.int().min(min).max(max);
const DIA = 1_440;
/** The longest stay: 31 days. Of a window in which one is looked for, too. */
const MAX_MINUTOS = 31 * DIA;

/** Local wall-clock hours; `fecha` ≤ `abre` crosses midnight. */
const horarioHttp = z.strictObject({
  abre: hora,
  fecha: hora.describe('Até a meia-noite ou além quando não vem depois de abre'),
});
const horarioDaSemanaHttp = z.strictObject({
  diaSemana: z.int().min(1).max(7).describe('1 = segunda … 7 = domingo'),
  ...horarioHttp.shape,
});
const excecaoHttp = z.strictObject({
  data: dataLocal,
  horarios: z.array(horarioHttp).max(10).describe('Vazio: fechado o dia todo'),
  descricao: texto({ min: 0, max: 200 }).exactOptional(),
});
const regraDePrecoHttp = z.strictObject({
  tipo: z.enum(['PICO', 'TEMPORADA', 'FIM_DE_SEMANA']),
  descricao: texto({ max: 200 }),
  percentual: z.int().min(-100).max(1_000).describe('Somado ao preço de base, por cento; negativo desconta'),
  diasSemana: z.array(z.int().min(1).max(7)).min(1).max(7).exactOptional(),
  de: hora.exactOptional(),
  ate: hora.exactOptional(),
  dataDe: dataLocal.exactOptional(),
  dataAte: dataLocal.exactOptional(),
});

const ID_EXEMPLO = '071b2b23-585f-863e-9ef6-8f8adaa0bf23';
/** The room of the demonstration data, in an address: what the documents show can be tried. */
export const idDeEspaco = id.meta({ example: ID_EXEMPLO });
const CADASTRO_EXEMPLO = {
  nome: 'Sala Ipê',
  tipo: 'SALA',
  cidade: 'São Paulo',
  endereco: 'Avenida Paulista, 1578',
  fuso: 'America/Sao_Paulo',
  capacidade: 8,
  recursos: ['projetor'],
  horarios: [{ diaSemana: 1, abre: '08:00', fecha: '20:00' }],
  folgaDepoisMinutos: 15,
  duracaoMinimaMinutos: 30,
  duracaoMaximaMinutos: 480,
  passoMinutos: 30,
  precoHoraCentavos: 9_000,
  politicaCancelamento: [{ horasAntes: 48, percentual: 100 }],
};

/** What an admin says of a space, besides its units. */
const regrasHttp = {
  nome: texto({ max: 120 }).meta({ example: 'Sala Ipê' }),
  tipo: tipoEspaco,
  descricao: texto({ min: 0, max: 2_000, linhas: true }).default(''),
  cidade: texto({ max: 100 }).meta({ example: 'São Paulo' }),
  endereco: texto({ max: 300 }),
  fuso: fuso.meta({ example: 'America/Sao_Paulo' }),
  capacidade: z.int().min(1).max(100_000),
  fotos: z
    .array(
      z
        .string()
        .regex(
          /^(?:https?:\/\/|\/)[!#-;=?-[\]_a-z~\u00C0-\u024F]{1,500}$/,
          'esperado um endereço http(s) ou um caminho',
        ),
    )
    .max(20)
    .default([]),
  recursos: z
    .array(recurso)
    .max(50)
    .default([])
    .meta({ example: ['projetor', 'cadeira-de-rodas'] }),
  horarios: z.array(horarioDaSemanaHttp).max(70),
  excecoes: z
    .array(excecaoHttp)
    .max(400)
    .default([])
    .describe('Datas com horário próprio; valem sobre o feriado e a semana'),
  horariosEmFeriado: z
    .array(horarioHttp)
    .max(10)
    .nullable()
    .default([])
    .describe('Vazio: fechado em feriado; null: feriado é um dia como os outros'),
  folgaAntesMinutos: minutos(0, DIA).default(0),
  folgaDepoisMinutos: minutos(0, DIA).default(0),
  unidadeDuracao: z
    .enum(['MINUTO', 'DIA'])
    .default('MINUTO')
    .describe(
      'DIA: reserva-se por dias locais inteiros, de 23, 24 ou 25 horas, que custam precoDiaCentavos cada um; cada horário ' +
        'de funcionamento é um dia e tem abre igual a fecha, passoMinutos é 1440 e as durações são múltiplos de 1440',
    ),
  duracaoMinimaMinutos: minutos(1, MAX_MINUTOS).describe('Dias inteiros contam 1440 cada um'),
  duracaoMaximaMinutos: minutos(1, MAX_MINUTOS).describe(
    'Vale também pelo relógio: das 22:00 às 06:00 são 480, ainda que o relógio mude no meio',
  ),
  passoMinutos: minutos(1, DIA).describe(
    'As reservas começam e terminam a cada tantos minutos, a partir da abertura; terminam também no fechamento e ao fim ' +
      'da duração mínima',
  ),
  antecedenciaMinimaMinutos: minutos(0, 365 * DIA).default(0),
  horizonteDias: z
    .int()
    .min(1)
    .max(1_095)
    .nullable()
    .default(null)
    .describe('Até quantos dias à frente se reserva; null: o limite da plataforma, 1826'),
  cotaReservasAtivas: z.int().min(1).max(1_000).nullable().default(null),
  cotaHorasSemana: z.int().min(1).max(168).nullable().default(null),
  requerAprovacao: z.boolean().default(false),
  prazoAprovacaoHoras: z.int().min(1).max(720).default(48),
  precoHoraCentavos: centavos.describe('Num espaço por dia é o do dia dividido por 24, para cima: só para comparar'),
  precoDiaCentavos: centavos
    .nullable()
    .default(null)
    .describe('O preço de cada dia; null num espaço que não é por dia'),
  regrasDePreco: z.array(regraDePrecoHttp).max(50).default([]),
  precoMinimoCentavos: centavos.default(0),
  sinalPercentual: z.int().min(1).max(99).nullable().default(null).describe('Quanto se paga na hora; null: tudo'),
  saldoHorasAntes: z.int().min(0).max(8_760).default(48),
  exigeCheckin: z.boolean().default(false),
  toleranciaMinutos: minutos(0, DIA).default(15),
  politicaCancelamento: z
    .array(z.strictObject({ horasAntes: z.number().min(0).max(8_760), percentual: z.int().min(0).max(100) }))
    .max(10),
  retencaoSegundos: z.int().min(1).max(86_400).nullable().default(null).describe('null: o padrão da plataforma'),
  prorrogacaoMaximaMinutos: minutos(0, DIA)
    .default(15)
    .describe('Quanto o meio de pagamento (o QR do Pix) pode prolongar a retenção, no máximo'),
};

const camposDaEdicao = z.strictObject({
  ...regrasHttp,
  quantidadeUnidades: z.int().min(1).max(500).default(1).describe('Unidades iguais; uma reserva toma uma delas'),
  partes: z
    .array(id)
    .max(50)
    .default([])
    .describe('Espaços que este reúne: uma reserva dele toma todas as unidades deles'),
});

/** A rule for spaces by the day; others keep it anyhow. */
const sePorDia =
  (regra: (espaco: z.output<typeof camposDaEdicao>) => boolean) =>
  (espaco: z.output<typeof camposDaEdicao>): boolean =>
    espaco.unidadeDuracao !== 'DIA' || regra(espaco);

/** A space as an admin writes it: as a draft at first, then as a whole with every change. */
export const edicaoDeEspacoHttp = camposDaEdicao
  .refine(({ duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima }) => minima <= maxima, {
    path: ['duracaoMaximaMinutos'],
    error: 'não pode ser menor do que duracaoMinimaMinutos',
  })
  .refine(({ partes, quantidadeUnidades }) => partes.length === 0 || quantidadeUnidades === 1, {
    path: ['quantidadeUnidades'],
    error: 'um espaço composto tem as unidades das suas partes',
  })
  .refine(({ partes }) => new Set(partes).size === partes.length, { path: ['partes'], error: 'há partes repetidas' })
  .refine(({ excecoes }) => new Set(excecoes.map(({ data }) => data)).size === excecoes.length, {
    path: ['excecoes'],
    error: 'há datas repetidas',
  })
  .refine(({ regrasDePreco }) => regrasDePreco.every(({ de, ate }) => (de === undefined) === (ate === undefined)), {
    path: ['regrasDePreco'],
    error: 'de e ate vêm juntos',
  })
  .refine(({ unidadeDuracao, precoDiaCentavos }) => (unidadeDuracao === 'DIA') === (precoDiaCentavos !== null), {
    path: ['precoDiaCentavos'],
    error: 'é o preço de um espaço por dia, e só dele',
  })
  .refine(
    sePorDia(
      ({ precoDiaCentavos, precoHoraCentavos }) => precoHoraCentavos === Math.ceil((precoDiaCentavos ?? 0) / 24),
    ),
    {
      path: ['precoHoraCentavos'],
      error: 'num espaço por dia é o do dia dividido por 24, para cima',
    },
  )
  .refine(
    sePorDia(
      ({ passoMinutos, duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima }) =>
        passoMinutos === DIA && minima % DIA === 0 && maxima % DIA === 0,
    ),
    { path: ['duracaoMinimaMinutos'], error: 'num espaço por dia, passo e durações são em múltiplos de 1440' },
  )
  .refine(
    sePorDia(({ horarios, excecoes, horariosEmFeriado }) =>
      [...horarios, ...excecoes.flatMap((excecao) => excecao.horarios), ...(horariosEmFeriado ?? [])].every(
        ({ abre, fecha }) => abre === fecha,
      ),
    ),
    { path: ['horarios'], error: 'num espaço por dia, cada horário abre e fecha à mesma hora, de um dia ao outro' },
  )
  .refine(
    sePorDia(({ regrasDePreco }) => regrasDePreco.every(({ de }) => de === undefined)),
    {
      path: ['regrasDePreco'],
      error: 'num espaço por dia, as regras valem para dias, e não para horas deles',
    },
  )
  .meta({ example: { ...CADASTRO_EXEMPLO, quantidadeUnidades: 1 } });
/** The same instead of what there is. Whoever tries the example goes on with a room that can be booked as before. */
export const substituicaoDeEspacoHttp = edicaoDeEspacoHttp.meta({
  example: {
    ...CADASTRO_EXEMPLO,
    nome: 'Sala Jacarandá',
    capacidade: 16,
    horarios: [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '07:00', fecha: '23:00' })),
    precoHoraCentavos: 14_000,
    quantidadeUnidades: 1,
  },
});

/** What a price list would ask for, before anybody is shown it. */
export const simulacaoDePrecoHttp = z
  .strictObject({
    fuso: regrasHttp.fuso,
    unidadeDuracao: regrasHttp.unidadeDuracao,
    precoHoraCentavos: regrasHttp.precoHoraCentavos,
    precoDiaCentavos: regrasHttp.precoDiaCentavos,
    regrasDePreco: regrasHttp.regrasDePreco,
    precoMinimoCentavos: regrasHttp.precoMinimoCentavos,
    sinalPercentual: regrasHttp.sinalPercentual,
    saldoHorasAntes: regrasHttp.saldoHorasAntes,
    periodos: z
      .array(
        z.strictObject({
          data: dataLocal,
          hora,
          minutos: minutos(1, MAX_MINUTOS),
        }),
      )
      .min(1)
      .max(12)
      .describe('Pelo relógio do lugar'),
  })
  .refine(({ regrasDePreco }) => regrasDePreco.every(({ de, ate }) => (de === undefined) === (ate === undefined)), {
    path: ['regrasDePreco'],
    error: 'de e ate vêm juntos',
  })
  .meta({
    example: {
      fuso: 'America/Sao_Paulo',
      precoHoraCentavos: 9_000,
      regrasDePreco: [{ tipo: 'FIM_DE_SEMANA', descricao: 'Fim de semana', percentual: 20, diasSemana: [6, 7] }],
      periodos: [{ data: '2026-12-05', hora: '10:00', minutos: 60 }],
    },
  });
export const precosSimuladosHttp = z
  .object({
    itens: z.array(
      z.object({
        inicio: instante,
        fim: instante,
        linhas: z.array(linhaDePreco),
        totalCentavos: centavos,
        sinalCentavos: centavos.nullable(),
      }),
    ),
  })
  .meta({
    example: {
      itens: [
        {
          inicio: '2026-12-05T13:00:00.000Z',
          fim: '2026-12-05T14:00:00.000Z',
          linhas: [
            { tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: 9_000 },
            { tipo: 'FIM_DE_SEMANA', descricao: 'Fim de semana', valorCentavos: 1_800 },
          ],
          totalCentavos: 10_800,
          sinalCentavos: null,
        },
      ],
    },
  });

/** Fields of a space as they are read: each is there. */
const lidas = <T extends Record<string, z.ZodType>>(campos: T) =>
  Object.fromEntries(
    Object.entries(campos).map(([nome, campo]) => [nome, campo instanceof z.ZodDefault ? campo.unwrap() : campo]),
  ) as { [K in keyof T]: T[K] extends z.ZodDefault<infer S> ? S : T[K] };

/** A space as the API of reservas gives it. */
export const espacoHttp = z
  .object({
    id,
    versao: z.int().min(1).describe('Cresce a cada mudança; é o ETag'),
    situacao: situacaoEspaco,
    ...lidas(regrasHttp),
    unidades: z.int().describe('Quantas unidades iguais podem ser reservadas ao mesmo tempo'),
    partes: z.array(id).describe('Espaços que este reúne; vazio se não é composto'),
    moeda,
    restrito: z
      .boolean()
      .optional()
      .describe('Só alguns grupos de pessoas o veem, o reservam, ou o reservam sem aprovação'),
    alteradoEm: instante,
  })
  .meta({
    example: {
      ...CADASTRO_EXEMPLO,
      id: ID_EXEMPLO,
      versao: 3,
      situacao: 'PUBLICADO',
      descricao: 'Oitavo andar, com vista',
      fotos: ['https://fotos.exemplo.com/ipe-1.jpg'],
      excecoes: [{ data: '2026-12-24', horarios: [{ abre: '08:00', fecha: '12:00' }], descricao: 'Véspera de Natal' }],
      horariosEmFeriado: [],
      folgaAntesMinutos: 0,
      antecedenciaMinimaMinutos: 60,
      horizonteDias: 90,
      cotaReservasAtivas: null,
      cotaHorasSemana: null,
      requerAprovacao: false,
      prazoAprovacaoHoras: 48,
      unidadeDuracao: 'MINUTO',
      precoDiaCentavos: null,
      regrasDePreco: [],
      precoMinimoCentavos: 0,
      sinalPercentual: null,
      saldoHorasAntes: 48,
      exigeCheckin: false,
      toleranciaMinutos: 15,
      retencaoSegundos: null,
      prorrogacaoMaximaMinutos: 15,
      unidades: 1,
      partes: [],
      moeda: 'BRL',
      restrito: false,
      alteradoEm: '2026-11-20T12:00:00.000Z',
    },
  });
/** Of a search that found nothing, what one filter less would find. */
export const semUmFiltro = z
  .array(
    z.object({
      filtro: z.enum(['cidade', 'tipo', 'capacidade', 'recursos', 'precoMaximoCentavos', 'texto', 'livreDe']),
      aoMenos: z.int().min(1).max(20).describe('Quantos espaços, contados até 20'),
    }),
  )
  .optional()
  .describe('Só quando nada serve: cada filtro sem o qual, e só sem ele, algo serviria');
/** As a search finds it. */
const espacoAchadoHttp = espacoHttp.extend({
  precoCentavos: centavos
    .nullable()
    .optional()
    .describe(
      'O preço do período inteiro, sem cupom, quando a busca diz de quando até quando; null: não se vende assim',
    ),
});
export const espacosHttp = pagina(espacoAchadoHttp).extend({ semUmFiltro });

/** What a space said from `desde` on, until its next version. */
export const versoesDoEspacoHttp = pagina(
  z.object({
    versao: z.int().min(1),
    desde: instante,
    autorId: id.nullable().describe('null: a própria plataforma, ao semear'),
    regras: espacoHttp,
  }),
);

export const unidadesHttp = z.object({ itens: z.array(z.object({ id, nome: z.string() })) }).meta({
  example: { itens: [{ id: '0192f0c4-0000-7000-8000-0000000000f1', nome: 'Mesa 1' }] },
});

export const vizinhosDoEspacoHttp = z
  .object({ ids: z.array(id).max(500) })
  .meta({ example: { ids: ['0192f0c4-0000-7000-8000-0000000000e2'] } });

const intervaloHttp = z.object({ inicio: instante, fim: instante });
export const disponibilidadeHttp = z
  .object({
    espacoId: id,
    fuso,
    livres: z.array(intervaloHttp).describe('Intervalos livres, já sem as folgas'),
    inicios: z
      .array(instante)
      .max(3_000)
      .describe(
        'Inícios possíveis para a duração pedida; o fim de dias inteiros é à mesma hora local, tantos dias depois',
      ),
    precosCentavos: z
      .array(centavos.nullable())
      .max(500)
      .optional()
      .describe('O preço, sem cupom, de cada um dos primeiros inícios, na ordem deles; null: assim não se vende'),
    proximoInicio: instante
      .nullable()
      .describe('O primeiro que não coube na lista, de onde pedir os que faltam; null se estão todos'),
  })
  .meta({
    example: {
      espacoId: ID_EXEMPLO,
      fuso: 'America/Sao_Paulo',
      livres: [{ inicio: '2026-12-01T11:00:00.000Z', fim: '2026-12-01T13:00:00.000Z' }],
      inicios: ['2026-12-01T11:00:00.000Z', '2026-12-01T11:30:00.000Z', '2026-12-01T12:00:00.000Z'],
      proximoInicio: null,
    },
  });

/** The rule that forbids a period, in the order in which they are looked at. */
export const regraImpeditiva = z.enum([
  'PASSADO',
  'CURTO_DEMAIS',
  'LONGO_DEMAIS',
  'ANTECEDENCIA',
  'HORIZONTE',
  'FECHADO',
  'FORA_DA_GRADE',
  'RESERVADO',
  'BLOQUEADO',
  'FOLGA',
  'CAPACIDADE',
  'COTA',
  'ACESSO',
]);
export const porQueHttp = z
  .object({
    livre: z.boolean(),
    impedimento: z
      .object({
        regra: regraImpeditiva,
        code: z.string().describe('Código com que a reserva seria recusada'),
        explicacao: z.string(),
      })
      .nullable()
      .describe('A primeira regra que impede; null se nada impede'),
    alternativas: z.object({
      outrosHorarios: z.array(intervaloHttp).describe('Do mesmo espaço, os mais próximos'),
      outrosEspacos: z.array(
        z.object({ id, nome: z.string(), tipo: tipoEspaco, capacidade: z.int(), precoHoraCentavos: centavos }),
      ),
    }),
  })
  .meta({
    example: {
      livre: false,
      impedimento: {
        regra: 'RESERVADO',
        code: 'reservas.espaco-indisponivel',
        explicacao: 'O espaço já está reservado neste período',
      },
      alternativas: {
        outrosHorarios: [{ inicio: '2026-12-01T14:00:00.000Z', fim: '2026-12-01T15:00:00.000Z' }],
        outrosEspacos: [
          {
            id: '0192f0c4-0000-7000-8000-0000000000e2',
            nome: 'Sala Jacarandá',
            tipo: 'SALA',
            capacidade: 14,
            precoHoraCentavos: 14_000,
          },
        ],
      },
    },
  });

/** A stretch of time in which a space, or some of its units, cannot be booked. */
export const bloqueioHttp = z
  .object({
    id,
    espacoId: id,
    inicio: instante,
    fim: instante,
    motivo: z.string(),
    unidades: z.array(id),
    calendarioId: id.nullable().describe('Do calendário seguido de que vem; null: alguém o pôs'),
    autorId: id,
    criadoEm: instante,
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000b1',
      espacoId: ID_EXEMPLO,
      inicio: '2026-12-01T11:00:00.000Z',
      fim: '2026-12-03T21:00:00.000Z',
      motivo: 'Troca do piso',
      unidades: ['0192f0c4-0000-7000-8000-0000000000f1'],
      calendarioId: null,
      autorId: '0192f0c4-0000-7000-8000-00000000000a',
      criadoEm: '2026-11-20T12:00:00.000Z',
    },
  });
export const bloqueiosHttp = pagina(bloqueioHttp);
export const novoBloqueioHttp = z
  .strictObject({
    inicio: instante,
    fim: instante,
    motivo: texto({ max: 300 }),
    unidades: z.array(id).min(1).max(500).optional().describe('Ausente: todas'),
  })
  .meta({
    example: { inicio: '2027-07-05T08:00:00-03:00', fim: '2027-07-07T18:00:00-03:00', motivo: 'Troca do piso' },
  });

export const feriadoHttp = z
  .object({
    id,
    data: dataLocal,
    cidade: z.string().nullable().describe('null: em todas'),
    nome: z.string(),
  })
  .meta({
    example: { id: '0192f0c4-0000-7000-8000-0000000000d1', data: '2026-12-25', cidade: null, nome: 'Natal' },
  });
export const feriadosHttp = pagina(feriadoHttp);
export const novoFeriadoHttp = z
  .strictObject({
    data: dataLocal,
    cidade: texto({ max: 100 }).nullable().default(null),
    nome: texto({ max: 120 }),
  })
  .meta({ example: { data: '2027-01-25', cidade: 'São Paulo', nome: 'Aniversário da cidade' } });

export const filtroDeEspacosHttp = z
  .strictObject({
    cidade: texto({ max: 100 }).optional(),
    tipo: tipoEspaco.optional(),
    capacidade: inteiroDaQuery(1, 100_000).optional(),
    recursos: z
      .string()
      .max(500)
      .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/, 'esperados recursos separados por vírgula')
      .optional()
      .describe('Todos estes, separados por vírgula'),
    precoMaximoCentavos: inteiroDaQuery(0, MAXIMO_CENTAVOS).optional().describe('Por hora'),
    texto: texto({ max: 100 })
      .optional()
      .describe('Palavras do nome, descrição, cidade ou endereço, sem olhar acentos nem maiúsculas'),
    livreDe: instante.optional(),
    livreAte: instante.optional(),
    livreMinutos: inteiroDaQuery(1, MAX_MINUTOS)
      .optional()
      .describe('Livre por tantos minutos em algum momento entre livreDe e livreAte; ausente, por todo o período'),
    situacao: situacaoEspaco.optional().describe('Outra que PUBLICADO, só para quem administra'),
    ...paginacaoPor('nomeEId'),
  })
  .refine(({ livreDe, livreAte }) => (livreDe === undefined) === (livreAte === undefined), {
    path: ['livreAte'],
    error: 'livreDe e livreAte vêm juntos',
  })
  .refine(({ livreDe, livreMinutos }) => livreMinutos === undefined || livreDe !== undefined, {
    path: ['livreMinutos'],
    error: 'pede livreDe e livreAte',
  });

export const janelaHttp = z.strictObject({
  de: instante.meta({ example: '2027-06-08T08:00:00-03:00' }),
  ate: instante.describe('Até 92 dias depois de de').meta({ example: '2027-06-08T18:00:00-03:00' }),
  duracaoMinutos: inteiroDaQuery(1, MAX_MINUTOS)
    .optional()
    .describe('Ausente: a mínima do espaço. Múltiplos de 1440 são dias locais inteiros'),
  precos: z.enum(['sim']).optional().describe('Com sim, diz também o preço de cada um dos primeiros 500 inícios'),
});

export const filtroPorQueHttp = z.strictObject({
  inicio: instante.meta({ example: '2027-06-08T10:00:00-03:00' }),
  fim: instante.meta({ example: '2027-06-08T11:00:00-03:00' }),
  pessoas: inteiroDaQuery(1, 100_000).optional(),
});

export const filtroDeBloqueiosHttp = z.strictObject({
  de: instante.optional().describe('Só os que terminam depois disto; ausente, agora'),
  ...paginacaoPor('instanteEId'),
});

export const filtroDeVersoesHttp = z.strictObject(paginacaoPor('versao'));

export const filtroDeFeriadosHttp = z.strictObject({
  cidade: texto({ max: 100 }).optional().describe('Os desta cidade e os de todas'),
  de: dataLocal.optional(),
  ate: dataLocal.optional(),
  ...paginacaoPor('diaEId'),
});

export type EdicaoDeEspacoHttp = z.output<typeof edicaoDeEspacoHttp>;
export type EspacoHttp = z.output<typeof espacoHttp>;
export type EspacosHttp = z.output<typeof espacosHttp>;
export type VersoesDoEspacoHttp = z.output<typeof versoesDoEspacoHttp>;
export type UnidadesHttp = z.output<typeof unidadesHttp>;
export type VizinhosDoEspacoHttp = z.output<typeof vizinhosDoEspacoHttp>;
export type DisponibilidadeHttp = z.output<typeof disponibilidadeHttp>;
export type RegraImpeditiva = z.output<typeof regraImpeditiva>;
export type PorQueHttp = z.output<typeof porQueHttp>;
export type BloqueioHttp = z.output<typeof bloqueioHttp>;
export type BloqueiosHttp = z.output<typeof bloqueiosHttp>;
export type NovoBloqueioHttp = z.output<typeof novoBloqueioHttp>;
export type FeriadoHttp = z.output<typeof feriadoHttp>;
export type FeriadosHttp = z.output<typeof feriadosHttp>;
export type NovoFeriadoHttp = z.output<typeof novoFeriadoHttp>;
export type FiltroDeEspacosHttp = z.output<typeof filtroDeEspacosHttp>;
export type JanelaHttp = z.output<typeof janelaHttp>;
export type FiltroPorQueHttp = z.output<typeof filtroPorQueHttp>;
export type FiltroDeBloqueiosHttp = z.output<typeof filtroDeBloqueiosHttp>;
export type FiltroDeVersoesHttp = z.output<typeof filtroDeVersoesHttp>;
export type FiltroDeFeriadosHttp = z.output<typeof filtroDeFeriadosHttp>;
export type SimulacaoDePrecoHttp = z.output<typeof simulacaoDePrecoHttp>;
export type PrecosSimuladosHttp = z.output<typeof precosSimuladosHttp>;
