import { Controller } from '@nestjs/common';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { BloquearEspaco } from '../application/bloquear-espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';

const { bloqueios } = operacoesDeReservas;

@Controller()
export class BloqueiosController {
  constructor(private readonly bloqueios: BloquearEspaco) {}

  @Operacao(bloqueios.list)
  list({ parametros: { id }, consulta: { de, cursor, limite } }: Pedido<typeof bloqueios.list>) {
    return this.bloqueios.list(id, de === undefined ? undefined : new Date(de), cursor, limite);
  }

  @Operacao(bloqueios.create)
  create({ parametros, corpo, usuario }: Pedido<typeof bloqueios.create>) {
    const { inicio, fim, motivo, unidades } = corpo;
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
    return this.bloqueios.block(parametros.id, periodo, motivo, unidades, usuario.id);
  }

  @Operacao(bloqueios.remove)
  remove({ parametros: { id, bloqueioId } }: Pedido<typeof bloqueios.remove>): Promise<void> {
    return this.bloqueios.unblock(id, bloqueioId);
  }
}
