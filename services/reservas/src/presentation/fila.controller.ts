import { Controller } from '@nestjs/common';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { FilaDeEspera } from '../application/fila-de-espera.js';

const { fila } = operacoesDeReservas;

@Controller()
export class FilaController {
  constructor(private readonly fila: FilaDeEspera) {}

  @Operacao(fila.join)
  join({ corpo, usuario }: Pedido<typeof fila.join>) {
    return this.fila.join(usuario.id, corpo);
  }

  @Operacao(fila.list)
  list({ consulta, usuario }: Pedido<typeof fila.list>) {
    return this.fila.list(consulta, usuario);
  }

  @Operacao(fila.byId)
  byId({ parametros, usuario }: Pedido<typeof fila.byId>) {
    return this.fila.byId(parametros.id, usuario.id);
  }

  @Operacao(fila.leave)
  leave({ parametros, usuario }: Pedido<typeof fila.leave>) {
    return this.fila.leave(parametros.id, usuario);
  }
}
