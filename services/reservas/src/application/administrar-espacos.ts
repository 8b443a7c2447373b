import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CadastroDeEspaco, type Espaco, verificarFuncionamento } from '../domain/espaco.js';
import { CatalogoRepository, type MudancaDeEspaco } from './ports.js';

/* What admins do to the catalogue. Nothing is ever lost: each change is a version, and bookings keep theirs. */

export class CriarEspaco extends Command<string> {
  constructor(
    readonly cadastro: CadastroDeEspaco,
    readonly autorId: string,
  ) {
    super();
  }
}

@CommandHandler(CriarEspaco)
export class CriarEspacoHandler implements ICommandHandler<CriarEspaco> {
  constructor(private readonly catalogo: CatalogoRepository) {}

  /** @returns the id of the draft @throws HorariosSobrepostos, ComposicaoInvalida */
  async execute({ cadastro, autorId }: CriarEspaco): Promise<string> {
    verificarFuncionamento(cadastro);
    const id = randomUUIDv7();
    await this.catalogo.insert(id, cadastro, 'RASCUNHO', autorId);
    return id;
  }
}

export class SubstituirEspaco extends Command<void> {
  constructor(
    readonly id: string,
    readonly cadastro: CadastroDeEspaco,
    readonly mudanca: MudancaDeEspaco,
  ) {
    super();
  }
}

@CommandHandler(SubstituirEspaco)
export class SubstituirEspacoHandler implements ICommandHandler<SubstituirEspaco> {
  constructor(private readonly catalogo: CatalogoRepository) {}

  /** @throws HorariosSobrepostos, and what CatalogoRepository.replace throws */
  async execute({ id, cadastro, mudanca }: SubstituirEspaco): Promise<void> {
    verificarFuncionamento(cadastro);
    await this.catalogo.replace(id, cadastro, mudanca);
  }
}

export class MudarSituacaoDoEspaco extends Command<void> {
  constructor(
    readonly id: string,
    readonly situacao: Espaco['situacao'],
    readonly mudanca: MudancaDeEspaco,
  ) {
    super();
  }
}

@CommandHandler(MudarSituacaoDoEspaco)
export class MudarSituacaoDoEspacoHandler implements ICommandHandler<MudarSituacaoDoEspaco> {
  constructor(private readonly catalogo: CatalogoRepository) {}

  /** Publishes or archives. @throws what CatalogoRepository.moveTo throws */
  async execute({ id, situacao, mudanca }: MudarSituacaoDoEspaco): Promise<void> {
    await this.catalogo.moveTo(id, situacao, mudanca);
  }
}
