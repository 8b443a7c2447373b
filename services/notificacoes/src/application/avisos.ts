import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type NotificacoesHttp, pode } from '@plataforma/contracts';
import type { Usuario } from '@plataforma/platform';
import type { Contato } from '../domain/entrega.js';
import { Canais, EntregaRepository, type NovaEntrega } from './ports.js';

/** How a person can be reached, as their `versao`-th message tells it. */
export class RegistrarContato extends Command<void> {
  constructor(
    readonly contato: Contato,
    readonly versao: number,
  ) {
    super();
  }
}

@CommandHandler(RegistrarContato)
export class RegistrarContatoHandler implements ICommandHandler<RegistrarContato> {
  constructor(private readonly entregas: EntregaRepository) {}

  async execute({ contato, versao }: RegistrarContato): Promise<void> {
    await this.entregas.saveContato(contato, versao);
  }
}

/** Somebody is to be told something, in each channel: recorded in the caller's transaction, and sent by its worker. */
export class Avisar extends Command<void> {
  constructor(readonly entrega: Omit<NovaEntrega, 'id' | 'canal'>) {
    super();
  }
}

@CommandHandler(Avisar)
export class AvisarHandler implements ICommandHandler<Avisar> {
  constructor(
    private readonly entregas: EntregaRepository,
    private readonly canais: Canais,
  ) {}

  async execute({ entrega }: Avisar): Promise<void> {
    for (const { tipo: canal } of this.canais.todos)
      await this.entregas.insert({ id: randomUUIDv7(), canal, ...entrega });
  }
}

export class ListarAvisos extends Query<NotificacoesHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarAvisos)
export class ListarAvisosHandler implements IQueryHandler<ListarAvisos> {
  constructor(private readonly entregas: EntregaRepository) {}

  /** About a booking, oldest first; a client sees its own only. */
  async execute({ reservaId, usuario }: ListarAvisos): Promise<NotificacoesHttp> {
    const veTudo = pode(usuario, 'notificacoes.ver:todos');
    return { itens: await this.entregas.ofBooking(reservaId, veTudo ? undefined : usuario.id) };
  }
}
