import { createHash } from 'node:crypto';
import { Controller, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { MAX_ESPACOS_DIAS, operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido, Problem } from '@plataforma/platform';
import { BuscarRecorrencia } from '../application/buscar-recorrencia.js';
import { ConsultarLinhaDoTempo } from '../application/consultar-linha-do-tempo.js';
import { DIA_MS } from '../domain/periodo-reserva.js';
import { periodoDe } from './espacos.controller.js';

const { agendas } = operacoesDeReservas;
const MAX_DIAS = 31;

/** Many spaces at once. */
@Controller()
export class AgendasController {
  constructor(private readonly queries: QueryBus) {}

  /** A private cache may keep it, but asks each time whether it still holds. */
  @Operacao(agendas.timeline)
  async timeline({ consulta, usuario }: Pedido<typeof agendas.timeline>, { request, reply }: Http) {
    const { de, ate, ...filtro } = consulta;
    const janela = periodoDe(de, ate, MAX_DIAS);
    const dias = Math.ceil((janela.fim - janela.inicio) / DIA_MS);
    if (dias * filtro.limite > MAX_ESPACOS_DIAS)
      throw new Problem(
        422,
        'requisicao.intervalo-grande-demais',
        `Peça até ${MAX_ESPACOS_DIAS} espaços vezes dias: em ${dias} dias, até ${Math.floor(MAX_ESPACOS_DIAS / dias)} espaços`,
      );
    const linha = JSON.stringify(await this.queries.execute(new ConsultarLinhaDoTempo(janela, filtro, usuario)));
    const etag = `"${createHash('sha256').update(linha).digest('base64url')}"`;
    void reply.headers({ etag, 'cache-control': 'private, no-cache' });
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.includes(etag)) return { status: 304, corpo: undefined } as const;
    const corpo = new StreamableFile(Buffer.from(linha), { type: 'application/json; charset=utf-8' });
    return { status: 200, corpo } as const;
  }

  @Operacao(agendas.byRecurrence)
  byRecurrence({ corpo, usuario }: Pedido<typeof agendas.byRecurrence>) {
    return this.queries.execute(new BuscarRecorrencia(corpo, usuario));
  }
}
