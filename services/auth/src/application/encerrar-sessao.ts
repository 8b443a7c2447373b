import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SessaoRepository, TokensDeRenovacao } from './ports.js';

/** Logs out, by any refresh token of the session; nothing when there is none. */
export class EncerrarSessao extends Command<void> {
  constructor(readonly token: string) {
    super();
  }
}

@CommandHandler(EncerrarSessao)
export class EncerrarSessaoHandler implements ICommandHandler<EncerrarSessao> {
  constructor(
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
  ) {}

  async execute({ token }: EncerrarSessao): Promise<void> {
    await this.sessoes.end(this.tokens.hash(token));
  }
}
