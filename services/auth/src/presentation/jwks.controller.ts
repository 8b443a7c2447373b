import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Publico } from '@plataforma/platform';
import { ChaveRepositoryPostgres } from '../infrastructure/chaves-assinatura.js';
import { jwksSchema } from './schemas.js';

@ApiTags('chaves')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly chaves: ChaveRepositoryPostgres) {}

  @Get('jwks.json')
  @Publico()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ summary: 'Chaves públicas que conferem os tokens de acesso (RFC 7517)' })
  @ApiOkResponse({ standardSchema: jwksSchema })
  publicas() {
    return this.chaves.publicas();
  }
}
