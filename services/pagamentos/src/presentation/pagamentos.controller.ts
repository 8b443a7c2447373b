import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type FiltroDePagamentosHttp,
  filtroDePagamentosHttp,
  type FiltroDoRazaoHttp,
  filtroDoRazaoHttp,
  pagamentoHttp,
  pagamentosHttp,
  razaoHttp,
} from '@plataforma/contracts';
import { ExigePapel, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { ConsultarPagamentos } from '../application/consultar-pagamentos.js';
import { ConsultarRazao } from '../application/consultar-razao.js';

@ApiTags('pagamentos')
@ApiBearerAuth()
@Controller('v1/pagamentos')
export class PagamentosController {
  constructor(
    private readonly pagamentos: ConsultarPagamentos,
    private readonly razao: ConsultarRazao,
  ) {}

  @Get()
  @ApiOperation({ summary: 'As cobranças de quem pergunta; todas, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: pagamentosHttp })
  list(@Query({ schema: filtroDePagamentosHttp }) query: FiltroDePagamentosHttp, @UsuarioAtual() usuario: Usuario) {
    return this.pagamentos.list(query, usuario);
  }

  @Get('razao')
  @ExigePapel('ADMIN', 'OPERADOR')
  @ApiOperation({ summary: 'O razão de uma reserva e de cada cobrança sua, agora ou num momento passado' })
  @ApiOkResponse({ standardSchema: razaoHttp })
  ledger(@Query({ schema: filtroDoRazaoHttp }) query: FiltroDoRazaoHttp) {
    return this.razao.ofBooking(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma cobrança' })
  @ApiOkResponse({ standardSchema: pagamentoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.pagamentos.byId(id, usuario);
  }
}
