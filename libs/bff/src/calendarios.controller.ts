import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  calendarioCriadoHttp,
  calendariosHttp,
  id,
  type NovoCalendarioHttp,
  novoCalendarioHttp,
} from '@plataforma/contracts';
import { problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { Forwarded, type ForwardedHeaders } from './forwarded-headers.js';
import { bodyOf } from './hand-on.js';
import { ReservasApi } from './reservas-api.js';

/** Secret addresses of calendars, the same for every kind of client. */
@ApiTags('calendarios')
@ApiBearerAuth()
@Controller('v1/calendarios')
export class CalendariosController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
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
  @ApiOperation({ summary: 'Os próprios calendários; para quem administra, também os dos espaços' })
  @ApiOkResponse({ standardSchema: calendariosHttp })
  list(@Forwarded() headers: ForwardedHeaders) {
    return this.api.calendarios(headers);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoga um calendário: o endereço deixa de existir' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  revoke(@Param('id', { schema: id }) calendarioId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.revogarCalendario(calendarioId, headers);
  }
}
