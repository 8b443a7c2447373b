import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import {
  type FiltroDeReservasHttp,
  filtroDeReservasHttp,
  type NovaReservaHttp,
  novaReservaHttp,
  reservaHttp,
  reservasHttp,
} from '@plataforma/contracts';
import { Idempotente, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { CancelarReserva } from '../application/cancelar-reserva.js';
import { ConsultarReservas } from '../application/consultar-reservas.js';
import { CriarReserva } from '../application/criar-reserva.js';

@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1/reservas')
export class ReservasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly consultas: ConsultarReservas,
  ) {}

  @Post()
  @Idempotente()
  @ApiOperation({ summary: 'Retém o espaço e abre a cobrança' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: reservaHttp })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O espaço já está ocupado no período' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O período viola uma regra do espaço' })
  async create(@Body({ schema: novaReservaHttp }) body: NovaReservaHttp, @UsuarioAtual() usuario: Usuario) {
    const id = await this.commands.execute<CriarReserva, string>(
      new CriarReserva(usuario.id, body.espacoId, new Date(body.inicio), new Date(body.fim), body.fuso, {
        cotacaoId: body.cotacaoId,
        cupom: body.cupom,
      }),
    );
    return this.consultas.byId(id, usuario);
  }

  @Get()
  @ApiOperation({ summary: 'As reservas de quem pergunta; todas, para quem administra ou opera' })
  @ApiOkResponse({ standardSchema: reservasHttp })
  list(@Query({ schema: filtroDeReservasHttp }) query: FiltroDeReservasHttp, @UsuarioAtual() usuario: Usuario) {
    return this.consultas.list(query, usuario);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Uma reserva' })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  byId(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.consultas.byId(id, usuario);
  }

  @Post(':id/cancelamento')
  @HttpCode(200)
  @Idempotente()
  @ApiOperation({ summary: 'Cancela; o reembolso segue a política do momento da reserva' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    await this.commands.execute<CancelarReserva, void>(new CancelarReserva(id, usuario));
    return this.consultas.byId(id, usuario);
  }
}
