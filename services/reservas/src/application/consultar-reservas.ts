import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ReservaHttp, type ReservasHttp, pode } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf, type Usuario } from '@plataforma/platform';
import { z } from 'zod';
import { EspacoInexistente, ReservaInexistente } from '../domain/errors.js';
import type { Remarcacao } from '../domain/reserva.js';
import { Acessos } from './acessos.js';
import { Copias, type ReservaSemEspaco } from './copias.js';

interface Row {
  id: string;
  espaco_id: string;
  status: ReservaHttp['status'];
  motivo: ReservaHttp['motivo'];
  cliente_id: string;
  inicio: Date;
  fim: Date;
  fuso: string;
  valor_centavos: string;
  reembolso_centavos: string;
  expira_em: Date;
  conferindo: boolean | null;
  pagamento_id: string | null;
  cobranca_id: string;
  serie_id: string | null;
  pago_centavos: string;
  perdido_centavos: string;
  retido_centavos: string;
  indisponivel_centavos: string;
  reembolso_retido_centavos: string;
  saldo: ReservaHttp['saldo'];
  remarcacao: Remarcacao | null;
  preco: ReservaHttp['preco'] | null;
  cupom: string | null;
  espaco_versao: number | null;
  checkin: ReservaHttp['checkin'];
  iniciada: boolean;
  justificativa: string | null;
  titulo: string | null;
  nota: string | null;
  pessoas: number | null;
  feita_por: string | null;
  versao: number;
  criada_em: Date;
}

const DITO = 'd.titulo, d.nota, d.pessoas, d.feita_por';
const SELECT = `
  SELECT r.*, ${DITO}, json_build_object('id', e.id, 'nome', e.nome, 'cidade', e.cidade, 'endereco', e.endereco, 'fotos', e.fotos) AS espaco
    FROM reservas r JOIN espacos e ON e.id = r.espaco_id LEFT JOIN reserva_ditos d ON d.reserva_id = r.id`;

/** $1 = whose, $2 = status, $3 = space, $4 = before which, each null when it does not matter; $5 = how many. */
export const LISTA_DE_RESERVAS = `${SELECT}
  WHERE ($1::uuid IS NULL OR r.cliente_id = $1) AND ($2::text IS NULL OR r.status = $2)
    AND ($3::uuid IS NULL OR r.espaco_id = $3) AND ($4::uuid IS NULL OR r.id < $4)
  ORDER BY r.id DESC LIMIT $5`;
/** The same of those that $1 made for others. */
const LISTA_DE_FEITAS = LISTA_DE_RESERVAS.replace('$1::uuid IS NULL OR r.cliente_id = $1', 'd.feita_por = $1::uuid');
/** Those of either that people call $6. */
export const porReferencia = (lista: string): string => lista.replace('WHERE', 'WHERE right(r.id::text, 8) = $6 AND');
/** Those of either that are of the series $7, and of a reference only if one is asked for. */
const daSerie = (lista: string): string =>
  lista.replace('WHERE', 'WHERE r.serie_id = $7 AND ($6::text IS NULL OR right(r.id::text, 8) = $6) AND');

export interface FiltroDeReservas {
  readonly status?: string | undefined;
  readonly espacoId?: string | undefined;
  readonly referencia?: string | undefined;
  readonly serieId?: string | undefined;
  readonly feitas?: 'true' | undefined;
  readonly cursor?: string | undefined;
  readonly limite: number;
}

const podeVerTodas = (usuario: Usuario) => pode(usuario, 'reservas.ver:todos');

/*
 * Reads of bookings; a client sees its own only, and those it made for others, whatever it asks for; and those of a space
 * where a group of theirs approves.
 */

export class ConsultarReserva extends Query<ReservaHttp> {
  constructor(
    readonly id: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ConsultarReserva)
export class ConsultarReservaHandler implements IQueryHandler<ConsultarReserva> {
  constructor(
    private readonly database: Database,
    private readonly copias: Copias,
    private readonly acessos: Acessos,
  ) {}

  /**
   * From the primary, never a replica, so that a client sees what it has just done.
   * @throws ReservaInexistente also for somebody else's booking
   */
  async execute({ id, usuario }: ConsultarReserva): Promise<ReservaHttp> {
    const reserva = await this.copias.booking(id, () => lerReserva(this.database, id));
    if (!reserva) throw new ReservaInexistente();
    const { espacoId, clienteId, feitaPorId } = reserva;
    const ve = clienteId === usuario.id || feitaPorId === usuario.id || podeVerTodas(usuario);
    if (!ve && !(await this.acessos.tem(espacoId, usuario, 'APROVAR'))) throw new ReservaInexistente();
    const espaco = await this.copias.space(espacoId);
    if (!espaco) throw new EspacoInexistente();
    const { nome, cidade, endereco, fotos } = espaco;
    const lida = { ...semEspacoId(reserva), espaco: { id: espacoId, nome, cidade, endereco, fotos } };
    const [mostrada = lida] = await semCodigoAlheio(this.acessos, usuario, [lida]);
    return mostrada;
  }
}

export class ListarReservas extends Query<ReservasHttp> {
  constructor(
    readonly filtro: FiltroDeReservas,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarReservas)
export class ListarReservasHandler implements IQueryHandler<ListarReservas> {
  constructor(
    private readonly database: Database,
    private readonly acessos: Acessos,
  ) {}

