import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  Command,
  CommandBus,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryHandler,
} from '@nestjs/cqrs';
import { type ConvidadosHttp, pode } from '@plataforma/contracts';
import { Database, Problem, type Usuario } from '@plataforma/platform';
import type { TipoDeConvite } from '../domain/entrega.js';
import { ReservaDesconhecida, ReservaJaComecou, SerieDesconhecida } from '../domain/errors.js';
import { Avisar } from './avisos.js';
import {
  type Anfitrioes,
  type Convidado,
  ConvidadoRepository,
  EntregaRepository,
  type ReservaConhecida,
  ReservasConhecidas,
} from './ports.js';

/** However many bookings somebody makes: whom they can have written to in a day. */
const CONVITES_POR_DIA = 200;

type ReservaComAnfitrioes = Pick<ReservaConhecida, 'reservaId' | 'versao' | 'usuarioId' | 'feitaPorId' | 'dados'>;

/**
 * The hosts of a booking: whose it is, and who made it for them. Of one that is not known here yet, whoever says so: what
 * they say counts once it is known to be theirs.
 * @throws ReservaDesconhecida also for somebody else's booking
 */
function anfitrioesDe(
  reservaId: string,
  reserva: Pick<ReservaConhecida, 'usuarioId' | 'feitaPorId'> | undefined,
  usuario: Usuario,
): Anfitrioes {
  if (!reserva) return { reservaId, usuarios: [usuario.id] };
  const usuarios = [reserva.usuarioId, ...(reserva.feitaPorId === undefined ? [] : [reserva.feitaPorId])];
  if (!usuarios.includes(usuario.id) && !pode(usuario, 'reservas.mudar:todos')) throw new ReservaDesconhecida();
  return { reservaId, usuarios };
}

/** The guests of a booking are told what its person was told, in the caller's transaction. */
export class AvisarConvidados extends Command<void> {
  constructor(
    readonly tipo: TipoDeConvite,
    readonly reserva: ReservaComAnfitrioes,
  ) {
    super();
  }
}

/** Those who come to bookings: each change of the list is told to whom it concerns, in the caller's transaction. */
@Injectable()
export class QuemVem {
  constructor(
    private readonly convidados: ConvidadoRepository,
    private readonly entregas: EntregaRepository,
    private readonly commands: CommandBus,
  ) {}

  /** They are told, and asked whether they come unless it is over for them. */
  async tell(quem: readonly Convidado[], tipo: TipoDeConvite, reserva: ReservaComAnfitrioes): Promise<void> {
    const { reservaId, versao, dados } = reserva;
    const ids = quem.map(({ id }) => id);
    if (ids.length > 0 && tipo !== 'CONVITE_RETIRADO') await this.convidados.ask(ids, reservaId, versao);
    const aviso = { tipo, reserva: dados, convite: true } as const;
    for (const usuarioId of ids)
      await this.commands.execute(new Avisar({ reservaId, versao, usuarioId, aviso }, ['EMAIL']));
  }

  /**
   * @param chamar under which id a new address is invited
   * @throws Problem 429 when there were too many invitations in a day
   */
  async mudar(
    anfitrioes: Anfitrioes,
    reserva: ReservaConhecida | undefined,
    usuario: Usuario,
    emails: readonly string[],
    chamar: (email: string) => string,
  ): Promise<void> {
    const { reservaId } = anfitrioes;
    const ditos = new Map(emails.map((email) => [email.toLowerCase(), email]));
    const antes = await this.convidados.list(anfitrioes);
    const saem = antes.filter(({ email }) => !ditos.delete(email.toLowerCase()));
    const entram = [...ditos.values()].map((email) => ({ id: chamar(email), email }));
    await this.convidados.remove(saem, reservaId);
    await this.entregas.withdraw(
      saem.map(({ id }) => id),
      reservaId,
    );
    await this.convidados.insert(entram, reservaId, usuario.id, pode(usuario, 'reservas.mudar:todos'));
    if (entram.length > 0 && (await this.convidados.countOfDay(usuario.id)) > CONVITES_POR_DIA)
      throw new Problem(429, 'notificacoes.convites-demais', 'Foram convites demais num dia; tente amanhã', {
        headers: { 'retry-after': '3600' },
      });
    if (reserva?.estado !== 'CONFIRMADA') return;
    await this.tell(saem, 'CONVITE_RETIRADO', reserva);
    await this.tell(entram, 'CONVITE_RECEBIDO', reserva);
  }
}

@CommandHandler(AvisarConvidados)
export class AvisarConvidadosHandler implements ICommandHandler<AvisarConvidados> {
  constructor(
    private readonly convidados: ConvidadoRepository,
    private readonly quemVem: QuemVem,
  ) {}

  async execute({ tipo, reserva }: AvisarConvidados): Promise<void> {
    const { reservaId, usuarioId, feitaPorId } = reserva;
    await this.convidados.lock(reservaId);
    const usuarios = feitaPorId === undefined ? [usuarioId] : [usuarioId, feitaPorId];
    await this.quemVem.tell(await this.convidados.list({ reservaId, usuarios }), tipo, reserva);
  }
}

