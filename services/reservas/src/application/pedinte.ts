import { Injectable } from '@nestjs/common';
import { Database, Problem, type Usuario } from '@plataforma/platform';
import { comoReserva, permite } from '../domain/acesso.js';
import { CapacidadeInsuficiente, PessoaInexistente, SemAcessoAoEspaco } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import { Acessos } from './acessos.js';

/** What whoever books says of it. */
export interface DitoDaReserva {
  readonly titulo?: string | undefined;
  readonly nota?: string | undefined;
  /** How many will come. */
  readonly pessoas?: number | undefined;
  /** Whom it is for, when it is not for whoever asks. */
  readonly paraId?: string | undefined;
}

/** For whom a space is booked, by whom, and what the space asks of them. */
interface Pedida {
  readonly espaco: Espaco;
  readonly clienteId: string;
  readonly feitaPorId: string | undefined;
  readonly dito: Omit<DitoDaReserva, 'paraId'>;
}

/** Who asks for a booking: whether they may, and for whom. */
@Injectable()
export class Pedinte {
  constructor(
    private readonly database: Database,
    private readonly acessos: Acessos,
  ) {}

  /**
   * For others only those book who administer the space.
   * @throws EspacoInexistente, SemAcessoAoEspaco, CapacidadeInsuficiente, PessoaInexistente; Problem 503 when auth has not been heard
   * for too long to know who has an account
   */
  async de(usuario: Usuario, lido: Espaco, { paraId, ...dito }: DitoDaReserva): Promise<Pedida> {
    const vista = await this.acessos.exigir(lido, usuario, 'RESERVAR');
    if (dito.pessoas !== undefined && dito.pessoas > lido.capacidade) throw new CapacidadeInsuficiente(lido.capacidade);
    const espaco = comoReserva(lido, vista);
    if (paraId === undefined || paraId === usuario.id)
      return { espaco, clienteId: usuario.id, feitaPorId: undefined, dito };
    const casa = await this.acessos.vista(usuario);
    if (!permite(lido.acesso, 'ADMINISTRAR', casa)) throw new SemAcessoAoEspaco('ADMINISTRAR');
    await this.exigirPessoa(paraId);
    return { espaco, clienteId: paraId, feitaPorId: usuario.id, dito };
  }

  /**
   * Who has an account, and may use it, is what auth told: that they are being erased waits until this booking is made, or
   * comes before it.
   */
  private async exigirPessoa(id: string): Promise<void> {
    const [pessoa] = await this.database.query<{ ativa: boolean }>(
      'SELECT ativa FROM pessoa_grupos WHERE pessoa_id = $1 FOR SHARE',
      [id],
    );
    const [emDia] = await this.database.query('SELECT FROM acessos_em_dia WHERE vale_ate > now()');
    if (!emDia)
      throw new Problem(
        503,
        'reservas.pessoas-por-saber',
        'Ainda não se sabe quem tem conta; tente de novo daqui a pouco',
        {
          headers: { 'retry-after': '15' },
          state: true,
        },
      );
    if (!pessoa?.ativa) throw new PessoaInexistente();
  }
}
