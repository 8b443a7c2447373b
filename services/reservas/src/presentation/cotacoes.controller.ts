import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { type CotacaoHttp, cotacaoHttp, type NovaCotacaoHttp, novaCotacaoHttp } from '@plataforma/contracts';
import { Idempotente, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { CriarCotacao } from '../application/criar-cotacao.js';

@ApiTags('cotacoes')
@ApiBearerAuth()
@Controller('v1/cotacoes')
export class CotacoesController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Idempotente()
  @ApiOperation({
    summary: 'Quanto custa uma reserva, linha por linha',
    description: 'Nada fica retido. A reserva feita com `cotacaoId` até `expiraEm` paga exatamente este preço.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: cotacaoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço não existe' })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O cupom se esgotou' })
  @ApiUnprocessableEntityResponse({
    standardSchema: problemSchema,
    description: 'O período viola uma regra do espaço, ou o cupom não vale',
  })
  create(@Body({ schema: novaCotacaoHttp }) body: NovaCotacaoHttp, @UsuarioAtual() usuario: Usuario) {
    return this.commands.execute<CriarCotacao, CotacaoHttp>(
      new CriarCotacao(usuario.id, body.espacoId, new Date(body.inicio), new Date(body.fim), body.cupom),
    );
  }
}
