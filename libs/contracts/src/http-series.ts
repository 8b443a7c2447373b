import { z } from 'zod';
import { ditoDaReservaHttp } from './http-reservas.js';
import { centavos, dia, fuso, id, instante, pagina, texto } from './primitives.js';

/** A series as examples show it. */
const SERIE_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-0000000000b1',
  clienteId: '0192f0c4-0000-7000-8000-0000000000c1',
  espacoId: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
  regra: 'FREQ=WEEKLY;BYDAY=TU;COUNT=2',
  excecoes: [],
  inicio: '2026-12-01T13:00:00.000Z',
  fim: '2026-12-01T14:00:00.000Z',
  fuso: 'America/Sao_Paulo',
  cobranca: 'SERIE',
  criadaEm: '2026-11-22T15:00:00.000Z',
  reservas: ['0192f0c4-0000-7000-8000-0000000000a1', '0192f0c4-0000-7000-8000-0000000000a2'],
};
const RESERVA = '0192f0c4-0000-7000-8000-0000000000a1';

/** What became of one occurrence of a series that was asked for. */
export const ocorrenciaHttp = z.object({
  inicio: instante,
  fim: instante,
  resultado: z.enum(['RESERVADA', 'RECUSADA']),
  reservaId: id.nullable(),
  codigo: z.string().nullable().describe('Por que foi recusada: o código do erro que a reserva avulsa daria'),
  motivo: z.string().nullable(),
});

export const cobrancaDaSerie = z.enum(['SERIE', 'OCORRENCIA']);

export const serieHttp = z
  .object({
    id,
    clienteId: id,
    espacoId: id,
    regra: z.string(),
    excecoes: z.array(dia).describe('As datas locais que ficaram de fora'),
    inicio: instante,
    fim: instante,
    fuso,
    cobranca: cobrancaDaSerie.describe('Uma cobrança para todas, ou uma por ocorrência'),
    criadaEm: instante,
    reservas: z.array(id).describe('As ocorrências, pela ordem do início'),
  })
  .meta({ example: SERIE_EXEMPLO });
export const seriesHttp = pagina(serieHttp).meta({ example: { itens: [SERIE_EXEMPLO], proximo: null } });
export const serieCriadaHttp = z.object({ serie: serieHttp, ocorrencias: z.array(ocorrenciaHttp) }).meta({
  example: {
    // Another id than that of the series' own example: validators take the two for schemas of one name.
    serie: { ...SERIE_EXEMPLO, id: '0192f0c4-0000-7000-8000-0000000000b2' },
    ocorrencias: [
      {
        inicio: '2026-12-01T13:00:00.000Z',
        fim: '2026-12-01T14:00:00.000Z',
        resultado: 'RESERVADA',
        reservaId: RESERVA,
        codigo: null,
        motivo: null,
      },
      {
        inicio: '2026-12-08T13:00:00.000Z',
        fim: '2026-12-08T14:00:00.000Z',
        resultado: 'RECUSADA',
        reservaId: null,
        codigo: 'reservas.espaco-indisponivel',
        motivo: 'O espaço já está ocupado neste período',
      },
    ],
  },
});

export const novaSerieHttp = z
  .strictObject({
    espacoId: id,
    inicio: instante.describe(
      'De quando a regra conta: a primeira ocorrência é então, ou a primeira que a regra dá depois (BYMONTHDAY=10 com ' +
        'início no dia 5: no dia 10). A hora local vale para todas',
    ),
    fim: instante.describe(
      'Fim da que começasse em inicio; todas duram o mesmo no relógio local, ainda que ele mude no meio',
    ),
    regra: z
      .string()
      // What it may not say reservas knows, and names the part.
      .regex(/^[\t\n\r -~]{1,500}$/, 'não é uma regra de recorrência (RFC 5545)')
      .describe(
        'RRULE (RFC 5545, 3.3.10), com ou sem o prefixo RRULE:. FREQ (DAILY, WEEKLY, MONTHLY, YEARLY) e COUNT ou UNTIL; ' +
          'INTERVAL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR e BYMINUTE (juntos, até 24 inícios por dia), BYSETPOS e WKST. ' +
          'UNTIL é um instante em UTC, ou uma data, que vale inteira no fuso do espaço. SKIP=BACKWARD (RFC 7529): o dia ' +
          'que falta no mês é o último. Até 104 ocorrências, em até 1826 dias. O que não se entende é recusado, parte por parte',
      ),
    excecoes: z
      .array(dia)
      .max(366)
      .default([])
      .describe('Datas locais do espaço em que não há ocorrência; COUNT as conta'),
    modo: z.enum(['TUDO_OU_NADA', 'PULAR_CONFLITOS']).default('TUDO_OU_NADA'),
    cobranca: cobrancaDaSerie.default('OCORRENCIA'),
    fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
    ...ditoDaReservaHttp,
  })
  .meta({
    example: {
      espacoId: SERIE_EXEMPLO.espacoId,
      inicio: '2027-06-15T10:00:00-03:00',
      fim: '2027-06-15T11:00:00-03:00',
      regra: SERIE_EXEMPLO.regra,
      excecoes: [],
      modo: 'PULAR_CONFLITOS',
      cobranca: 'SERIE',
    },
  });

/** Of a series that nobody has booked yet. */
export const pedidoDePrecosDaSerieHttp = novaSerieHttp
  .pick({ espacoId: true, inicio: true, fim: true, regra: true, excecoes: true })
  .meta({
    example: {
      espacoId: SERIE_EXEMPLO.espacoId,
      inicio: '2027-06-15T10:00:00-03:00',
      fim: '2027-06-15T11:00:00-03:00',
      regra: SERIE_EXEMPLO.regra,
      excecoes: [],
    },
  });
