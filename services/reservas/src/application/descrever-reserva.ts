import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { MudancaDoDitoHttp } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { CapacidadeInsuficiente, ReservaEncerrada } from '../domain/errors.js';
import { Copias } from './copias.js';
import { LocalizarReserva } from './localizar-reserva.js';
import { EspacoRepository, ReservaRepository } from './ports.js';

/** Says otherwise how a booking is called, what is noted of it and how many come. */
export class DescreverReserva extends Command<void> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly mudanca: MudancaDoDitoHttp,
  ) {
    super();
  }
}

@CommandHandler(DescreverReserva)
export class DescreverReservaHandler implements ICommandHandler<DescreverReserva> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
    private readonly espacos: EspacoRepository,
    private readonly copias: Copias,
  ) {}

  /**
   * What is not said stays, and null is nothing from now on.
   * @throws ReservaInexistente also for somebody else's booking, ReservaEncerrada, CapacidadeInsuficiente
   */
  async execute({ reservaId, usuario, mudanca }: DescreverReserva): Promise<void> {
    const { espacoId } = await this.localizar.locate(reservaId, usuario, 'reservas.mudar:todos');
    const { titulo, nota, pessoas } = mudanca;
    await this.database.transaction(async () => {
      const { reserva } = await this.reservas.load(reservaId);
      if (!['PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA'].includes(reserva.status))
        throw new ReservaEncerrada();
      if (typeof pessoas === 'number') {
        const { espaco } = await this.espacos.load(espacoId);
        if (pessoas > espaco.capacidade) throw new CapacidadeInsuficiente(espaco.capacidade);
      }
      await this.database.change(
        `INSERT INTO reserva_ditos AS d (reserva_id, titulo, nota, pessoas) VALUES ($1, $2, $3, $4)
         ON CONFLICT (reserva_id) DO UPDATE SET
           titulo = CASE WHEN $5 THEN excluded.titulo ELSE d.titulo END, nota = CASE WHEN $6 THEN excluded.nota ELSE d.nota END,
           pessoas = CASE WHEN $7 THEN excluded.pessoas ELSE d.pessoas END`,
        [
          reservaId,
          titulo ?? null,
          nota ?? null,
          pessoas ?? null,
          ...[titulo, nota, pessoas].map((parte) => parte !== undefined),
        ],
      );
      this.database.afterCommit(() => this.copias.now(this.copias.evictBooking(reservaId)));
    });
  }
}
