import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PreferenciasHttp } from '@plataforma/contracts';
import { Descadastro } from './descadastro.js';
import { PreferenciasRepository } from './ports.js';

export class VerPreferencias extends Query<PreferenciasHttp> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@QueryHandler(VerPreferencias)
export class VerPreferenciasHandler implements IQueryHandler<VerPreferencias> {
  constructor(private readonly preferencias: PreferenciasRepository) {}

  execute({ usuarioId }: VerPreferencias): Promise<PreferenciasHttp> {
    return this.preferencias.of(usuarioId);
  }
}

export class MudarPreferencias extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly escolhas: PreferenciasHttp,
  ) {
    super();
  }
}

@CommandHandler(MudarPreferencias)
export class MudarPreferenciasHandler implements ICommandHandler<MudarPreferencias> {
  constructor(private readonly preferencias: PreferenciasRepository) {}

  execute({ usuarioId, escolhas }: MudarPreferencias): Promise<void> {
    return this.preferencias.save(usuarioId, escolhas);
  }
}

/** Whoever holds what a message brought wants no more of these; false when it is of no message of ours. */
export class Descadastrar extends Command<boolean> {
  constructor(readonly token: string) {
    super();
  }
}

@CommandHandler(Descadastrar)
export class DescadastrarHandler implements ICommandHandler<Descadastrar> {
  constructor(
    private readonly preferencias: PreferenciasRepository,
    private readonly descadastros: Descadastro,
  ) {}

  async execute({ token }: Descadastrar): Promise<boolean> {
    const quem = this.descadastros.read(token);
    if (quem) await this.preferencias.turnOff(quem.usuarioId, 'EMAIL', quem.finalidade);
    return quem !== undefined;
  }
}
