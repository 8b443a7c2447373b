import { Injectable } from '@nestjs/common';
import { Database, Logger, Measures, metrics } from '@plataforma/platform';

const MOST = 10_000;
const ABERTAS = ['PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA'];

/** Of each state so many at most, as its index has them: a count to its end would cost more from year to year. */
const RESERVAS = ABERTAS.map(
  (status) =>
    `SELECT '${status}' AS status, count(*)::int AS total FROM (SELECT FROM reservas WHERE status = '${status}' LIMIT ${MOST}) AS r`,
).join(' UNION ALL ');

/** What part of the coming day of all units is taken, by what. */
const OCUPACAO = `
  WITH dia AS (SELECT tstzrange(now(), now() + interval '24 hours') AS periodo)
  SELECT o.origem, coalesce(sum(extract(epoch FROM upper(o.periodo * dia.periodo) - lower(o.periodo * dia.periodo))), 0)::float8
                   / greatest(1, (SELECT count(*) FROM unidades)) / 86400 AS razao
    FROM dia, ocupacoes o WHERE o.periodo && dia.periodo GROUP BY 1`;

const ESPERA = `
  SELECT count(*)::int AS pedidos, coalesce(extract(epoch FROM now() - min(criada_em)), 0)::float8 AS idade
    FROM (SELECT criada_em FROM fila WHERE situacao = 'ESPERANDO' AND tentar_em IS NOT NULL ORDER BY criada_em LIMIT ${MOST}) AS f`;

/** The business in numbers, as the replica has them. */
@Injectable()
export class MedidasDoNegocio extends Measures {
  constructor(database: Database, logger: Logger) {
    super(
      'negócio',
      async () => {
        const [reservas, ocupacao, [espera]] = await Promise.all([
          database.read<{ status: string; total: number }>(RESERVAS),
          database.read<{ origem: string; razao: number }>(OCUPACAO),
          database.read<{ pedidos: number; idade: number }>(ESPERA),
        ]);
        metrics.reservasAbertas.measured(reservas.map(({ status, total }) => [{ status }, total]));
        const razaoDe = (origem: string) => ocupacao.find((uma) => uma.origem === origem)?.razao ?? 0;
        metrics.ocupacao.measured(['RESERVA', 'BLOQUEIO'].map((origem) => [{ origem }, razaoDe(origem)]));
        metrics.filaDeEspera.measured([[{}, espera?.pedidos ?? 0]]);
        metrics.filaDeEsperaMaisAntigo.measured([[{}, espera?.idade ?? 0]]);
      },
      logger,
    );
  }
}
