import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  type DecisaoDoEstornoHttp,
  decisaoDoEstornoHttp,
  estornoHttp,
  estornosHttp,
  type NovoEstornoHttp,
  novoEstornoHttp,
  type FiltroDeEstornosHttp,
  filtroDeEstornosHttp,
} from '@plataforma/contracts';
import { ExigePapel, Idempotente, Problem, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { ConsultarEstornos } from '../application/consultar-estornos.js';
import { EstornarPagamentoHandler } from '../application/estornar-pagamento.js';

@ApiTags('estornos')
@ApiBearerAuth()
@Controller('v1/pagamentos')
export class EstornosController {
  constructor(
    private readonly estornar: EstornarPagamentoHandler,
    private readonly estornos: ConsultarEstornos,
  ) {}

  @Get('estornos')
  @ExigePapel('ADMIN', 'OPERADOR')
  @ApiOperation({ summary: 'Os estornos ainda não concluídos, os mais antigos primeiro' })
  @ApiOkResponse({ standardSchema: estornosHttp })
  pending(@Query({ schema: filtroDeEstornosHttp }) query: FiltroDeEstornosHttp, @UsuarioAtual() usuario: Usuario) {
    return this.estornos.pending(query, usuario);
  }

  @Get(':id/estornos')
  @ApiOperation({ summary: 'Os estornos de uma cobrança' })
  @ApiOkResponse({ standardSchema: estornosHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  ofPayment(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.estornos.ofPayment(id, usuario);
  }

  @Post(':id/estornos')
  @ExigePapel('ADMIN')
  @Idempotente()
  @ApiOperation({ summary: 'Devolve dinheiro à mão, com motivo; fica na auditoria' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiCreatedResponse({ standardSchema: estornoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({
    standardSchema: problemSchema,
    description: 'Nada capturado, em disputa, acima do que resta, ou o provedor já não estorna',
  })
  async create(
    @Param('id', { schema: z.uuid() }) pagamentoId: string,
    @Body({ schema: novoEstornoHttp }) pedido: NovoEstornoHttp,
    @UsuarioAtual() usuario: Usuario,
    @Headers('idempotency-key') chave?: string,
  ) {
    // A second click must never be a second refund.
    if (chave === undefined)
      throw new Problem(400, 'idempotencia.chave-ausente', 'Um estorno precisa do cabeçalho Idempotency-Key');
    const { valorCentavos, motivo, porFora = false } = pedido;
    const id = await this.estornar.execute({ pagamentoId, valorCentavos, motivo, porFora, autorId: usuario.id });
    return this.estornos.byId(id, usuario);
  }

  @Post('estornos/:id/decisao')
  @HttpCode(200)
  @ExigePapel('ADMIN')
  @Idempotente()
  @ApiOperation({ summary: 'Decide sobre um estorno PARADO: de novo, pago por fora, ou baixado; fica na auditoria' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: estornoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O estorno não está parado' })
  async decide(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: decisaoDoEstornoHttp }) { acao, motivo }: DecisaoDoEstornoHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    await this.estornar.decide({ id, acao, motivo, autorId: usuario.id });
    return this.estornos.byId(id, usuario);
  }
}
