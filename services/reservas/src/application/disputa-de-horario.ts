import { Injectable, type OnModuleInit } from '@nestjs/common';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Contested, Database, Rush } from '@plataforma/platform';
import { EspacoIndisponivel } from '../domain/errors.js';

const { metodo, rota, corpo } = operacoesDeReservas.reservas.create;

/** Of the units of a space that can be booked, with its buffers: all of them taken, or any when it needs them all. */
const TOMADO = `
  SELECT (SELECT CASE e.ocupa WHEN 'TODAS' THEN bool_or(tomada) ELSE bool_and(tomada) END
            FROM (SELECT EXISTS (SELECT FROM ocupacoes o
                                  WHERE o.unidade_id = u.unidade_id
                                    AND o.periodo && tstzrange($2::timestamptz - make_interval(mins => e.folga_antes_minutos),
                                                               $3::timestamptz + make_interval(mins => e.folga_depois_minutos))) AS tomada
                    FROM espaco_unidades u WHERE u.espaco_id = e.id) AS unidades) AS tomado
    FROM espacos e WHERE e.id = $1 AND e.situacao = 'PUBLICADO'`;

/** Many who want the same time of a space: those who wait are told that it is taken as soon as it is (ADR 36). */
@Injectable()
export class DisputaDeHorario implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly rush: Rush,
  ) {}

  onModuleInit(): void {
    this.rush.register(`${metodo} ${rota}`, (pedido) => this.disputado(pedido));
  }

  private disputado(pedido: unknown): Contested | undefined {
    const { success, data } = corpo.safeParse(pedido);
    if (!success) return undefined;
    const [inicio, fim] = [new Date(data.inicio), new Date(data.fim)];
    if (!(inicio < fim)) return undefined;
    return {
      key: [data.espacoId, inicio.toISOString(), fim.toISOString(), data.fuso].join(' '),
      refusal: async () => {
        const [row] = await this.database.query<{ tomado: boolean | null }>(TOMADO, [data.espacoId, inicio, fim]);
        return row?.tomado ? new EspacoIndisponivel() : undefined;
      },
    };
  }
}