  /** Newest first. @throws Problem 400 for a foreign cursor */
  async execute({ filtro, usuario }: ListarReservas): Promise<ReservasHttp> {
    const { status, espacoId, referencia, serieId, feitas, cursor, limite } = filtro;
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
    const todas =
      !feitas &&
      (podeVerTodas(usuario) || (espacoId !== undefined && (await this.acessos.tem(espacoId, usuario, 'APROVAR'))));
    const lista = feitas ? LISTA_DE_FEITAS : LISTA_DE_RESERVAS;
    const rows = await this.database.query<Row & Pick<ReservaHttp, 'espaco'>>(
      serieId ? daSerie(lista) : referencia ? porReferencia(lista) : lista,
      [
        todas ? null : usuario.id,
        status ?? null,
        espacoId ?? null,
        antesDe,
        limite + 1,
        ...(serieId ? [referencia ?? null, serieId] : referencia ? [referencia] : []),
      ],
    );
    const pagina = pageOf(rows, limite, toHttp, (item) => [item.id]);
    return feitas ? { ...pagina, itens: await semCodigoAlheio(this.acessos, usuario, pagina.itens) } : pagina;
  }
}

/** Who made a booking for somebody else learns how to get in for as long as they administer the space. */
async function semCodigoAlheio(
  acessos: Acessos,
  usuario: Usuario,
  reservas: readonly ReservaHttp[],
): Promise<ReservaHttp[]> {
  const alheia = ({ clienteId, feitaPorId }: ReservaHttp) => clienteId !== usuario.id && feitaPorId === usuario.id;
  const espacos = reservas.filter(alheia).map(({ espaco }) => espaco.id);
  const administra = await acessos.emQuais(espacos, usuario, 'ADMINISTRAR');
  return reservas.map((uma) => (alheia(uma) && !administra.has(uma.espaco.id) ? { ...uma, checkin: null } : uma));
}

/** A booking as it is; undefined when there is none. */
export async function lerReserva(database: Database, id: string): Promise<ReservaSemEspaco | undefined> {
  const [row] = await database.query<Row>(
    `SELECT r.*, ${DITO} FROM reservas r LEFT JOIN reserva_ditos d ON d.reserva_id = r.id WHERE r.id = $1`,
    [id],
  );
  return row && semEspaco(row);
}

export function semEspacoId({ espacoId: _, ...reserva }: ReservaSemEspaco): Omit<ReservaHttp, 'espaco'> {
  return reserva;
}

const toHttp = (row: Row & Pick<ReservaHttp, 'espaco'>): ReservaHttp => ({
  ...semEspacoId(semEspaco(row)),
  espaco: row.espaco,
});

/** Also null for a dispute that left nothing behind. */
function contestacaoDe(row: Row): ReservaHttp['contestacao'] {
  const contestacao = {
    perdidoCentavos: Number(row.perdido_centavos),
    retidoCentavos: Number(row.retido_centavos),
    indisponivelCentavos: Number(row.indisponivel_centavos),
  };
  return Object.values(contestacao).some((valor) => valor > 0) ? contestacao : null;
}

const semEspaco = (row: Row): ReservaSemEspaco => ({
  id: row.id,
  espacoId: row.espaco_id,
  status: row.status,
  motivo: row.motivo,
  clienteId: row.cliente_id,
  inicio: row.inicio.toISOString(),
  fim: row.fim.toISOString(),
  fuso: row.fuso,
  valorCentavos: Number(row.valor_centavos),
  reembolsoCentavos: Number(row.reembolso_centavos),
  moeda: 'BRL',
  expiraEm: row.expira_em.toISOString(),
  conferindoPagamento: row.conferindo ?? false,
  pagamentoId: row.pagamento_id,
  cobrancaId: row.cobranca_id,
  serieId: row.serie_id,
  pagoCentavos: Number(row.pago_centavos),
  contestacao: contestacaoDe(row),
  reembolsoRetidoCentavos: Number(row.reembolso_retido_centavos),
  saldo: row.saldo,
  remarcacao: row.remarcacao && {
    inicio: row.remarcacao.novo.inicio,
    fim: row.remarcacao.novo.fim,
    valorCentavos: row.remarcacao.novo.valorCentavos,
    diferencaCentavos: row.remarcacao.diferencaCentavos,
    expiraEm: row.remarcacao.expiraEm,
  },
  preco: row.preco ?? [],
  cupom: row.cupom,
  espacoVersao: row.espaco_versao,
  checkin: row.checkin,
  iniciada: row.iniciada,
  justificativa: row.justificativa,
  titulo: row.titulo,
  nota: row.nota,
  pessoas: row.pessoas,
  feitaPorId: row.feita_por,
  versao: row.versao,
  criadaEm: row.criada_em.toISOString(),
});
