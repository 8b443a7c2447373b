import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { bodyOf, fileOf, Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import {
  arquivoDeCalendario,
  calendarioCriadoHttp,
  calendariosHttp,
  id,
  type NovoCalendarioHttp,
  novoCalendarioHttp,
} from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

@ApiTags('calendarios')
@Controller('v1/calendarios')
export class CalendariosController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Cria um endereço secreto de calendário (iCal)',
    description:
      'Das próprias reservas, ou, para quem administra, das de um espaço, sem dados pessoais. O endereço é mostrado só agora.',
  })
  @ApiCreatedResponse({ standardSchema: calendarioCriadoHttp })
  @ApiForbiddenResponse({ standardSchema: problemSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Há calendários demais; revogue um' })
  async create(
    @Body({ schema: novoCalendarioHttp }) body: NovoCalendarioHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.criarCalendario(body, headers), reply);
  }

  @Get()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Os próprios calendários; para quem administra, também os dos espaços' })
  @ApiOkResponse({ standardSchema: calendariosHttp })
  list(@Forwarded() headers: ForwardedHeaders) {
    return this.api.calendarios(headers);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Revoga um calendário: o endereço deixa de existir' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  revoke(@Param('id', { schema: id }) calendarioId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.revogarCalendario(calendarioId, headers);
  }

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
