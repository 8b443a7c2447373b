import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { AprovarReserva } from '../application/aprovar-reserva.js';
import { CancelarReserva, PreverCancelamento } from '../application/cancelar-reserva.js';
import { ConsultarHistorico } from '../application/consultar-historico.js';
import { ConsultarLinhaDaReserva } from '../application/consultar-linha-da-reserva.js';
import { ConsultarReserva, ListarReservas } from '../application/consultar-reservas.js';
import { CriarReserva } from '../application/criar-reserva.js';
import { DescreverReserva } from '../application/descrever-reserva.js';
import { FazerCheckin } from '../application/fazer-checkin.js';
import { PedirMaisTempo } from '../application/pedir-mais-tempo.js';
import { ConsultarHorariosDaReserva, PreverRemarcacao } from '../application/prever-remarcacao.js';
import { RemarcarReserva } from '../application/remarcar-reserva.js';
import { RepetirReserva } from '../application/repetir-reserva.js';
import { periodoDe } from './espacos.controller.js';

const MAX_DIAS = 31;
const { reservas } = operacoesDeReservas;

@Controller()
export class ReservasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(reservas.create)
  create({ corpo, usuario }: Pedido<typeof reservas.create>) {
    const { espacoId, inicio, fim, fuso, cotacaoId, cupom, ...dito } = corpo;
    return this.commands.execute(
      new CriarReserva(usuario, espacoId, new Date(inicio), new Date(fim), fuso, { cotacaoId, cupom }, dito),
    );
  }

  @Operacao(reservas.list)
  list({ consulta, usuario }: Pedido<typeof reservas.list>) {
    return this.queries.execute(new ListarReservas(consulta, usuario));
  }

  @Operacao(reservas.byId)
  byId({ parametros, usuario }: Pedido<typeof reservas.byId>) {
    return this.queries.execute(new ConsultarReserva(parametros.id, usuario));
  }

  @Operacao(reservas.describe)
  async describe({ parametros: { id }, corpo, usuario }: Pedido<typeof reservas.describe>) {
    await this.commands.execute(new DescreverReserva(id, usuario, corpo));
    return this.queries.execute(new ConsultarReserva(id, usuario));
  }

  @Operacao(reservas.again)
  again({ parametros: { id }, usuario }: Pedido<typeof reservas.again>) {
    return this.queries.execute(new RepetirReserva(id, usuario));
  }

  @Operacao(reservas.history)
  history({ parametros: { id }, consulta: { em }, usuario }: Pedido<typeof reservas.history>) {
    return this.queries.execute(new ConsultarHistorico(id, usuario, em === undefined ? undefined : new Date(em)));
  }

  @Operacao(reservas.timeline)
  timeline({ parametros: { id }, consulta, usuario }: Pedido<typeof reservas.timeline>) {
    return this.queries.execute(new ConsultarLinhaDaReserva(id, consulta, usuario));
  }

  @Operacao(reservas.previewCancellation)
  previewCancellation({ parametros: { id }, usuario }: Pedido<typeof reservas.previewCancellation>) {
    return this.queries.execute(new PreverCancelamento(id, usuario));
  }

  @Operacao(reservas.cancel)
  async cancel({ parametros: { id }, corpo, usuario }: Pedido<typeof reservas.cancel>) {
    await this.commands.execute(
      new CancelarReserva(id, usuario, corpo?.justificativa, corpo?.reembolsoEsperadoCentavos),
    );
    return this.queries.execute(new ConsultarReserva(id, usuario));
  }

  @Operacao(reservas.previewMove)
  previewMove({ parametros: { id }, consulta: { inicio, fim }, usuario }: Pedido<typeof reservas.previewMove>) {
    return this.queries.execute(new PreverRemarcacao(id, usuario, new Date(inicio), new Date(fim)));
  }

  @Operacao(reservas.possibleMoves)
  possibleMoves({ parametros: { id }, consulta: { de, ate }, usuario }: Pedido<typeof reservas.possibleMoves>) {
    return this.queries.execute(new ConsultarHorariosDaReserva(id, usuario, periodoDe(de, ate, MAX_DIAS)));
  }

  @Operacao(reservas.move)
  async move({ parametros: { id }, corpo: { inicio, fim, fuso }, usuario }: Pedido<typeof reservas.move>) {
    await this.commands.execute(new RemarcarReserva(id, usuario, new Date(inicio), new Date(fim), fuso));
    return this.queries.execute(new ConsultarReserva(id, usuario));
  }

  @Operacao(reservas.extend)
  async extend({ parametros: { id }, usuario }: Pedido<typeof reservas.extend>) {
    await this.commands.execute(new PedirMaisTempo(id, usuario));
    return this.queries.execute(new ConsultarReserva(id, usuario));
  }

  @Operacao(reservas.approve)
  async approve({ parametros: { id }, corpo, usuario }: Pedido<typeof reservas.approve>) {
    await this.commands.execute(new AprovarReserva(id, usuario, corpo));
    return this.queries.execute(new ConsultarReserva(id, usuario));
  }

  @Operacao(reservas.checkIn)
  async checkIn({ parametros: { id }, corpo, usuario }: Pedido<typeof reservas.checkIn>) {
    await this.commands.execute(new FazerCheckin(corpo.codigo, usuario, id));
    return this.queries.execute(new ConsultarReserva(id, usuario));
  }
}
