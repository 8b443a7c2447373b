import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { disputaHttp, disputasHttp, type FiltroDeDisputasHttp, filtroDeDisputasHttp } from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import { z } from 'zod';
import { ConsultarDisputas } from '../application/consultar-disputas.js';
import { ReunirEvidencias } from '../application/reunir-evidencias.js';

@ApiTags('disputas')
@ApiBearerAuth()
@Controller('v1/pagamentos/disputas')
@ExigePapel('ADMIN', 'OPERADOR')
export class DisputasController {
  constructor(
    private readonly disputas: ConsultarDisputas,
    private readonly evidencias: ReunirEvidencias,
  ) {}

  @Get()
  @ApiOperation({ summary: 'As disputas, as mais novas primeiro' })
  @ApiOkResponse({ standardSchema: disputasHttp })
  list(@Query({ schema: filtroDeDisputasHttp }) query: FiltroDeDisputasHttp) {
    return this.disputas.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma disputa' })
  @ApiOkResponse({ standardSchema: disputaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string) {
    return this.disputas.byId(id);
  }

  @Get(':id/evidencias')
  @ApiOperation({ summary: 'O que a plataforma sabe do pagamento disputado, num zip com manifesto' })
  @ApiProduces('application/zip')
  @ApiOkResponse({ description: 'O zip', schema: { type: 'string', format: 'binary' } })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async evidence(@Param('id', { schema: z.uuid() }) id: string): Promise<StreamableFile> {
    return new StreamableFile(await this.evidencias.forDispute(id), {
      type: 'application/zip',
      disposition: `attachment; filename="evidencias-${id}.zip"`,
    });
  }
}
