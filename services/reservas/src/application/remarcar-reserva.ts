import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mesmoFuso, pode } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { FusoDiferente } from '../domain/errors.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { Acessos } from './acessos.js';
import { LocalizarReserva } from './localizar-reserva.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';

/** Moves a booking to another time. */
export class RemarcarReserva extends Command<void> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly inicio: Date,
    readonly fim: Date,
    /** The zone that the client believes the space to be in, when it says so. */
    readonly fuso?: string,
  ) {
    super();
  }
}

@CommandHandler(RemarcarReserva)
export class RemarcarReservaHandler implements ICommandHandler<RemarcarReserva> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly acessos: Acessos,
    private readonly saga: ReservaSagaRunner,
  ) {}

  /** @throws ReservaInexistente also for somebody else's booking, SemAcessoAoEspaco, FusoDiferente, and the errors of Remarcacoes */
  async execute({ reservaId, usuario, inicio, fim, fuso }: RemarcarReserva): Promise<void> {
    const { cobrancaId, propria, espacoId } = await this.localizar.locate(reservaId, usuario, 'reservas.mudar:todos');
    await this.acessos.exigirEm(espacoId, usuario, 'RESERVAR');
    const [row] = await this.database.query<{ fuso: string }>('SELECT fuso FROM reservas WHERE id = $1', [reservaId]);
    if (row && fuso !== undefined && !mesmoFuso(fuso, row.fuso)) throw new FusoDiferente(row.fuso);
    const periodo = PeriodoReserva.de(inicio, fim);
    await this.saga.deliver(cobrancaId, {
      type: 'remarcacao-pedida',
      mudancas: [{ reservaId, inicio: periodo.inicio, fim: periodo.fim }],
      porAdmin: !propria || pode(usuario, 'reservas.mudar:todos'),
    });
  }
}
