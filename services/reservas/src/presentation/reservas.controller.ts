import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
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
  type AprovacaoHttp,
  aprovacaoHttp,
  type CancelamentoHttp,
  cancelamentoHttp,
  type CheckinHttp,
  checkinHttp,
  type FiltroDeReservasHttp,
  filtroDeReservasHttp,
  historicoHttp,
  type MomentoHttp,
  momentoHttp,
  type NovaReservaHttp,
  novaReservaHttp,
  previaDeCancelamentoHttp,
  type PreviaDeCancelamentoHttp,
  type RemarcacaoHttp,
  remarcacaoHttp,
  reservaHttp,
  reservasHttp,
} from '@plataforma/contracts';
import { ExigePapel, Idempotente, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { z } from 'zod';
import { AprovarReserva } from '../application/aprovar-reserva.js';
import { CancelarReserva, PreverCancelamento } from '../application/cancelar-reserva.js';
import { ConsultarHistorico } from '../application/consultar-historico.js';
import { ConsultarReservas } from '../application/consultar-reservas.js';
import { CriarReserva } from '../application/criar-reserva.js';
import { FazerCheckin } from '../application/fazer-checkin.js';
import { RemarcarReserva } from '../application/remarcar-reserva.js';

@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1/reservas')
export class ReservasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly consultas: ConsultarReservas,
    private readonly historicos: ConsultarHistorico,
  ) {}

  @Post()
  @Idempotente()
  @ApiOperation({ summary: 'Retém o espaço e abre a cobrança' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema, description: 'O espaço ou a cotação não existe' })
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

  @Get(':id/historico')
  @ApiOperation({ summary: 'Tudo o que aconteceu com a reserva, e o que ela era em qualquer momento' })
  @ApiOkResponse({ standardSchema: historicoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  history(
    @Param('id', { schema: z.uuid() }) id: string,
    @Query({ schema: momentoHttp }) { em }: MomentoHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    return this.historicos.read(id, usuario, em === undefined ? undefined : new Date(em));
  }

  @Get(':id/cancelamento')
  @ApiOperation({ summary: 'O que voltaria se a reserva fosse cancelada agora' })
  @ApiOkResponse({ standardSchema: previaDeCancelamentoHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  previewCancellation(@Param('id', { schema: z.uuid() }) id: string, @UsuarioAtual() usuario: Usuario) {
    return this.queries.execute<PreverCancelamento, PreviaDeCancelamentoHttp>(new PreverCancelamento(id, usuario));
  }

  @Post(':id/cancelamento')
  @HttpCode(200)
  @Idempotente()
  @ApiOperation({ summary: 'Cancela; o reembolso segue a política do momento da reserva' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async cancel(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: cancelamentoHttp }) body: CancelamentoHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    await this.commands.execute<CancelarReserva, void>(
      new CancelarReserva(id, usuario, body?.justificativa, body?.reembolsoEsperadoCentavos),
    );
    return this.consultas.byId(id, usuario);
  }

  @Post(':id/remarcacao')
  @HttpCode(200)
  @Idempotente()
  @ApiOperation({ summary: 'Muda de horário: na hora, ou, se custa mais, quando a diferença for paga' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'O novo horário está ocupado' })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O horário viola uma regra do espaço' })
  async move(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: remarcacaoHttp }) { inicio, fim, fuso }: RemarcacaoHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    await this.commands.execute<RemarcarReserva, void>(
      new RemarcarReserva(id, usuario, new Date(inicio), new Date(fim), fuso),
    );
    return this.consultas.byId(id, usuario);
  }

  @Post(':id/aprovacao')
  @HttpCode(200)
  @ExigePapel('ADMIN')
  @Idempotente()
  @ApiOperation({ summary: 'Aprova um pedido, que passa a esperar o pagamento, ou o recusa com uma justificativa' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  async approve(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: aprovacaoHttp }) body: AprovacaoHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    await this.commands.execute<AprovarReserva, void>(new AprovarReserva(id, usuario, body));
    return this.consultas.byId(id, usuario);
  }

  @Post(':id/checkin')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check-in com o código da reserva, de pouco antes do início até o fim' })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'O código não é o desta reserva' })
  async checkIn(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: checkinHttp }) { codigo }: CheckinHttp,
    @UsuarioAtual() usuario: Usuario,
  ) {
    await this.commands.execute<FazerCheckin, string>(new FazerCheckin(codigo, usuario, id));
    return this.consultas.byId(id, usuario);
  }
}
