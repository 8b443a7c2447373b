import { Controller } from '@nestjs/common';
import { operacoesDeAuth } from '@plataforma/contracts';
import { Auditoria } from '@plataforma/messaging';
import { Operacao, type Pedido } from '@plataforma/platform';

const { auditoria } = operacoesDeAuth;

@Controller()
export class AuditoriaDeAcoesController {
  constructor(private readonly auditoria: Auditoria) {}

  @Operacao(auditoria.registrarAcao)
  registrarAcao({ corpo: { acao, mensagem } }: Pedido<typeof auditoria.registrarAcao>): Promise<void> {
    return this.auditoria.record(acao === 'REENVIO' ? 'mensagem-morta.reenviada' : 'mensagem-morta.excluida', {
      alvo: `mensagem-morta/${mensagem}`.slice(0, 200),
    });
  }
}
