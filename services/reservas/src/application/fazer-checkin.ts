import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database, type Usuario } from '@plataforma/platform';
import { CodigoIncorreto } from '../domain/errors.js';
import { codigoNormalizado, fazerCheckin } from '../domain/reserva.js';
import { LocalizarReserva } from './localizar-reserva.js';
import { ReservaRepository } from './ports.js';

/** The person is here: with the booking's code, by the person or by whoever receives people. */
export class FazerCheckin extends Command<string> {
  constructor(
    readonly codigo: string,
    readonly usuario: Usuario,
    /** Without it the booking is found by its code. */
    readonly reservaId?: string,
  ) {
    super();
  }
}

@CommandHandler(FazerCheckin)
export class FazerCheckinHandler implements ICommandHandler<FazerCheckin> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
  ) {}

  /**
   * @returns the id of the booking
   * @throws ReservaInexistente also for somebody else's booking, CodigoIncorreto, CheckinForaDaJanela, SemCheckin
   */
  async execute({ codigo, usuario, reservaId }: FazerCheckin): Promise<string> {
    const id = reservaId ?? (await this.find(codigo));
    await this.localizar.locate(id, usuario, 'reservas.receber:todos');
    await this.database.transaction(async () => {
      const carregada = await this.reservas.load(id);
      await this.reservas.save(carregada, fazerCheckin(carregada.reserva, codigo, carregada.agora));
    });
    return id;
  }

  private async find(codigo: string): Promise<string> {
    const id = await this.reservas.findByCode(codigoNormalizado(codigo));
    if (id === undefined) throw new CodigoIncorreto();
    return id;
  }
}
