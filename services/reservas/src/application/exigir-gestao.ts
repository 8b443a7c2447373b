import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Usuario } from '@plataforma/platform';
import { Acessos } from './acessos.js';

/** Of whoever is about to administer a space: that they may. A refusal is recorded. */
export class ExigirGestao extends Command<void> {
  constructor(
    readonly espacoId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@CommandHandler(ExigirGestao)
export class ExigirGestaoHandler implements ICommandHandler<ExigirGestao> {
  constructor(private readonly acessos: Acessos) {}

  /** @throws SemAcessoAoEspaco, whether or not there is such a space */
  execute({ espacoId, usuario }: ExigirGestao): Promise<void> {
    return this.acessos.exigirGestao(espacoId, usuario);
  }
}
