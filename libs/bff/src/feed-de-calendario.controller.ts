import { Controller, Get, Param, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { arquivoDeCalendario } from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { fileOf } from './hand-on.js';
import { ReservasApi } from './reservas-api.js';

/** What calendar programs read: where an address was given out, it is found. */
@ApiTags('calendarios')
@Controller('v1/calendarios')
export class FeedDeCalendarioController {
  constructor(private readonly api: ReservasApi) {}

  /** Whoever knows the address may read; the address is in no log and in no trace. */
  @Get('feed/:arquivo')
  @Publico()
  @ApiOperation({ summary: 'O calendário (RFC 5545) atrás de um endereço secreto' })
  @ApiParam({ name: 'arquivo', description: 'O segredo, seguido de .ics' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'ETag da última leitura' })
  @ApiProduces('text/calendar')
  @ApiOkResponse({ schema: { type: 'string', example: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n' } })
  @ApiResponse({ status: 304, description: 'Nada mudou desde a última leitura' })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'Não existe, ou foi revogado' })
  async feed(
    @Param('arquivo', { schema: arquivoDeCalendario }) arquivo: string,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return fileOf(await this.api.feed(arquivo, headers), reply);
  }
}
