import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mesmoFuso, type ReservaHttp } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { FusoDiferente } from '../domain/errors.js';
import { verificarPeriodo } from '../domain/espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from '../domain/abertura.js';
import { lerReserva, semEspacoId } from './consultar-reservas.js';
import { type DitoDaReserva, Pedinte } from './pedinte.js';
import { EspacoRepository } from './ports.js';
import { type Oferta, ReterEspaco } from './reter-espaco.js';

/** Holds a space for a client and starts to charge it. */
export class CriarReserva extends Command<ReservaHttp> {
  constructor(
    readonly usuario: Usuario,
    readonly espacoId: string,
    readonly inicio: Date,
    readonly fim: Date,
    /** The zone that the client believes the space to be in, when it says so. */
    readonly fuso?: string,
    readonly oferta: Oferta = {},
    readonly dito: DitoDaReserva = {},
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
    private readonly pedinte: Pedinte,
  ) {}

  /** @throws EspacoInexistente, FusoDiferente, the errors of Pedinte, verificarPeriodo and ReterEspaco */
  async execute({ usuario, espacoId, inicio, fim, fuso, oferta, dito }: CriarReserva): Promise<ReservaHttp> {
    const periodo = PeriodoReserva.de(inicio, fim);
    return this.database.transaction(async () => {
      const { espaco: lido, mostrado, agora } = await this.espacos.load(espacoId);
      const { espaco, ...quem } = await this.pedinte.de(usuario, lido, dito);
      if (fuso !== undefined && !mesmoFuso(fuso, espaco.fuso)) throw new FusoDiferente(espaco.fuso);
      verificarPeriodo(espaco, periodo, agora, (janela) => intervalosAbertos(espaco, janela));
      const { reservaId } = await this.retencoes.reterECobrar({ ...quem, espaco, periodo, agora, ...oferta });
      const reserva = await lerReserva(this.database, reservaId);
      if (!reserva) throw new Error(`a reserva ${reservaId}, que se acaba de fazer, não está lá`);
      return { ...semEspacoId(reserva), espaco: mostrado };
    });
  }
}
