import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Auditoria } from '@plataforma/messaging';

/** Somebody of the house is about to do something where there is no database to record it in. */
export class RegistrarAcao extends Command<void> {
  constructor(
    readonly acao: 'REENVIO' | 'EXCLUSAO',
    readonly mensagem: string,
  ) {
    super();
  }
}

@CommandHandler(RegistrarAcao)
export class RegistrarAcaoHandler implements ICommandHandler<RegistrarAcao> {
  constructor(private readonly auditoria: Auditoria) {}

  execute({ acao, mensagem }: RegistrarAcao): Promise<void> {
    return this.auditoria.record(acao === 'REENVIO' ? 'mensagem-morta.reenviada' : 'mensagem-morta.excluida', {
      alvo: `mensagem-morta/${mensagem}`.slice(0, 200),
    });
  }
}
