import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mesmoFuso, type ReservaHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { FusoDiferente } from '../domain/errors.js';
import { verificarPeriodo } from '../domain/espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from '../domain/abertura.js';
import { lerReserva, semEspacoId } from './consultar-reservas.js';
import { EspacoRepository } from './ports.js';
import { type Oferta, ReterEspaco } from './reter-espaco.js';

/** Holds a space for a client and starts to charge it. */
export class CriarReserva extends Command<ReservaHttp> {
  constructor(
    readonly clienteId: string,
    readonly espacoId: string,
    readonly inicio: Date,
    readonly fim: Date,
    /** The zone that the client believes the space to be in, when it says so. */
    readonly fuso?: string,
    readonly oferta: Oferta = {},
  ) {
    super();
  }
}

@CommandHandler(CriarReserva)
export class CriarReservaHandler implements ICommandHandler<CriarReserva> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly retencoes: ReterEspaco,
  ) {}

  /** @throws EspacoInexistente, FusoDiferente, the errors of verificarPeriodo and ReterEspaco */
  async execute({ clienteId, espacoId, inicio, fim, fuso, oferta }: CriarReserva): Promise<ReservaHttp> {
    const periodo = PeriodoReserva.de(inicio, fim);
    return this.database.transaction(async () => {
      const { espaco, mostrado, agora } = await this.espacos.load(espacoId);
      if (fuso !== undefined && !mesmoFuso(fuso, espaco.fuso)) throw new FusoDiferente(espaco.fuso);
      verificarPeriodo(espaco, periodo, agora, (janela) => intervalosAbertos(espaco, janela));
      const { reservaId } = await this.retencoes.reterECobrar({ clienteId, espaco, periodo, agora, ...oferta });
      const reserva = await lerReserva(this.database, reservaId);
      if (!reserva) throw new Error(`a reserva ${reservaId}, que se acaba de fazer, não está lá`);
      return { ...semEspacoId(reserva), espaco: mostrado };
    });
  }
}
