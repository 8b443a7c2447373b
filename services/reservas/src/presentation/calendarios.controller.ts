import { createHash } from 'node:crypto';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
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
import {
  calendarioCriadoHttp,
  calendariosHttp,
  type NovoCalendarioHttp,
  novoCalendarioHttp,
} from '@plataforma/contracts';
import { Problem, problemSchema, Publico, type Usuario, UsuarioAtual } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Calendarios } from '../application/calendarios.js';
import { CalendarioInexistente } from '../domain/errors.js';

const ARQUIVO = /^([A-Za-z0-9_-]{43})\.ics$/;

@ApiTags('calendarios')
@Controller('v1/calendarios')
export class CalendariosController {
  constructor(private readonly calendarios: Calendarios) {}

  @Post()
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Cria um endereço secreto de calendário (iCal)',
    description:
      'Das próprias reservas, ou, para quem administra, das de um espaço, sem dados pessoais. O endereço é mostrado só agora; por isso a criação não aceita Idempotency-Key, que o guardaria.',
  })
  @ApiCreatedResponse({ standardSchema: calendarioCriadoHttp })
  @ApiForbiddenResponse({ standardSchema: problemSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Há calendários demais; revogue um' })
  create(@Body({ schema: novoCalendarioHttp }) body: NovoCalendarioHttp, @UsuarioAtual() usuario: Usuario) {
    if (body.escopo === 'ESPACO' && !usuario.papeis.includes('ADMIN'))
      throw new Problem(403, 'auth.sem-permissao', 'O seu papel não permite esta operação');
    return this.calendarios.create(body, usuario);
  }

  @Get()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Os próprios calendários; para quem administra, também os dos espaços' })
  @ApiOkResponse({ standardSchema: calendariosHttp })
  list(@UsuarioAtual() usuario: Usuario) {
    return this.calendarios.list(usuario);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Revoga um calendário: o endereço deixa de existir' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  revoke(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario): Promise<void> {
    return this.calendarios.revoke(id, usuario);
  }

  /** Whoever knows the address may read. A private cache may keep it, but asks each time whether it still holds. */
  @Get('feed/:arquivo')
  @Publico()
  @ApiOperation({ summary: 'O calendário (RFC 5545) atrás de um endereço secreto' })
  @ApiParam({
    name: 'arquivo',
    description: 'O segredo, seguido de .ics',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,100}\\.ics$' },
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'ETag da última leitura' })
  @ApiProduces('text/calendar')
  @ApiOkResponse({ schema: { type: 'string', example: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n' } })
  @ApiResponse({ status: 304, description: 'Nada mudou desde a última leitura' })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'Não existe, ou foi revogado' })
  async feed(
    @Param('arquivo') arquivo: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [, token] = ARQUIVO.exec(arquivo) ?? [];
    if (token === undefined) throw new CalendarioInexistente();
    const feed = await this.calendarios.feed(token);
    const etag = `"${createHash('sha256').update(feed).digest('base64url')}"`;
    void reply.headers({ etag, 'cache-control': 'private, no-cache', 'referrer-policy': 'no-referrer' });
    const unchanged = known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
    if (unchanged) await reply.status(304).send();
    else await reply.type('text/calendar; charset=utf-8').send(feed);
  }
}
