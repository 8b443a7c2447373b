import { Injectable } from '@nestjs/common';
import { type Direito, pode } from '@plataforma/contracts';
import type { Usuario } from '@plataforma/platform';
import type { DireitoNoEspaco } from '../domain/acesso.js';
import { ReservaInexistente, SemAcessoAoEspaco } from '../domain/errors.js';
import { Acessos } from './acessos.js';
import { ReservaRepository } from './ports.js';

export interface Localizada {
  readonly reservaId: string;
  readonly espacoId: string;
  /** The id of its saga. */
  readonly cobrancaId: string;
  /** It is theirs, or they made it for somebody, and act as that person would. */
  readonly propria: boolean;
}

/** What groups of one space may with the bookings of it, of what others may with all. */
const NO_ESPACO: Readonly<Partial<Record<Direito, DireitoNoEspaco>>> = {
  'reservas.aprovar': 'APROVAR',
  'reservas.ver:todos': 'APROVAR',
  'reservas.mudar:todos': 'ADMINISTRAR',
  'reservas.receber:todos': 'ADMINISTRAR',
};

/** Finds the booking that somebody wants to change. */
@Injectable()
export class LocalizarReserva {
  constructor(
    private readonly reservas: ReservaRepository,
    private readonly acessos: Acessos,
  ) {}

  /**
   * @throws ReservaInexistente also for somebody else's booking, unless the person made it, has `deTodos`, or a group of
   * theirs has that in its space; SemAcessoAoEspaco for one's own of what only groups may
   */
  async locate(reservaId: string, usuario: Usuario, deTodos: Direito): Promise<Localizada> {
    const reserva = await this.reservas.find(reservaId);
    if (!reserva) throw new ReservaInexistente();
    const { clienteId, feitaPorId, espacoId, cobrancaId } = reserva;
    const dela = clienteId === usuario.id;
    const propria = deTodos !== 'reservas.aprovar' && (dela || feitaPorId === usuario.id);
    const daCasa = (!propria || !dela) && (pode(usuario, deTodos) || (await this.noEspaco(espacoId, usuario, deTodos)));
    if (!propria && !daCasa && deTodos === 'reservas.aprovar') await this.acessos.refused(usuario, 'APROVAR');
    if (!propria && !daCasa)
      throw dela || feitaPorId === usuario.id ? new SemAcessoAoEspaco('APROVAR') : new ReservaInexistente();
    return { reservaId, espacoId, cobrancaId, propria: dela ? propria : propria && !daCasa };
  }

  private async noEspaco(espacoId: string, usuario: Usuario, deTodos: Direito): Promise<boolean> {
    const direito = NO_ESPACO[deTodos];
    return direito !== undefined && (await this.acessos.tem(espacoId, usuario, direito));
  }
}
