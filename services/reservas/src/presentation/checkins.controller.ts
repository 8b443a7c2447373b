import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { type CheckinHttp, checkinHttp, reservaHttp } from '@plataforma/contracts';
import { ExigePapel, problemSchema, type Usuario, UsuarioAtual } from '@plataforma/platform';
import { ConsultarReservas } from '../application/consultar-reservas.js';
import { FazerCheckin } from '../application/fazer-checkin.js';

/** For whoever receives people: the code says which booking it is. */
@ApiTags('reservas')
@ApiBearerAuth()
@Controller('v1/checkins')
@ExigePapel('ADMIN', 'OPERADOR')
export class CheckinsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly consultas: ConsultarReservas,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Check-in pelo código que a pessoa apresenta' })
  @ApiOkResponse({ standardSchema: reservaHttp })
  @ApiConflictResponse({ standardSchema: problemSchema })
  @ApiUnprocessableEntityResponse({ standardSchema: problemSchema, description: 'Nenhuma reserva tem este código' })
  async create(@Body({ schema: checkinHttp }) { codigo }: CheckinHttp, @UsuarioAtual() usuario: Usuario) {
    const id = await this.commands.execute<FazerCheckin, string>(new FazerCheckin(codigo, usuario));
    return this.consultas.byId(id, usuario);
  }
}
