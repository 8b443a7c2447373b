import { applyDecorators, Controller, Get, Query, Res, type StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { fileOf, Forwarded, type ForwardedHeaders, type Relatorio, ReservasApi } from '@plataforma/bff';
import {
  type FiltroDeOcupacaoHttp,
  filtroDeOcupacaoHttp,
  type FiltroDeRelatorioHttp,
  filtroDeRelatorioHttp,
  relatorioDeAntecedenciaHttp,
  relatorioDeAusenciasHttp,
  relatorioDeCancelamentosHttp,
  relatorioDeOcupacaoHttp,
  relatorioDeReceitaHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';

const Documentado = (summary: string, standardSchema: z.ZodType) =>
  applyDecorators(
    ApiOperation({
      summary,
      description:
        'Dias locais de cada espaço, ambos incluídos. Com `formato=csv`, o mesmo em `text/csv`, sem limite de linhas.',
    }),
    ApiProduces('application/json', 'text/csv'),
    ApiOkResponse({ standardSchema }),
    ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' }),
    ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'Dias ou linhas demais' }),
  );

@ApiTags('relatorios')
@ApiBearerAuth()
@Controller('v1/relatorios')
@ExigePapel('ADMIN')
export class RelatoriosController {
  constructor(private readonly api: ReservasApi) {}

  @Get('ocupacao')
  @Documentado('Quanto do tempo aberto foi usado, por espaço, dia ou hora', relatorioDeOcupacaoHttp)
  ocupacao(
    @Query({ schema: filtroDeOcupacaoHttp }) query: FiltroDeOcupacaoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.handOn('ocupacao', query, headers, reply);
  }

  @Get('receita')
  @Documentado('Preço, reembolsos e o que ficou, por espaço e dia do início', relatorioDeReceitaHttp)
  receita(
    @Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.handOn('receita', query, headers, reply);
  }

  @Get('cancelamentos')
  @Documentado('Cancelamentos por motivo', relatorioDeCancelamentosHttp)
  cancelamentos(
    @Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.handOn('cancelamentos', query, headers, reply);
  }

  @Get('ausencias')
  @Documentado('Quem veio e quem não compareceu', relatorioDeAusenciasHttp)
  ausencias(
    @Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.handOn('ausencias', query, headers, reply);
  }

  @Get('antecedencia')
  @Documentado('Quantos dias antes do início se reserva', relatorioDeAntecedenciaHttp)
  antecedencia(
    @Query({ schema: filtroDeRelatorioHttp }) query: FiltroDeRelatorioHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.handOn('antecedencia', query, headers, reply);
  }

  private async handOn(
    nome: Relatorio,
    query: FiltroDeRelatorioHttp,
    headers: ForwardedHeaders,
    reply: FastifyReply,
  ): Promise<StreamableFile> {
    return fileOf(await this.api.relatorio(nome, query, headers), reply);
  }
}
