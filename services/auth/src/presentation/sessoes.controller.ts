import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { sessaoHttp, loginHttp, renovacaoHttp } from '@plataforma/contracts';
import { problemSchema, Publico } from '@plataforma/platform';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { IniciarSessaoHandler } from '../application/iniciar-sessao.js';
import { SessaoRepository, TokensDeRenovacao } from '../application/ports.js';
import { RenovarSessaoHandler } from '../application/renovar-sessao.js';
import { paraSessaoJson } from './schemas.js';

/** Sessions; the refresh token in the body is what authorises renewal and logout. Answers are kept out of caches. */
@ApiTags('sessoes')
@Controller('v1/sessoes')
@Publico()
export class SessoesController {
  constructor(
    private readonly iniciar: IniciarSessaoHandler,
    private readonly renovar: RenovarSessaoHandler,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
  ) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Entra com e-mail e senha' })
  @ApiCreatedResponse({ standardSchema: sessaoHttp })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  @ApiTooManyRequestsResponse({ standardSchema: problemSchema })
  async entrar(@Body({ schema: loginHttp }) corpo: z.output<typeof loginHttp>, @Req() { ip }: FastifyRequest) {
    return paraSessaoJson(await this.iniciar.execute({ ...corpo, endereco: ip }));
  }

  @Post('renovacao')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Troca o token de renovação por um novo par de tokens' })
  @ApiOkResponse({ standardSchema: sessaoHttp })
  @ApiUnauthorizedResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async renovarSessao(@Body({ schema: renovacaoHttp }) { tokenRenovacao }: z.output<typeof renovacaoHttp>) {
    return paraSessaoJson(await this.renovar.execute(tokenRenovacao));
  }

  @Post('encerramento')
  @HttpCode(204)
  @ApiOperation({ summary: 'Encerra a sessão; uma sessão desconhecida ou já encerrada fica como está' })
  @ApiNoContentResponse()
  async encerrar(@Body({ schema: renovacaoHttp }) { tokenRenovacao }: z.output<typeof renovacaoHttp>): Promise<void> {
    await this.sessoes.encerrar(this.tokens.hash(tokenRenovacao));
  }
}
