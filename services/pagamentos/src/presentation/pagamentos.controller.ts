import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pagamentoHttp, pagamentosHttp } from '@plataforma/contracts';
import { problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { ConsultarPagamentos } from '../application/consultar-pagamentos.js';

const filtro = z.strictObject({
  reservaId: z.uuid().optional(),
  cursor: z.string().max(500).optional(),
  limite: z.coerce.number().int().min(1).max(100).default(20),
});

@ApiTags('pagamentos')
@ApiBearerAuth()
@Controller('v1/pagamentos')
export class PagamentosController {
  constructor(private readonly pagamentos: ConsultarPagamentos) {}

  @Get()
  @ApiOperation({ summary: 'As cobranças de quem pergunta; todas, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: pagamentosHttp })
  list(@Query({ schema: filtro }) query: z.output<typeof filtro>, @UsuarioAtual() usuario: Usuario) {
    return this.pagamentos.list(query, usuario);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma cobrança' })
  @ApiOkResponse({ standardSchema: pagamentoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.pagamentos.byId(id, usuario);
  }
}
