import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { id, type NotificacoesHttp, notificacoesHttp } from '@plataforma/contracts';
import { type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { EntregaRepository } from '../application/ports.js';

const consultaSchema = z.strictObject({ reservaId: id });

@ApiTags('notificacoes')
@ApiBearerAuth()
@Controller('v1/notificacoes')
export class NotificacoesController {
  constructor(private readonly entregas: EntregaRepository) {}

  @Get()
  @ApiOperation({ summary: 'Notificações de uma reserva: as próprias; todas, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: notificacoesHttp })
  async listar(
    @Query({ schema: consultaSchema }) { reservaId }: z.output<typeof consultaSchema>,
    @UsuarioAtual() { id: usuarioId, papeis }: Usuario,
  ): Promise<NotificacoesHttp> {
    const veTudo = papeis.includes('ADMIN') || papeis.includes('OPERADOR');
    return { itens: await this.entregas.daReserva(reservaId, veTudo ? undefined : usuarioId) };
  }
}
