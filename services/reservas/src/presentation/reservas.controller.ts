import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas, type PreviaDeCancelamentoHttp } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { AprovarReserva } from '../application/aprovar-reserva.js';
import { CancelarReserva, PreverCancelamento } from '../application/cancelar-reserva.js';
import { ConsultarHistorico } from '../application/consultar-historico.js';
import { ConsultarReservas } from '../application/consultar-reservas.js';
import { CriarReserva } from '../application/criar-reserva.js';
import { FazerCheckin } from '../application/fazer-checkin.js';
import { RemarcarReserva } from '../application/remarcar-reserva.js';

const { reservas } = operacoesDeReservas;

@Controller()
export class ReservasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly consultas: ConsultarReservas,
    private readonly historicos: ConsultarHistorico,
  ) {}

  @Operacao(reservas.create)
  async create({ corpo, usuario }: Pedido<typeof reservas.create>) {
    const { espacoId, inicio, fim, fuso, cotacaoId, cupom } = corpo;
    const id = await this.commands.execute<CriarReserva, string>(
      new CriarReserva(usuario.id, espacoId, new Date(inicio), new Date(fim), fuso, { cotacaoId, cupom }),
    );
    return this.consultas.byId(id, usuario);
  }

  @Operacao(reservas.list)
  list({ consulta, usuario }: Pedido<typeof reservas.list>) {
    return this.consultas.list(consulta, usuario);
  }

  @Operacao(reservas.byId)
  byId({ parametros, usuario }: Pedido<typeof reservas.byId>) {
    return this.consultas.byId(parametros.id, usuario);
  }

  @Operacao(reservas.history)
  history({ parametros: { id }, consulta: { em }, usuario }: Pedido<typeof reservas.history>) {
    return this.historicos.read(id, usuario, em === undefined ? undefined : new Date(em));
  }

  @Operacao(reservas.previewCancellation)
  previewCancellation({ parametros: { id }, usuario }: Pedido<typeof reservas.previewCancellation>) {
    return this.queries.execute<PreverCancelamento, PreviaDeCancelamentoHttp>(new PreverCancelamento(id, usuario));
  }

  @Operacao(reservas.cancel)
  async cancel({ parametros: { id }, corpo, usuario }: Pedido<typeof reservas.cancel>) {
    await this.commands.execute<CancelarReserva, void>(
      new CancelarReserva(id, usuario, corpo?.justificativa, corpo?.reembolsoEsperadoCentavos),
    );
    return this.consultas.byId(id, usuario);
  }

  @Operacao(reservas.move)
  async move({ parametros: { id }, corpo: { inicio, fim, fuso }, usuario }: Pedido<typeof reservas.move>) {
    await this.commands.execute<RemarcarReserva, void>(
      new RemarcarReserva(id, usuario, new Date(inicio), new Date(fim), fuso),
    );
    return this.consultas.byId(id, usuario);
  }

  @Operacao(reservas.approve)
  async approve({ parametros: { id }, corpo, usuario }: Pedido<typeof reservas.approve>) {
    await this.commands.execute<AprovarReserva, void>(new AprovarReserva(id, usuario, corpo));
    return this.consultas.byId(id, usuario);
  }

  @Operacao(reservas.checkIn)
  async checkIn({ parametros: { id }, corpo, usuario }: Pedido<typeof reservas.checkIn>) {
    await this.commands.execute<FazerCheckin, string>(new FazerCheckin(corpo.codigo, usuario, id));
    return this.consultas.byId(id, usuario);
  }
}
