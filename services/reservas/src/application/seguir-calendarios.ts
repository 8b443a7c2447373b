import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MAXIMO_DE_SEGUIDOS, type NovoCalendarioSeguidoHttp } from '@plataforma/contracts';
import { UnidadeInexistente } from '../domain/errors.js';
import { EspacoRepository } from './ports.js';
import { BuscaDeCalendario, SeguidoRepository } from './ports-seguidos.js';

/* A space follows calendars of elsewhere: whoever administers it says which. */

export class SeguirCalendario extends Command<string> {
  constructor(
    readonly espacoId: string,
    readonly novo: NovoCalendarioSeguidoHttp,
    readonly autorId: string,
  ) {
    super();
  }
}

@CommandHandler(SeguirCalendario)
export class SeguirCalendarioHandler implements ICommandHandler<SeguirCalendario> {
  constructor(
    private readonly espacos: EspacoRepository,
    private readonly seguidos: SeguidoRepository,
    private readonly busca: BuscaDeCalendario,
  ) {}

  /** @returns its id. @throws EspacoInexistente, EnderecoProibido, UnidadeInexistente, SeguidosDemais */
  async execute({ espacoId, novo, autorId }: SeguirCalendario): Promise<string> {
    const { nome, endereco } = novo;
    this.busca.check(endereco);
    const { espaco } = await this.espacos.load(espacoId);
    const unidades = novo.unidades === undefined ? null : [...new Set(novo.unidades)];
    if (unidades?.some((unidade) => !espaco.unidades.includes(unidade))) throw new UnidadeInexistente();
    const id = randomUUIDv7();
    await this.seguidos.insert({ id, espacoId, nome, endereco, unidades, autorId }, MAXIMO_DE_SEGUIDOS);
    return id;
  }
}

export class PausarSeguido extends Command<void> {
  constructor(
    readonly espacoId: string,
    readonly id: string,
    /** false: it goes on. */
    readonly pausado: boolean,
  ) {
    super();
  }
}

@CommandHandler(PausarSeguido)
export class PausarSeguidoHandler implements ICommandHandler<PausarSeguido> {
  constructor(private readonly seguidos: SeguidoRepository) {}

  /** @throws SeguidoInexistente */
  execute({ espacoId, id, pausado }: PausarSeguido): Promise<void> {
    return this.seguidos.setActive(espacoId, id, !pausado);
  }
}

export class ApressarSeguido extends Command<void> {
  constructor(
    readonly espacoId: string,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(ApressarSeguido)
export class ApressarSeguidoHandler implements ICommandHandler<ApressarSeguido> {
  constructor(private readonly seguidos: SeguidoRepository) {}

  /** @throws SeguidoInexistente, SeguidoPausado */
  execute({ espacoId, id }: ApressarSeguido): Promise<void> {
    return this.seguidos.hasten(espacoId, id);
  }
}

export class LargarCalendario extends Command<void> {
  constructor(
    readonly espacoId: string,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(LargarCalendario)
export class LargarCalendarioHandler implements ICommandHandler<LargarCalendario> {
  constructor(private readonly seguidos: SeguidoRepository) {}

  /** @throws SeguidoInexistente */
  execute({ espacoId, id }: LargarCalendario): Promise<void> {
    return this.seguidos.remove(espacoId, id);
  }
}
