import { pipeline, Readable } from 'node:stream';
import { applyDecorators, Controller, Get, Query, StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import {
  type FiltroDeOcupacaoHttp,
  filtroDeOcupacaoHttp,
  type FiltroDeRelatorioHttp,
  filtroDeRelatorioHttp,
  linhaDeAntecedenciaHttp,
  linhaDeAusenciasHttp,
  linhaDeCancelamentosHttp,
  linhaDeOcupacaoHttp,
  linhaDeReceitaHttp,
  relatorioDeAntecedenciaHttp,
  relatorioDeAusenciasHttp,
  relatorioDeCancelamentosHttp,
  relatorioDeOcupacaoHttp,
  relatorioDeReceitaHttp,
} from '@plataforma/contracts';
import { ExigePapel, Logger, Problem, problemSchema } from '@plataforma/platform';
import { stringify } from 'csv-stringify';
import type { z } from 'zod';
import { Relatorios } from '../application/relatorios.js';
import { PeriodoInvalido, RelatorioGrandeDemais } from '../domain/errors.js';

const DIA_MS = 86_400_000;
const MAX_DIAS = 366;
/** A JSON answer is built in memory; CSV streams and has no such limit. */
const MAX_LINHAS_JSON = 10_000;

const Relatorio = (summary: string, standardSchema: z.ZodType) =>
  applyDecorators(
    ApiOperation({
      summary,
      description: `Dias locais de cada espaço, ambos incluídos, até ${MAX_DIAS}. Com \`formato=csv\`, o mesmo em \`text/csv\`, sem limite de linhas.`,
    }),
    ApiProduces('application/json', 'text/csv'),
    ApiOkResponse({ standardSchema }),
    ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' }),
    ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'Dias ou linhas demais' }),
  );

@ApiTags('relatorios')
@ApiBearerAuth()
@ExigePapel('ADMIN')
@Controller('v1/relatorios')
export class RelatoriosController {
  constructor(
    private readonly relatorios: Relatorios,
    private readonly logger: Logger,
  ) {}

  @Get('ocupacao')
  @Relatorio('Quanto do tempo aberto foi usado, por espaço, dia ou hora', relatorioDeOcupacaoHttp)
  async ocupacao(@Query({ schema: filtroDeOcupacaoHttp }) query: FiltroDeOcupacaoHttp) {
    verifyRange(query);
    return this.answer('ocupacao', query, await this.relatorios.ocupacao(query, query.por), linhaDeOcupacaoHttp);
  }

  @Get('receita')
  @Relatorio('Preço, reembolsos e o que ficou, por espaço e dia do início', relatorioDeReceitaHttp)
  async receita(@Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp) {
    verifyRange(query);
    return this.answer('receita', query, await this.relatorios.receita(query), linhaDeReceitaHttp);
  }

  @Get('cancelamentos')
  @Relatorio('Cancelamentos por motivo', relatorioDeCancelamentosHttp)
  async cancelamentos(@Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp) {
    verifyRange(query);
    return this.answer('cancelamentos', query, await this.relatorios.cancelamentos(query), linhaDeCancelamentosHttp);
  }

  @Get('ausencias')
  @Relatorio('Quem veio e quem não compareceu', relatorioDeAusenciasHttp)
  async ausencias(@Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp) {
    verifyRange(query);
    return this.answer('ausencias', query, await this.relatorios.ausencias(query), linhaDeAusenciasHttp);
  }

  @Get('antecedencia')
  @Relatorio('Quantos dias antes do início se reserva', relatorioDeAntecedenciaHttp)
  async antecedencia(@Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp) {
    verifyRange(query);
    return this.answer('antecedencia', query, await this.relatorios.antecedencia(query), linhaDeAntecedenciaHttp);
  }

  private async answer<Linha>(
    nome: string,
    { de, ate, formato }: FiltroDeRelatorioHttp,
    linhas: AsyncIterable<Linha>,
    schema: z.ZodObject,
  ): Promise<StreamableFile | { linhas: Linha[] }> {
    if (formato === 'json') return { linhas: await collect(linhas) };
    // The mark at the beginning tells spreadsheets that it is UTF-8; what would be a formula there is defused.
    const csv = stringify({ header: true, columns: Object.keys(schema.shape), bom: true, escape_formulas: true });
    pipeline(Readable.from(linhas), csv, (error) => {
      if (error) this.logger.info('Relatório interrompido', { relatorio: nome, error });
    });
    return new StreamableFile(csv, {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${nome}-${de}-${ate}.csv"`,
    });
  }
}

/** @throws PeriodoInvalido, Problem 422 for too many days */
function verifyRange({ de, ate }: Pick<FiltroDeRelatorioHttp, 'de' | 'ate'>): void {
  const dias = (Date.parse(ate) - Date.parse(de)) / DIA_MS + 1;
  if (dias < 1) throw new PeriodoInvalido();
  if (dias > MAX_DIAS)
    throw new Problem(422, 'requisicao.intervalo-grande-demais', `Peça no máximo ${MAX_DIAS} dias por vez`);
}

async function collect<Linha>(linhas: AsyncIterable<Linha>): Promise<Linha[]> {
  const todas: Linha[] = [];
  for await (const linha of linhas) {
    if (todas.length === MAX_LINHAS_JSON) throw new RelatorioGrandeDemais(MAX_LINHAS_JSON);
    todas.push(linha);
  }
  return todas;
}
