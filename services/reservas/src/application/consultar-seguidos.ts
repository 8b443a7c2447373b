import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type CalendarioSeguidoHttp,
  type CalendariosSeguidosHttp,
  type ErroDeBusca,
  MAXIMO_DE_CONFLITOS,
} from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { SeguidoInexistente } from '../domain/errors.js';
import { EspacoRepository } from './ports.js';

type Datas = 'buscadoEm' | 'lidoEm' | 'proximaEm' | 'criadoEm';
interface Row extends Omit<CalendarioSeguidoHttp, Datas | 'origem' | 'ativo' | 'erro' | 'conflitos'> {
  readonly endereco: string;
  readonly erro: ErroDeBusca | null;
  readonly buscadoEm: Date | null;
  readonly lidoEm: Date | null;
  readonly proximaEm: Date | null;
  readonly criadoEm: Date;
  readonly conflitos: { readonly reservaId: string; readonly inicio: string; readonly fim: string }[] | null;
}

/** Bookings are in the way by their own time: that somebody may prepare within what is taken is nobody's conflict. */
const SELECT = `
  SELECT s.id, s.espaco_id AS "espacoId", s.nome, s.endereco, s.unidades, s.erro, s.status, s.buscado_em AS "buscadoEm",
         s.lido_em AS "lidoEm", s.busca_em AS "proximaEm", s.criado_em AS "criadoEm",
         (SELECT count(*)::int FROM bloqueios b WHERE b.calendario_id = s.id AND b.fim > now()) AS bloqueios,
         (SELECT jsonb_agg(jsonb_build_object('reservaId', c.id, 'inicio', c.inicio, 'fim', c.fim) ORDER BY c.inicio, c.id)
            FROM (SELECT DISTINCT r.id, r.inicio, r.fim
                    FROM bloqueios b
                    JOIN espaco_unidades u ON u.espaco_id = s.espaco_id AND (s.unidades IS NULL OR u.unidade_id = ANY (s.unidades))
                    JOIN ocupacoes o ON o.unidade_id = u.unidade_id AND o.periodo && tstzrange(b.inicio, b.fim)
                    JOIN reservas r ON r.id = o.reserva_id AND r.inicio < b.fim AND r.fim > b.inicio
                   WHERE b.calendario_id = s.id AND b.fim > now()
                   ORDER BY r.inicio, r.id LIMIT ${MAXIMO_DE_CONFLITOS}) c) AS conflitos
    FROM calendarios_seguidos s`;

export class ListarSeguidos extends Query<CalendariosSeguidosHttp> {
  constructor(readonly espacoId: string) {
    super();
  }
}

@QueryHandler(ListarSeguidos)
export class ListarSeguidosHandler implements IQueryHandler<ListarSeguidos> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /** @throws EspacoInexistente */
  async execute({ espacoId }: ListarSeguidos): Promise<CalendariosSeguidosHttp> {
    await this.espacos.load(espacoId);
    const rows = await this.database.query<Row>(`${SELECT} WHERE s.espaco_id = $1 ORDER BY s.criado_em, s.id`, [
      espacoId,
    ]);
    return { itens: rows.map(toHttp) };
  }
}

export class ConsultarSeguido extends Query<CalendarioSeguidoHttp> {
  constructor(
    readonly espacoId: string,
    readonly id: string,
  ) {
    super();
  }
}

@QueryHandler(ConsultarSeguido)
export class ConsultarSeguidoHandler implements IQueryHandler<ConsultarSeguido> {
  constructor(private readonly database: Database) {}

  /** @throws SeguidoInexistente */
  async execute({ espacoId, id }: ConsultarSeguido): Promise<CalendarioSeguidoHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE s.espaco_id = $1 AND s.id = $2`, [espacoId, id]);
    if (!row) throw new SeguidoInexistente();
    return toHttp(row);
  }
}

const iso = (quando: Date | null): string | null => quando?.toISOString() ?? null;
const toHttp = ({ endereco, ...row }: Row): CalendarioSeguidoHttp => ({
  ...row,
  origem: new URL(endereco).host,
  ativo: row.proximaEm !== null,
  buscadoEm: iso(row.buscadoEm),
  lidoEm: iso(row.lidoEm),
  proximaEm: iso(row.proximaEm),
  criadoEm: row.criadoEm.toISOString(),
  conflitos: (row.conflitos ?? []).map(({ reservaId, inicio, fim }) => ({
    reservaId,
    inicio: new Date(inicio).toISOString(),
    fim: new Date(fim).toISOString(),
  })),
});
