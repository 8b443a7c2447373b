import { z } from 'zod';
import { tipoEspaco } from './http-espacos.js';
import {
  centavos,
  codigoDeCupom,
  fuso,
  id,
  instante,
  linhaDePreco,
  moeda,
  pagina,
  paginacao,
  politicaCancelamento,
  texto,
} from './primitives.js';

const EXEMPLO_ID = '01936c5e-7b1a-7c3e-9f2d-0a1b2c3d4e5f';

export const novaCotacaoHttp = z
  .strictObject({ espacoId: id, inicio: instante, fim: instante, cupom: codigoDeCupom.optional() })
  .meta({
    example: {
      espacoId: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
      inicio: '2027-06-11T18:00:00-03:00',
      fim: '2027-06-11T20:00:00-03:00',
    },
  });

/** What a booking would cost, honoured until `expiraEm`; nothing is held. */
export const cotacaoHttp = z
  .object({
    id,
    espacoId: id,
    espacoVersao: z.int().min(1).describe('Versão das regras do espaço que a reserva feita com a cotação guarda'),
    inicio: instante,
    fim: instante,
    fuso,
    linhas: z.array(linhaDePreco).describe('Somam o total; descontos são negativos'),
    totalCentavos: centavos,
    moeda,
    sinal: z
      .object({ sinalCentavos: centavos, saldoCentavos: centavos, saldoVenceEm: instante })
      .nullable()
      .describe('O que se paga já e o que fica para depois; null quando se paga tudo de uma vez'),
    politicaCancelamento,
    cupom: z.string().nullable(),
    expiraEm: instante,
  })
  .meta({
    example: {
      id: EXEMPLO_ID,
      espacoId: EXEMPLO_ID,
      espacoVersao: 3,
      inicio: '2026-12-04T21:00:00.000Z',
      fim: '2026-12-04T23:00:00.000Z',
      fuso: 'America/Sao_Paulo',
      linhas: [
        { tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: 18_000 },
        { tipo: 'PICO', descricao: 'Noite', valorCentavos: 3_600 },
        { tipo: 'CUPOM', descricao: 'Cupom BEMVINDO10', valorCentavos: -2_160 },
      ],
      totalCentavos: 19_440,
      moeda: 'BRL',
      sinal: { sinalCentavos: 5_832, saldoCentavos: 13_608, saldoVenceEm: '2026-12-02T21:00:00.000Z' },
      politicaCancelamento: [{ horasAntes: 48, percentual: 100 }],
      cupom: 'BEMVINDO10',
      expiraEm: '2026-11-22T12:15:00.000Z',
    },
  });

const desconto = z.discriminatedUnion('tipo', [
  z.strictObject({ tipo: z.literal('PERCENTUAL'), percentual: z.int().min(1).max(100) }),
  z.strictObject({ tipo: z.literal('VALOR'), valorCentavos: centavos.min(1) }),
]);
const limite = z.int().min(1).max(1_000_000_000);

/** What an admin says about a coupon; null does not restrict. */
const regrasDoCupom = {
  descricao: texto({ min: 0, max: 500, linhas: true }),
  ativo: z.boolean(),
  desconto,
  vigenteDe: instante.nullable(),
  vigenteAte: instante.nullable().describe('Deixa de valer neste instante'),
  limiteTotal: limite.nullable(),
  limitePorPessoa: limite.nullable(),
  espacos: z.array(id).min(1).max(200).nullable().describe('Só nestes espaços'),
  tipos: z.array(tipoEspaco).min(1).max(tipoEspaco.options.length).nullable().describe('Só em espaços destes tipos'),
  valorMinimoCentavos: centavos.describe('Quanto a reserva custa, antes do cupom, para que ele valha'),
};

const validadeEmOrdem = (cupom: { vigenteDe?: string | null | undefined; vigenteAte?: string | null | undefined }) =>
  !cupom.vigenteDe || !cupom.vigenteAte || Date.parse(cupom.vigenteDe) < Date.parse(cupom.vigenteAte);
const VALIDADE_FORA_DE_ORDEM = { error: 'deve vir depois de vigenteDe', path: ['vigenteAte'] };

export const novoCupomHttp = z
  .strictObject({
    codigo: codigoDeCupom,
    descricao: regrasDoCupom.descricao.default(''),
    ativo: regrasDoCupom.ativo.default(true),
    desconto,
    vigenteDe: regrasDoCupom.vigenteDe.default(null),
    vigenteAte: regrasDoCupom.vigenteAte.default(null),
    limiteTotal: regrasDoCupom.limiteTotal.default(null),
    limitePorPessoa: regrasDoCupom.limitePorPessoa.default(null),
    espacos: regrasDoCupom.espacos.default(null),
    tipos: regrasDoCupom.tipos.default(null),
    valorMinimoCentavos: regrasDoCupom.valorMinimoCentavos.default(0),
  })
  .refine(validadeEmOrdem, VALIDADE_FORA_DE_ORDEM)
  .meta({
    example: {
      codigo: 'BEMVINDO10',
      descricao: 'Dez por cento na primeira reserva',
      desconto: { tipo: 'PERCENTUAL', percentual: 10 },
      vigenteAte: '2027-01-01T03:00:00Z',
      limiteTotal: 500,
      limitePorPessoa: 1,
    },
  });

/** What is not given stays; the code never changes. */
export const mudancaDeCupomHttp = z
  .strictObject(regrasDoCupom)
  .partial()
  .refine(validadeEmOrdem, VALIDADE_FORA_DE_ORDEM)
  .meta({ example: { ativo: false } });

export const cupomHttp = z
  .object({
    id,
    codigo: z.string(),
    ...regrasDoCupom,
    usos: z.int().min(0).describe('Usos que valem: a reserva que termina sem pagamento devolve o seu'),
    versao: z.int().min(1),
    criadoEm: instante,
    alteradoEm: instante,
  })
  .meta({
    example: {
      id: EXEMPLO_ID,
      codigo: 'BEMVINDO10',
      descricao: 'Dez por cento na primeira reserva',
      ativo: true,
      desconto: { tipo: 'PERCENTUAL', percentual: 10 },
      vigenteDe: null,
      vigenteAte: '2027-01-01T03:00:00.000Z',
      limiteTotal: 500,
      limitePorPessoa: 1,
      espacos: null,
      tipos: null,
      valorMinimoCentavos: 0,
      usos: 37,
      versao: 1,
      criadoEm: '2026-11-22T12:00:00.000Z',
      alteradoEm: '2026-11-22T12:00:00.000Z',
    },
  });
export const cuponsHttp = pagina(cupomHttp);

export const filtroDeCuponsHttp = z.strictObject({
  ativo: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
  ...paginacao,
});

export type NovaCotacaoHttp = z.output<typeof novaCotacaoHttp>;
export type CotacaoHttp = z.output<typeof cotacaoHttp>;
export type NovoCupomHttp = z.output<typeof novoCupomHttp>;
export type MudancaDeCupomHttp = z.output<typeof mudancaDeCupomHttp>;
export type CupomHttp = z.output<typeof cupomHttp>;
export type CuponsHttp = z.output<typeof cuponsHttp>;
export type FiltroDeCuponsHttp = z.output<typeof filtroDeCuponsHttp>;
