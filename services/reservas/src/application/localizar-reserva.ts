import { Injectable } from '@nestjs/common';
import { Database, type Usuario } from '@plataforma/platform';
import { ReservaInexistente } from '../domain/errors.js';

export interface Localizada {
  readonly reservaId: string;
  /** The id of its saga. */
  readonly cobrancaId: string;
  readonly propria: boolean;
}

/** Finds the booking that somebody wants to change. */
@Injectable()
export class LocalizarReserva {
  constructor(private readonly database: Database) {}

  /** @throws ReservaInexistente also for somebody else's booking, unless the person has one of `papeis` */
  async locate(reservaId: string, usuario: Usuario, ...papeis: Usuario['papeis'][number][]): Promise<Localizada> {
    const [row] = await this.database.query<{ cliente_id: string; cobranca_id: string }>(
      'SELECT cliente_id, cobranca_id FROM reservas WHERE id = $1',
      [reservaId],
    );
    const propria = row?.cliente_id === usuario.id;
    if (!row || !(propria || papeis.some((papel) => usuario.papeis.includes(papel)))) throw new ReservaInexistente();
    return { reservaId, cobrancaId: row.cobranca_id, propria };
  }
}
