import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DestinoHttp } from '@plataforma/contracts';
import type { ChavesDeNavegador } from '../domain/destino.js';
import { Destinos } from './destinos.js';

/* Where a person wants to be told things: asked by themselves. */

export class ListarDestinos extends Query<DestinoHttp[]> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@QueryHandler(ListarDestinos)
export class ListarDestinosHandler implements IQueryHandler<ListarDestinos> {
  constructor(private readonly destinos: Destinos) {}

  execute({ usuarioId }: ListarDestinos): Promise<DestinoHttp[]> {
    return this.destinos.list(usuarioId);
  }
}

export class ConsultarChaveDeNavegador extends Query<string | null> {}

@QueryHandler(ConsultarChaveDeNavegador)
export class ConsultarChaveDeNavegadorHandler implements IQueryHandler<ConsultarChaveDeNavegador> {
  constructor(private readonly destinos: Destinos) {}

  execute(): Promise<string | null> {
    return Promise.resolve(this.destinos.chavePublica);
  }
}

export class InformarTelefone extends Command<DestinoHttp> {
  constructor(
    readonly usuarioId: string,
    readonly numero: string,
  ) {
    super();
  }
}

@CommandHandler(InformarTelefone)
export class InformarTelefoneHandler implements ICommandHandler<InformarTelefone> {
  constructor(private readonly destinos: Destinos) {}

  execute({ usuarioId, numero }: InformarTelefone): Promise<DestinoHttp> {
    return this.destinos.informarTelefone(usuarioId, numero);
  }
}

export class VerificarTelefone extends Command<DestinoHttp> {
  constructor(
    readonly usuarioId: string,
    readonly destinoId: string,
    readonly codigo: string,
  ) {
    super();
  }
}

@CommandHandler(VerificarTelefone)
export class VerificarTelefoneHandler implements ICommandHandler<VerificarTelefone> {
  constructor(private readonly destinos: Destinos) {}

  execute({ usuarioId, destinoId, codigo }: VerificarTelefone): Promise<DestinoHttp> {
    return this.destinos.verificar(usuarioId, destinoId, codigo);
  }
}

/** A browser when it has keys, else an application. */
export class RegistrarAparelho extends Command<DestinoHttp> {
  constructor(
    readonly usuarioId: string,
    readonly endereco: string,
    readonly nome: string | undefined,
    readonly chaves?: ChavesDeNavegador,
  ) {
    super();
  }
}

@CommandHandler(RegistrarAparelho)
export class RegistrarAparelhoHandler implements ICommandHandler<RegistrarAparelho> {
  constructor(private readonly destinos: Destinos) {}

  execute({ usuarioId, endereco, nome, chaves }: RegistrarAparelho): Promise<DestinoHttp> {
    return chaves
      ? this.destinos.registrarNavegador(usuarioId, endereco, chaves, nome)
      : this.destinos.registrarAplicativo(usuarioId, endereco, nome);
  }
}

export class RemoverDestino extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly destinoId: string,
  ) {
    super();
  }
}

@CommandHandler(RemoverDestino)
export class RemoverDestinoHandler implements ICommandHandler<RemoverDestino> {
  constructor(private readonly destinos: Destinos) {}

  execute({ usuarioId, destinoId }: RemoverDestino): Promise<void> {
    return this.destinos.remove(usuarioId, destinoId);
  }
}
