import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { FiltroDaLinhaHttp, ParteDaLinhaHttp, ProximoHttp } from '@plataforma/contracts';
import { momentos, MOMENTOS_DE_EVENTOS } from '@plataforma/messaging';
import { Database, type Usuario } from '@plataforma/platform';
import { LocalizarReserva } from './localizar-reserva.js';
import { FALHAS_QUE_PARAM } from './operar-sagas.js';

/** What happened to a booking here: its events, the commands of its saga, and what that waits for. */
export class ConsultarLinhaDaReserva extends Query<ParteDaLinhaHttp> {
  constructor(
    readonly reservaId: string,
    readonly filtro: FiltroDaLinhaHttp,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ConsultarLinhaDaReserva)
export class ConsultarLinhaDaReservaHandler implements IQueryHandler<ConsultarLinhaDaReserva> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
  ) {}

  /** @throws ReservaInexistente */
  async execute({ reservaId, filtro, usuario }: ConsultarLinhaDaReserva): Promise<ParteDaLinhaHttp> {
    const { cobrancaId } = await this.localizar.locate(reservaId, usuario, 'reservas.ver:todos');
    const fluxos = [`reserva/${reservaId}`, `saga-reserva/${cobrancaId}`];
    const [pagina, proximos] = await Promise.all([
      momentos(this.database, 'reservas', filtro, `${MOMENTOS_DE_EVENTOS} WHERE e.fluxo = ANY($1)`, [fluxos]),
      this.proximos(cobrancaId, fluxos),
    ]);
    return { ...pagina, proximos };
  }

  private async proximos(cobrancaId: string, fluxos: readonly string[]): Promise<ProximoHttp[]> {
    const rows = await this.database.read<Omit<ProximoHttp, 'origem' | 'em'> & { readonly em: Date | null }>(
      `SELECT 'prazo-da-saga' AS acao, s.estado ->> 'passo' AS alvo, coalesce(s.tentar_em, s.prazo) AS em, s.falhas AS tentativas,
              s.falhas >= ${FALHAS_QUE_PARAM} AS parado
         FROM sagas s WHERE s.nome = 'reserva' AND s.chave = $1 AND s.prazo IS NOT NULL
       UNION ALL
       (SELECT 'publicar', e.tipo, NULL, 0, false FROM eventos e WHERE e.fluxo = ANY($2) AND e.publicado_em IS NULL LIMIT 20)`,
      [cobrancaId, fluxos],
    );
    return rows.map((row) => ({ origem: 'reservas', ...row, em: row.em?.toISOString() ?? null }));
  }
}
