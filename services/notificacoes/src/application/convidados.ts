import { randomUUIDv7 } from 'node:crypto';
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
import { ReservaDesconhecida, ReservaJaComecou } from '../domain/errors.js';
import { Avisar } from './avisos.js';
import {
  type Anfitrioes,
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

@CommandHandler(AvisarConvidados)
export class AvisarConvidadosHandler implements ICommandHandler<AvisarConvidados> {
  constructor(
    private readonly convidados: ConvidadoRepository,
    private readonly commands: CommandBus,
  ) {}

  async execute({ tipo, reserva }: AvisarConvidados): Promise<void> {
    const { reservaId, usuarioId, feitaPorId } = reserva;
    await this.convidados.lock(reservaId);
    const usuarios = feitaPorId === undefined ? [usuarioId] : [usuarioId, feitaPorId];
    for (const { id } of await this.convidados.list({ reservaId, usuarios }))
      await this.commands.execute(avisoA(id, tipo, reserva));
  }
}

const avisoA = (convidadoId: string, tipo: TipoDeConvite, { reservaId, versao, dados }: ReservaComAnfitrioes): Avisar =>
  new Avisar({ reservaId, versao, usuarioId: convidadoId, aviso: { tipo, reserva: dados, convite: true } }, ['EMAIL']);

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
    private readonly entregas: EntregaRepository,
    private readonly commands: CommandBus,
  ) {}

  /** @throws ReservaDesconhecida, ReservaJaComecou; Problem 429 when there were too many invitations in a day */
  async execute({ reservaId, usuario, emails }: MudarConvidados): Promise<void> {
    await this.database.transaction(async () => {
      await this.convidados.lock(reservaId);
      const reserva = await this.reservas.find(reservaId);
      const anfitrioes = anfitrioesDe(reservaId, reserva, usuario);
      if (reserva && acabou(reserva)) throw new ReservaJaComecou();
      const ditos = new Map(emails.map((email) => [email.toLowerCase(), email]));
      const antes = await this.convidados.list(anfitrioes);
      const saem = antes.filter(({ email }) => !ditos.delete(email.toLowerCase()));
      const entram = [...ditos.values()].map((email) => ({ id: randomUUIDv7(), email }));
      await this.limitar(usuario, entram.length);
      await this.convidados.remove(saem);
      await this.entregas.withdraw(saem.map(({ id }) => id));
      await this.convidados.insert(entram, reservaId, usuario.id, pode(usuario, 'reservas.mudar:todos'));
      if (reserva?.estado !== 'CONFIRMADA') return;
      for (const { id } of saem) await this.commands.execute(avisoA(id, 'CONVITE_RETIRADO', reserva));
      for (const { id } of entram) await this.commands.execute(avisoA(id, 'CONVITE_RECEBIDO', reserva));
    });
  }

  private async limitar(usuario: Usuario, mais: number): Promise<void> {
    if (mais === 0 || (await this.convidados.countOfDay(usuario.id)) + mais <= CONVITES_POR_DIA) return;
    throw new Problem(429, 'notificacoes.convites-demais', 'Foram convites demais num dia; tente amanhã', {
      headers: { 'retry-after': '3600' },
    });
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
      `SELECT g.id, g.email, (SELECT e.estado FROM entregas e WHERE e.usuario_id = g.id ORDER BY e.versao DESC, e.id DESC LIMIT 1) AS avisado
         FROM convidados g
        WHERE g.reserva_id = $1 AND g.removido_em IS NULL AND (g.da_casa OR g.anfitriao = ANY($2)) ORDER BY g.criado_em, g.email`,
      [reservaId, usuarios],
    );
    return { itens };
  }
}
