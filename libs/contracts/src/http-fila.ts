import { z } from 'zod';
import { recurso, tipoEspaco } from './http-espacos.js';
import { fuso, id, instante, pagina, texto } from './primitives.js';

/** A place in the waitlist as examples show it. */
const ESPERA_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-000000000071',
  clienteId: '0192f0c4-0000-7000-8000-0000000000c1',
  espacoId: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
  espaco: { nome: 'Sala Ipê', cidade: 'São Paulo', fuso: 'America/Sao_Paulo' },
  busca: null,
  inicio: '2026-12-01T13:00:00.000Z',
  fim: '2026-12-01T14:00:00.000Z',
  flexibilidadeMinutos: 60,
  situacao: 'OFERTADA',
  reservaId: '0192f0c4-0000-7000-8000-0000000000a1',
  expiraEm: '2026-11-22T15:30:00.000Z',
  criadaEm: '2026-11-22T15:00:00.000Z',
};

/** A place in the waitlist. */
export const esperaHttp = z
  .object({
    id,
    clienteId: id,
    espacoId: id.nullable().describe('null quando serve qualquer um que a busca encontre'),
    espaco: z.object({ nome: z.string(), cidade: z.string(), fuso }).nullable(),
    busca: z
      .object({
        cidade: z.string(),
        tipo: tipoEspaco.nullable(),
        capacidade: z.int().nullable(),
        recursos: z.array(z.string()),
      })
      .nullable(),
    inicio: instante,
    fim: instante,
    flexibilidadeMinutos: z.int().describe('Quanto o início pode vir antes ou depois'),
    situacao: z
      .enum(['ESPERANDO', 'OFERTADA', 'ATENDIDA', 'EXPIRADA', 'DESISTIU', 'ENCERRADA'])
      .describe(
        'OFERTADA: há uma retenção em seu nome, a pagar até expiraEm. EXPIRADA: não foi paga, e a vez passou. ' +
          'ENCERRADA: o período já passou',
      ),
    reservaId: id.nullable().describe('A retenção que atendeu a espera'),
    expiraEm: instante.nullable().describe('Até quando a retenção espera pelo pagamento'),
    criadaEm: instante,
  })
  .meta({ example: ESPERA_EXEMPLO });
export const esperasHttp = pagina(esperaHttp).meta({ example: { itens: [ESPERA_EXEMPLO], proximo: null } });

export const novaEsperaHttp = z
  .strictObject({
    espacoId: id.optional(),
    busca: z
      .strictObject({
        cidade: texto({ max: 100 }),
        tipo: tipoEspaco.optional(),
        capacidade: z.int().min(1).max(100_000).optional(),
        recursos: z.array(recurso).max(20).optional(),
      })
      .optional(),
    inicio: instante,
    fim: instante,
    flexibilidadeMinutos: z.int().min(0).max(10_080).default(0),
  })
  .refine(({ espacoId, busca }) => (espacoId === undefined) !== (busca === undefined), {
    error: 'informe espacoId ou busca, e não os dois',
  })
  .meta({
    oneOf: [{ required: ['espacoId'] }, { required: ['busca'] }],
    example: {
      espacoId: ESPERA_EXEMPLO.espacoId,
      inicio: '2027-06-08T10:00:00-03:00',
      fim: '2027-06-08T11:00:00-03:00',
      flexibilidadeMinutos: 60,
    },
  });

export type EsperaHttp = z.output<typeof esperaHttp>;
export type EsperasHttp = z.output<typeof esperasHttp>;
export type NovaEsperaHttp = z.output<typeof novaEsperaHttp>;
