import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { SessaoInexistente } from '../domain/errors.js';
import { SessaoRepository, type SessaoVista } from './ports.js';

/** Where somebody is logged in. */
export class ListarSessoes extends Query<SessaoVista[]> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@QueryHandler(ListarSessoes)
export class ListarSessoesHandler implements IQueryHandler<ListarSessoes> {
  constructor(private readonly sessoes: SessaoRepository) {}

  execute({ usuarioId }: ListarSessoes): Promise<SessaoVista[]> {
    return this.sessoes.list(usuarioId);
  }
}

/** Logs out one of one's own sessions, also this one. */
export class RevogarSessao extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly sessaoId: string,
  ) {
    super();
  }
}

@CommandHandler(RevogarSessao)
export class RevogarSessaoHandler implements ICommandHandler<RevogarSessao> {
  constructor(private readonly sessoes: SessaoRepository) {}

  /** @throws SessaoInexistente also for somebody else's */
  async execute({ usuarioId, sessaoId }: RevogarSessao): Promise<void> {
    if ((await this.sessoes.endOf({ usuarioId, so: sessaoId }, 'REVOGADA')) === 0) throw new SessaoInexistente();
  }
}

/** Logs out everywhere; `menos` stays. */
export class RevogarSessoes extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly menos: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(RevogarSessoes)
export class RevogarSessoesHandler implements ICommandHandler<RevogarSessoes> {
  constructor(private readonly sessoes: SessaoRepository) {}

  async execute({ usuarioId, menos }: RevogarSessoes): Promise<void> {
    await this.sessoes.endOf({ usuarioId, menos }, 'REVOGADA');
  }
}
