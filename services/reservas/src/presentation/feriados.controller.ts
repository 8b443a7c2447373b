import { Controller } from '@nestjs/common';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { Feriados } from '../application/feriados.js';

const { feriados } = operacoesDeReservas;

@Controller()
export class FeriadosController {
  constructor(private readonly feriados: Feriados) {}

  @Operacao(feriados.list)
  list({ consulta }: Pedido<typeof feriados.list>) {
    return this.feriados.list(consulta);
  }

  @Operacao(feriados.add)
  add({ corpo }: Pedido<typeof feriados.add>) {
    return this.feriados.add(corpo);
  }

  @Operacao(feriados.remove)
  remove({ parametros }: Pedido<typeof feriados.remove>): Promise<void> {
    return this.feriados.remove(parametros.id);
  }
}
