import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
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
  cupomHttp,
  cuponsHttp,
  type FiltroDeCuponsHttp,
  filtroDeCuponsHttp,
  id,
  type MudancaDeCupomHttp,
  mudancaDeCupomHttp,
  type NovoCupomHttp,
  novoCupomHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

const etag = { ETag: { description: 'A versão do cupom, para If-Match', schema: { type: 'string' as const } } };

@ApiTags('cupons')
@ApiBearerAuth()
@Controller('v1/cupons')
@ExigePapel('ADMIN')
export class CuponsController {
  constructor(private readonly api: ReservasApi) {}

  @Post()
  @ApiOperation({ summary: 'Cria um cupom; maiúsculas e minúsculas do código são a mesma coisa' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: cupomHttp, headers: etag })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Já existe um cupom com este código' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async create(
    @Body({ schema: novoCupomHttp }) body: NovoCupomHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.criarCupom(body, headers), reply);
  }

  @Get()
  @ApiOperation({ summary: 'Os cupons, do mais novo ao mais antigo' })
  @ApiOkResponse({ standardSchema: cuponsHttp })
  list(@Query({ schema: filtroDeCuponsHttp }) query: FiltroDeCuponsHttp, @Forwarded() headers: ForwardedHeaders) {
    return this.api.cupons(query, headers);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Um cupom, com quantos usos valem' })
  @ApiOkResponse({ standardSchema: cupomHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async byId(
    @Param('id', { schema: id }) cupomId: string,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.cupom(cupomId, headers), reply);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Muda um cupom; cotações e reservas feitas antes ficam como estão' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'ETag da leitura em que a mudança se baseia' })
  @ApiOkResponse({ standardSchema: cupomHttp, headers: etag })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiPreconditionFailedResponse({ standardSchema: problemSchema, description: 'O cupom mudou desde a leitura' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async change(
    @Param('id', { schema: id }) cupomId: string,
    @Body({ schema: mudancaDeCupomHttp }) body: MudancaDeCupomHttp,
    @Forwarded() headers: ForwardedHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return bodyOf(await this.api.mudarCupom(cupomId, body, headers), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Desativa um cupom: ninguém mais o usa, e quem o usou fica como está' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  deactivate(@Param('id', { schema: id }) cupomId: string, @Forwarded() headers: ForwardedHeaders) {
    return this.api.desativarCupom(cupomId, headers);
  }
}
