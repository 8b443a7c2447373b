import { Controller, UseGuards } from '@nestjs/common';
import { mensagensMortas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { MensagensMortas } from './mensagens-mortas.js';
import { SessaoViva } from './sessao-viva.js';

@Controller()
@UseGuards(SessaoViva)
export class MensagensMortasController {
  constructor(private readonly mensagens: MensagensMortas) {}

  @Operacao(mensagensMortas.list)
  list({ consulta }: Pedido<typeof mensagensMortas.list>) {
    return this.mensagens.list(consulta.limite);
  }

  @Operacao(mensagensMortas.replay)
  replay({ parametros }: Pedido<typeof mensagensMortas.replay>) {
    return this.mensagens.replay(parametros.id);
  }

  @Operacao(mensagensMortas.drop)
  drop({ parametros }: Pedido<typeof mensagensMortas.drop>) {
    return this.mensagens.drop(parametros.id);
  }
}