export const precosDaSerieHttp = z
  .object({
    ocorrencias: z.array(z.object({ inicio: instante, fim: instante, valorCentavos: centavos })),
    totalCentavos: centavos,
  })
  .meta({
    example: {
      ocorrencias: [
        { inicio: '2027-06-15T13:00:00.000Z', fim: '2027-06-15T14:00:00.000Z', valorCentavos: 9_000 },
        { inicio: '2027-06-22T13:00:00.000Z', fim: '2027-06-22T14:00:00.000Z', valorCentavos: 10_800 },
      ],
      totalCentavos: 19_800,
    },
  });

/** Which occurrences: this one, this one and those after it, or all that have not begun. */
export const escopoDaSerie = z.enum(['ESTA', 'ESTA_E_SEGUINTES', 'TODAS']);

const ocorrencia = id.describe('A ocorrência de que se fala; dispensável quando são todas');
const doCancelamento = {
  justificativa: texto({ max: 500 }).optional(),
  reembolsoEsperadoCentavos: centavos
    .optional()
    .describe('O reembolso de todas, que a pessoa viu; se já for outro, nada é cancelado'),
};

/** Of which occurrences the cancellation is asked about. */
export const escopoDoCancelamentoHttp = z.strictObject({
  escopo: escopoDaSerie.meta({ example: 'TODAS' }),
  reservaId: ocorrencia.optional(),
});
export const previaDeCancelamentoDaSerieHttp = z
  .object({
    ocorrencias: z.int().describe('Quantas seriam canceladas'),
    reembolsoCentavos: centavos,
    retidoCentavos: centavos.describe('O que delas não volta'),
    calculadaEm: instante,
  })
  .meta({
    example: {
      ocorrencias: 2,
      reembolsoCentavos: 18_000,
      retidoCentavos: 0,
      calculadaEm: '2026-11-24T15:00:00.000Z',
    },
  });

export const cancelamentoDaSerieHttp = z
  .discriminatedUnion('escopo', [
    z.strictObject({ escopo: escopoDaSerie.extract(['TODAS']), reservaId: ocorrencia.optional(), ...doCancelamento }),
    z.strictObject({ escopo: escopoDaSerie.exclude(['TODAS']), reservaId: ocorrencia, ...doCancelamento }),
  ])
  .meta({ example: { escopo: 'ESTA_E_SEGUINTES', reservaId: RESERVA } });

export const remarcacaoDaSerieHttp = z
  .strictObject({
    escopo: escopoDaSerie,
    reservaId: id.describe(
      'A ocorrência que passa a ser em inicio; as outras andam como ela no relógio do espaço, e a que cairia numa hora ' +
        'que o seu dia não tem fica onde está',
    ),
    inicio: instante,
    fim: instante,
  })
  .meta({
    example: {
      escopo: 'TODAS',
      reservaId: RESERVA,
      inicio: '2027-06-16T15:00:00-03:00',
      fim: '2027-06-16T16:00:00-03:00',
    },
  });

/** Of which move it is asked what it would come to. */
export const destinoDaSerieHttp = z.strictObject({
  escopo: escopoDaSerie.meta({ example: 'TODAS' }),
  reservaId: id.describe('A ocorrência que passaria a ser em inicio; as outras andariam como ela'),
  inicio: instante.meta({ example: '2027-06-16T15:00:00-03:00' }),
  fim: instante.meta({ example: '2027-06-16T16:00:00-03:00' }),
});
export const previaDeRemarcacaoDaSerieHttp = z
  .object({
    mudam: z.array(z.object({ reservaId: id, inicio: instante, fim: instante, valorCentavos: centavos })),
    ficam: z.int().describe('Quantas das pedidas ficam onde estão: o seu dia não tem a hora nova'),
    aPagarCentavos: centavos,
    reembolsoCentavos: centavos,
    calculadaEm: instante,
  })
  .meta({
    example: {
      mudam: [
        {
          reservaId: RESERVA,
          inicio: '2027-06-16T18:00:00.000Z',
          fim: '2027-06-16T19:00:00.000Z',
          valorCentavos: 9_000,
        },
      ],
      ficam: 0,
      aPagarCentavos: 0,
      reembolsoCentavos: 0,
      calculadaEm: '2027-06-01T12:00:00.000Z',
    },
  });

export type PrecosDaSerieHttp = z.output<typeof precosDaSerieHttp>;
export type PreviaDeRemarcacaoDaSerieHttp = z.output<typeof previaDeRemarcacaoDaSerieHttp>;
export type PedidoDePrecosDaSerieHttp = z.output<typeof pedidoDePrecosDaSerieHttp>;
export type OcorrenciaHttp = z.output<typeof ocorrenciaHttp>;
export type SerieHttp = z.output<typeof serieHttp>;
export type SeriesHttp = z.output<typeof seriesHttp>;
export type SerieCriadaHttp = z.output<typeof serieCriadaHttp>;
export type NovaSerieHttp = z.output<typeof novaSerieHttp>;
export type EscopoDaSerie = z.output<typeof escopoDaSerie>;
export type CancelamentoDaSerieHttp = z.output<typeof cancelamentoDaSerieHttp>;
export type EscopoDoCancelamentoHttp = z.output<typeof escopoDoCancelamentoHttp>;
export type PreviaDeCancelamentoDaSerieHttp = z.output<typeof previaDeCancelamentoDaSerieHttp>;
export type RemarcacaoDaSerieHttp = z.output<typeof remarcacaoDaSerieHttp>;
