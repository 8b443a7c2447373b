import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  EnviosLocaisHttp,
  FiltroDeEnviosLocaisHttp,
  FiltroDeSupressoesHttp,
  NovaSupressaoHttp,
  SupressaoHttp,
  SupressoesHttp,
} from '@plataforma/contracts';
import { EnviosLocais } from './envios-locais.js';
import { Supressoes } from './supressoes.js';

/* What an administrator sees of the channels, and decides. */

export class ListarEnviosLocais extends Query<EnviosLocaisHttp> {
  constructor(readonly filtro: FiltroDeEnviosLocaisHttp) {
    super();
  }
}

@QueryHandler(ListarEnviosLocais)
export class ListarEnviosLocaisHandler implements IQueryHandler<ListarEnviosLocais> {
  constructor(private readonly envios: EnviosLocais) {}

  execute({ filtro }: ListarEnviosLocais): Promise<EnviosLocaisHttp> {
    return this.envios.list(filtro);
  }
}

export class ListarSupressoes extends Query<SupressoesHttp> {
  constructor(readonly filtro: FiltroDeSupressoesHttp) {
    super();
  }
}

@QueryHandler(ListarSupressoes)
export class ListarSupressoesHandler implements IQueryHandler<ListarSupressoes> {
  constructor(private readonly supressoes: Supressoes) {}

  execute({ filtro }: ListarSupressoes): Promise<SupressoesHttp> {
    return this.supressoes.list(filtro);
  }
}

export class SuprimirEndereco extends Command<SupressaoHttp> {
  constructor(readonly nova: NovaSupressaoHttp) {
    super();
  }
}

@CommandHandler(SuprimirEndereco)
export class SuprimirEnderecoHandler implements ICommandHandler<SuprimirEndereco> {
  constructor(private readonly supressoes: Supressoes) {}

  execute({ nova }: SuprimirEndereco): Promise<SupressaoHttp> {
    return this.supressoes.add(nova);
  }
}

export class LiberarEndereco extends Command<void> {
  constructor(readonly supressaoId: string) {
    super();
  }
}

@CommandHandler(LiberarEndereco)
export class LiberarEnderecoHandler implements ICommandHandler<LiberarEndereco> {
  constructor(private readonly supressoes: Supressoes) {}

  execute({ supressaoId }: LiberarEndereco): Promise<void> {
    return this.supressoes.remove(supressaoId);
  }
}