/** Says who is invited to a booking: the whole list. */
export class MudarConvidados extends Command<void> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly emails: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(MudarConvidados)
export class MudarConvidadosHandler implements ICommandHandler<MudarConvidados> {
  constructor(
    private readonly database: Database,
    private readonly reservas: ReservasConhecidas,
    private readonly convidados: ConvidadoRepository,
    private readonly quemVem: QuemVem,
  ) {}

  /** @throws ReservaDesconhecida, ReservaJaComecou, and the errors of QuemVem */
  async execute({ reservaId, usuario, emails }: MudarConvidados): Promise<void> {
    await this.database.transaction(async () => {
      await this.convidados.lock(reservaId);
      const reserva = await this.reservas.find(reservaId);
      const anfitrioes = anfitrioesDe(reservaId, reserva, usuario);
      if (reserva && acabou(reserva)) throw new ReservaJaComecou();
      await this.quemVem.mudar(anfitrioes, reserva, usuario, emails, () => randomUUIDv7());
    });
  }
}

/** Says who is invited to all of a series that has not begun; to how many bookings that is. */
export class MudarConvidadosDaSerie extends Command<number> {
  constructor(
    readonly serieId: string,
    readonly usuario: Usuario,
    readonly emails: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(MudarConvidadosDaSerie)
export class MudarConvidadosDaSerieHandler implements ICommandHandler<MudarConvidadosDaSerie> {
  constructor(
    private readonly database: Database,
    private readonly reservas: ReservasConhecidas,
    private readonly convidados: ConvidadoRepository,
    private readonly quemVem: QuemVem,
  ) {}

  /** @throws SerieDesconhecida also for somebody else's, ReservaJaComecou, and the errors of QuemVem */
  execute({ serieId, usuario, emails }: MudarConvidadosDaSerie): Promise<number> {
    return this.database.transaction(async () => {
      const todas = await this.reservas.ofSeries(serieId);
      if (todas.length === 0) throw new SerieDesconhecida();
      const alvos = todas.map((reserva) => [anfitrioesDaSerie(reserva, usuario), reserva] as const);
      const porVir = alvos.filter(([, reserva]) => !acabou(reserva));
      if (porVir.length === 0) throw new ReservaJaComecou();
      for (const [{ reservaId }] of porVir) await this.convidados.lock(reservaId);
      // One person under one id, so that one letter tells them of all.
      const conhecidos = await this.convidados.invitedBy(
        usuario.id,
        todas.map(({ reservaId }) => reservaId),
      );
      const ids = new Map(conhecidos.map(({ id, email }) => [email.toLowerCase(), id]));
      const chamar = (email: string): string => {
        const id = ids.get(email.toLowerCase()) ?? randomUUIDv7();
        ids.set(email.toLowerCase(), id);
        return id;
      };
      for (const [anfitrioes] of porVir) {
        // As it is now that nobody else tells of it.
        const reserva = await this.reservas.find(anfitrioes.reservaId);
        if (reserva && !acabou(reserva)) await this.quemVem.mudar(anfitrioes, reserva, usuario, emails, chamar);
      }
      return porVir.length;
    });
  }
}

function anfitrioesDaSerie(reserva: ReservaConhecida, usuario: Usuario): Anfitrioes {
  try {
    return anfitrioesDe(reserva.reservaId, reserva, usuario);
  } catch (error) {
    throw error instanceof ReservaDesconhecida ? new SerieDesconhecida() : error;
  }
}

const acabou = ({ estado, dados }: ReservaConhecida): boolean =>
  !['PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA'].includes(estado) ||
  Date.parse(dados.inicio) <= Date.now();

export class ListarConvidados extends Query<ConvidadosHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarConvidados)
export class ListarConvidadosHandler implements IQueryHandler<ListarConvidados> {
  constructor(
    private readonly database: Database,
    private readonly reservas: ReservasConhecidas,
  ) {}

  /** @throws ReservaDesconhecida also for somebody else's booking */
  async execute({ reservaId, usuario }: ListarConvidados): Promise<ConvidadosHttp> {
    const { usuarios } = anfitrioesDe(reservaId, await this.reservas.find(reservaId), usuario);
    const itens = await this.database.query<ConvidadosHttp['itens'][number]>(
      `SELECT g.id, g.email, g.resposta, (SELECT e.estado FROM entregas e WHERE e.usuario_id = g.id AND e.reserva_id = g.reserva_id
                                           ORDER BY e.versao DESC, e.id DESC LIMIT 1) AS avisado
         FROM convidados g
        WHERE g.reserva_id = $1 AND g.removido_em IS NULL AND (g.da_casa OR g.anfitriao = ANY($2)) ORDER BY g.criado_em, g.email`,
      [reservaId, usuarios],
    );
    return { itens };
  }
}
