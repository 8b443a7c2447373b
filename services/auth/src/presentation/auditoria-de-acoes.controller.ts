import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { RegistrarAcao } from '../application/registrar-acao.js';

const { auditoria } = operacoesDeAuth;

@Controller()
export class AuditoriaDeAcoesController {
  constructor(private readonly commands: CommandBus) {}

  @Operacao(auditoria.registrarAcao)
  registrarAcao({
    corpo: { acao, mensagem, motivo, ...entrega },
  }: Pedido<typeof auditoria.registrarAcao>): Promise<void> {
    return this.commands.execute(new RegistrarAcao(acao, mensagem, entrega, motivo));
  }
}
