import { z } from 'zod';
import { dia, id, motivoCancelamento, somaCentavos } from './primitives.js';

/** Local dates of each space, both included; bookings count on the day on which they start. */
const periodoDoRelatorio = {
  de: dia.meta({ example: '2027-06-01' }),
  ate: dia.meta({ example: '2027-06-30' }),
  espacoId: id.optional(),
  formato: z.enum(['json', 'csv']).default('json'),
};
export const filtroDeRelatorioHttp = z.strictObject(periodoDoRelatorio);
export const filtroDeOcupacaoHttp = z.strictObject({
  ...periodoDoRelatorio,
  por: z
    .enum(['espaco', 'dia', 'hora'])
    .default('dia')
    .describe('Uma linha por espaço, por dia ou por hora de cada dia'),
});

const espaco = { espacoId: id, espaco: z.string() };
const diaLocal = dia.describe('Dia local do espaço');
const quantidade = z.int().min(0);

export const linhaDeOcupacaoHttp = z.object({
  ...espaco,
  dia: diaLocal.nullable(),
  hora: z.int().min(0).max(23).nullable().describe('Hora local'),
  minutosAbertos: z.number().min(0).describe('Minutos abertos, menos os bloqueados, vezes as unidades'),
  minutosOcupados: z.number().min(0).describe('Minutos de reservas confirmadas ou concluídas, vezes as unidades'),
  taxa: z.number().min(0).nullable().describe('Ocupados ÷ abertos; null quando não abriu'),
});
export const linhaDeReceitaHttp = z.object({
  ...espaco,
  dia: diaLocal,
  reservas: quantidade,
  precoCentavos: somaCentavos.describe('Preço das reservas que foram pagas'),
  reembolsosCentavos: somaCentavos,
  retidoCentavos: somaCentavos.describe('O que ficou: pago e não devolvido, nem levado por um banco'),
  perdidoCentavos: somaCentavos.describe('O que bancos devolveram a quem contestou o pagamento'),
  emDisputaCentavos: somaCentavos.describe('Do que ficou, o que bancos retêm enquanto decidem'),
});
export const linhaDeCancelamentosHttp = z.object({
  ...espaco,
  motivo: motivoCancelamento,
  reservas: quantidade,
  precoCentavos: somaCentavos,
  reembolsosCentavos: somaCentavos,
});
export const linhaDeAusenciasHttp = z.object({
  ...espaco,
  concluidas: quantidade,
  ausencias: quantidade,
  taxa: z.number().min(0).max(1).describe('Ausências ÷ (concluídas + ausências)'),
});
export const linhaDeAntecedenciaHttp = z.object({
  ...espaco,
  deDias: z.int().min(0).describe('A partir de tantos dias inteiros entre o pedido e o início'),
  ateDias: z.int().min(0).nullable().describe('Até tantos dias, inclusive; null sem fim'),
  reservas: quantidade,
});

const relatorio = <T extends z.ZodObject>(linha: T, exemplo: z.input<T>) =>
  z.object({ linhas: z.array(linha) }).meta({ example: { linhas: [exemplo] } });

const EXEMPLO = { espacoId: '01936c5e-7b1a-7c3e-9f2d-0a1b2c3d4e5f', espaco: 'Sala Ipê' };
export const relatorioDeOcupacaoHttp = relatorio(linhaDeOcupacaoHttp, {
  ...EXEMPLO,
  dia: '2026-12-04',
  hora: null,
  minutosAbertos: 960,
  minutosOcupados: 240,
  taxa: 0.25,
});
export const relatorioDeReceitaHttp = relatorio(linhaDeReceitaHttp, {
  ...EXEMPLO,
  dia: '2026-12-04',
  reservas: 3,
  precoCentavos: 54_000,
  reembolsosCentavos: 9_000,
  retidoCentavos: 40_500,
  perdidoCentavos: 4_500,
  emDisputaCentavos: 0,
});
export const relatorioDeCancelamentosHttp = relatorio(linhaDeCancelamentosHttp, {
  ...EXEMPLO,
  motivo: 'CLIENTE',
  reservas: 2,
  precoCentavos: 27_000,
  reembolsosCentavos: 18_000,
});
export const relatorioDeAusenciasHttp = relatorio(linhaDeAusenciasHttp, {
  ...EXEMPLO,
  concluidas: 18,
  ausencias: 2,
  taxa: 0.1,
});
export const relatorioDeAntecedenciaHttp = relatorio(linhaDeAntecedenciaHttp, {
  ...EXEMPLO,
  deDias: 2,
  ateDias: 3,
  reservas: 7,
});

export type FiltroDeRelatorioHttp = z.output<typeof filtroDeRelatorioHttp>;
export type FiltroDeOcupacaoHttp = z.output<typeof filtroDeOcupacaoHttp>;
export type LinhaDeOcupacaoHttp = z.output<typeof linhaDeOcupacaoHttp>;
export type LinhaDeReceitaHttp = z.output<typeof linhaDeReceitaHttp>;
export type LinhaDeCancelamentosHttp = z.output<typeof linhaDeCancelamentosHttp>;
export type LinhaDeAusenciasHttp = z.output<typeof linhaDeAusenciasHttp>;
export type LinhaDeAntecedenciaHttp = z.output<typeof linhaDeAntecedenciaHttp>;
