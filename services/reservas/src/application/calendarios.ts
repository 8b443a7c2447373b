import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type CalendarioCriadoHttp,
  type CalendarioHttp,
  type CalendariosHttp,
  type NovoCalendarioHttp,
  pode,
} from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { CalendarioInexistente } from '../domain/errors.js';
import { CalendarioRepository } from './ports.js';
import { feedIcal, type ReservaNoFeed } from './feed-ical.js';

const TOKEN_BYTES = 32;
const MAX_POR_PESSOA = 10;
const DIAS_PASSADOS = 90;
/** How long a program that looks now and then gets told that a booking was cancelled. */
const DIAS_DE_CANCELADA = 30;
const MAX_EVENTOS = 1_000;

interface Row {
  readonly id: string;
  readonly escopo: CalendarioHttp['escopo'];
  readonly espaco_id: string | null;
  readonly criado_em: Date;
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/* The feeds that people hand to their calendar programs: secret addresses, of which only a hash is kept. */

export class CriarCalendario extends Command<CalendarioCriadoHttp> {
  constructor(
    readonly calendario: NovoCalendarioHttp,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@CommandHandler(CriarCalendario)
export class CriarCalendarioHandler implements ICommandHandler<CriarCalendario> {
  constructor(private readonly calendarios: CalendarioRepository) {}

  /** @returns with the secret address, which nobody can be told again @throws EspacoInexistente, CalendariosDemais */
  async execute({ calendario, usuario }: CriarCalendario): Promise<CalendarioCriadoHttp> {
    const { escopo } = calendario;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const id = randomUUIDv7();
    const espacoId = escopo === 'ESPACO' ? calendario.espacoId : null;
    const novo = { id, escopo, donoId: usuario.id, espacoId, tokenHash: hashOf(token) };
    const criado_em = await this.calendarios.insert(novo, MAX_POR_PESSOA);
    const criado = toHttp({ id, escopo, espaco_id: espacoId, criado_em });
    return { ...criado, caminho: `/v1/calendarios/feed/${token}.ics` };
  }
}

export class ListarCalendarios extends Query<CalendariosHttp> {
  constructor(readonly usuario: Usuario) {
    super();
  }
}

@QueryHandler(ListarCalendarios)
export class ListarCalendariosHandler implements IQueryHandler<ListarCalendarios> {
  constructor(private readonly database: Database) {}

  /** One's own, and for admins those of all spaces. */
  async execute({ usuario }: ListarCalendarios): Promise<CalendariosHttp> {
    const rows = await this.database.query<Row>(
      `SELECT id, escopo, espaco_id, criado_em FROM calendarios
        WHERE revogado_em IS NULL AND (dono_id = $1 OR ($2 AND escopo = 'ESPACO')) ORDER BY id DESC LIMIT 1000`,
      [usuario.id, pode(usuario, 'calendarios.assinar:todos')],
    );
    return { itens: rows.map(toHttp) };
  }
}

export class RevogarCalendario extends Command<void> {
  constructor(
    readonly id: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@CommandHandler(RevogarCalendario)
export class RevogarCalendarioHandler implements ICommandHandler<RevogarCalendario> {
  constructor(private readonly calendarios: CalendarioRepository) {}

  /** From now on the address leads nowhere. @throws CalendarioInexistente also for somebody else's */
  execute({ id, usuario }: RevogarCalendario): Promise<void> {
    return this.calendarios.revoke(id, usuario.id, pode(usuario, 'calendarios.assinar:todos'));
  }
}

export class LerCalendario extends Query<string> {
  constructor(readonly token: string) {
    super();
  }
}

@QueryHandler(LerCalendario)
export class LerCalendarioHandler implements IQueryHandler<LerCalendario> {
  constructor(private readonly database: Database) {}

  /** The feed behind a secret address. @throws CalendarioInexistente */
  async execute({ token }: LerCalendario): Promise<string> {
    const [calendario] = await this.database.query<{
      escopo: Row['escopo'];
      dono_id: string;
      espaco_id: string | null;
      nome: string | null;
    }>(
      `SELECT c.escopo, c.dono_id, c.espaco_id, e.nome FROM calendarios c LEFT JOIN espacos e ON e.id = c.espaco_id
        WHERE c.token_hash = $1 AND c.revogado_em IS NULL`,
      [hashOf(token)],
    );
    if (!calendario) throw new CalendarioInexistente();
    const { escopo, dono_id, espaco_id, nome } = calendario;
    const reservas =
      escopo === 'USUARIO' ? await this.bookings('cliente_id', dono_id) : await this.bookings('espaco_id', espaco_id);
    return feedIcal(nome ?? 'Minhas reservas', reservas, escopo);
  }

  /** Those nearest to now, should there be more than a calendar program would want to read. */
  private async bookings(column: 'cliente_id' | 'espaco_id', id: string | null): Promise<ReservaNoFeed[]> {
    const rows = await this.database.read<ReservaNoFeed>(
      `SELECT r.id, r.status, r.versao, r.inicio, r.fim, r.criada_em AS "criadaEm", ultimo.ocorrido_em AS "alteradaEm",
              e.nome AS espaco, concat_ws(', ', e.nome, e.endereco, e.cidade) AS local, r.valor_centavos::float8 AS "valorCentavos"
         FROM reservas r
         JOIN espacos e ON e.id = r.espaco_id
         JOIN eventos ultimo ON ultimo.fluxo = 'reserva/' || r.id AND ultimo.versao = r.versao
        WHERE r.${column} = $1 AND r.inicio >= now() - make_interval(days => $2)
          AND (r.status <> 'CANCELADA' OR ultimo.ocorrido_em >= now() - make_interval(days => $3))
        ORDER BY abs(extract(epoch FROM r.inicio - now())) LIMIT $4`,
      [id, DIAS_PASSADOS, DIAS_DE_CANCELADA, MAX_EVENTOS],
    );
    return rows.sort((a, b) => a.inicio.getTime() - b.inicio.getTime() || a.id.localeCompare(b.id));
  }
}

const toHttp = ({ id, escopo, espaco_id, criado_em }: Row): CalendarioHttp => ({
  id,
  escopo,
  espacoId: espaco_id,
  criadoEm: criado_em.toISOString(),
});
