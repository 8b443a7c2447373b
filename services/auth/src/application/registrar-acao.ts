import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Auditoria } from '@plataforma/messaging';

/** Somebody of the house is about to do something where there is no database to record it in. */
export class RegistrarAcao extends Command<void> {
  constructor(
    readonly acao: 'REENVIO' | 'EXCLUSAO',
    readonly mensagem: string,
    readonly entrega: { readonly fila?: string | undefined; readonly mensagemId?: string | undefined } = {},
    readonly motivo?: string,
  ) {
    super();
  }
}

@CommandHandler(RegistrarAcao)
export class RegistrarAcaoHandler implements ICommandHandler<RegistrarAcao> {
  constructor(private readonly auditoria: Auditoria) {}

  execute({ acao, mensagem, entrega: { fila, mensagemId }, motivo }: RegistrarAcao): Promise<void> {
    const dados = {
      ...(fila !== undefined && mensagemId !== undefined && { fila, mensagemId }),
      ...(motivo !== undefined && { motivo }),
    };
    return this.auditoria.record(acao === 'REENVIO' ? 'mensagem-morta.reenviada' : 'mensagem-morta.excluida', {
      alvo: `mensagem-morta/${mensagem}`.slice(0, 200),
      ...(Object.keys(dados).length > 0 && { dados }),
    });
  }
}
