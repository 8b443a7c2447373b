import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
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
import {
  type CupomHttp,
  cupomHttp,
  cuponsHttp,
  type FiltroDeCuponsHttp,
  filtroDeCuponsHttp,
  type MudancaDeCupomHttp,
  mudancaDeCupomHttp,
  type NovoCupomHttp,
  novoCupomHttp,
} from '@plataforma/contracts';
import { ExigePapel, Idempotente, Problem, problemSchema } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { GerirCupons } from '../application/gerir-cupons.js';

/** The version in an If-Match header (RFC 9110, 13.1.1); without one, or with `*`, any version will do. */
function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const [, version] = /^"(\d{1,9})"$/.exec(ifMatch) ?? [];
  if (version === undefined)
    throw new Problem(400, 'requisicao.invalida', 'If-Match deve ser o ETag recebido, por exemplo "3"');
  return Number(version);
}

@ApiTags('cupons')
@ApiBearerAuth()
@ExigePapel('ADMIN')
@Controller('v1/cupons')
export class CuponsController {
  constructor(private readonly cupons: GerirCupons) {}

  @Post()
  @Idempotente()
  @ApiOperation({ summary: 'Cria um cupom; maiúsculas e minúsculas do código são a mesma coisa' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: cupomHttp })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'Já existe um cupom com este código' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async create(@Body({ schema: novoCupomHttp }) body: NovoCupomHttp, @Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(reply, await this.cupons.create(body));
  }

  @Get()
  @ApiOperation({ summary: 'Os cupons, do mais novo ao mais antigo' })
  @ApiOkResponse({ standardSchema: cuponsHttp })
  list(@Query({ schema: filtroDeCuponsHttp }) query: FiltroDeCuponsHttp) {
    return this.cupons.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Um cupom, com quantos usos valem' })
  @ApiOkResponse({ standardSchema: cupomHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async byId(@Param('id', { schema: z.uuid() }) id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(reply, await this.cupons.byId(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Muda um cupom; cotações e reservas feitas antes ficam como estão' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'ETag da leitura em que a mudança se baseia' })
  @ApiOkResponse({ standardSchema: cupomHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiPreconditionFailedResponse({ standardSchema: problemSchema, description: 'O cupom mudou desde a leitura' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema })
  async change(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: mudancaDeCupomHttp }) body: MudancaDeCupomHttp,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(reply, await this.cupons.change(id, body, versionOf(ifMatch)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Desativa um cupom: ninguém mais o usa, e quem o usou fica como está' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  async deactivate(@Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    await this.cupons.change(id, { ativo: false });
  }
}

function tagged(reply: FastifyReply, cupom: CupomHttp): CupomHttp {
  void reply.header('etag', `"${cupom.versao}"`);
  return cupom;
}
