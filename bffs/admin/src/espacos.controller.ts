import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { bodyOf, Forwarded, type ForwardedHeaders, ReservasApi } from '@plataforma/bff';
import {
  bloqueioHttp,
  bloqueiosHttp,
  type EdicaoDeEspacoHttp,
  edicaoDeEspacoHttp,
  espacoHttp,
  type FiltroDeBloqueiosHttp,
  filtroDeBloqueiosHttp,
  type FiltroDeVersoesHttp,
  filtroDeVersoesHttp,
  id,
  idDeEspaco,
  type NovoBloqueioHttp,
  novoBloqueioHttp,
  semCorpo,
  unidadesHttp,
  versoesDoEspacoHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

const etag = { ETag: { description: 'A versão do espaço, para If-Match', schema: { type: 'string' as const } } };

/** What an admin does to spaces; reading the catalogue is the same for everyone. */
@ApiTags('espacos')
@ApiBearerAuth()
@Controller('v1/espacos')
@ExigePapel('ADMIN')
export class EspacosController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
  @ApiOperation({ summary: 'Cadastra um espaço, como rascunho' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'Horários ou composição inválidos' })
  async create(
    @Body({ schema: edicaoDeEspacoHttp }) body: EdicaoDeEspacoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.criarEspaco(body, headers), reply);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Muda um espaço por inteiro; as reservas feitas guardam as regras de quando foram feitas' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'O ETag que foi lido' })
  @ApiOkResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Há reservas nas unidades que sairiam' })
  @ApiPreconditionFailedResponse({ standardSchema: problemSchema, description: 'O espaço mudou desde que foi lido' })
  async replace(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Body({ schema: edicaoDeEspacoHttp }) body: EdicaoDeEspacoHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.mudarEspaco(espacoId, body, headers), reply);
  }

  @Post(':id/publicacao')
  @HttpCode(200)
  @ApiOperation({ summary: 'Publica: todos o veem e podem reservar' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'O ETag que foi lido' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Já está publicado' })
  async publish(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Body({ schema: semCorpo }) _body: undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.publicarEspaco(espacoId, headers), reply);
  }

  @Post(':id/arquivamento')
  @HttpCode(200)
  @ApiOperation({ summary: 'Arquiva: some da vista e não aceita reservas; as que há seguem valendo' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'O ETag que foi lido' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: espacoHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Já está arquivado' })
  async archive(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Body({ schema: semCorpo }) _body: undefined,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.arquivarEspaco(espacoId, headers), reply);
  }

  @Get(':id/versoes')
  @ApiOperation({ summary: 'O que o espaço já disse, desde quando e por quem; o mais novo primeiro' })
  @ApiOkResponse({ standardSchema: versoesDoEspacoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  versions(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Query({ schema: filtroDeVersoesHttp }) query: FiltroDeVersoesHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.versoesDoEspaco(espacoId, query, headers);
  }

  @Get(':id/unidades')
  @ApiOperation({ summary: 'As unidades do espaço' })
  @ApiOkResponse({ standardSchema: unidadesHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  units(@Param('id', { schema: idDeEspaco }) espacoId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.unidadesDoEspaco(espacoId, headers);
  }

  @Get(':id/bloqueios')
  @ApiOperation({ summary: 'Bloqueios do espaço, o mais próximo primeiro' })
  @ApiOkResponse({ standardSchema: bloqueiosHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  blackouts(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Query({ schema: filtroDeBloqueiosHttp }) query: FiltroDeBloqueiosHttp,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.bloqueios(espacoId, query, headers);
  }

  @Post(':id/bloqueios')
  @ApiOperation({ summary: 'Bloqueia o espaço, ou algumas unidades, por um período' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: bloqueioHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O que está no caminho vem em obstaculos' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async block(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Body({ schema: novoBloqueioHttp }) body: NovoBloqueioHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.bloquear(espacoId, body, headers), reply);
  }

  @Delete(':id/bloqueios/:bloqueioId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Desfaz o bloqueio e libera o tempo' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  unblock(
    @Param('id', { schema: idDeEspaco }) espacoId: string,
    @Param('bloqueioId', { schema: id }) bloqueioId: string,
    @Forwarded() headers: ForwardedHeaders,
  ) {
    return this.api.desbloquear(espacoId, bloqueioId, headers);
  }
}
