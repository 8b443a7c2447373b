import { randomUUIDv7 } from 'node:crypto';
import type { EventStore } from '@plataforma/messaging';
import type { Database } from '@plataforma/platform';
import { type Notifier, WorkTable } from '@plataforma/trabalho';
import {
  ApagamentoRepository,
  type EtapaDeApagamento,
  type ParteDeApagamento,
  type PedidoDeApagamento,
  type RespostaDeApagamento,
} from '../application/ports.js';
import { ApagamentoInexistente } from '../domain/errors.js';

const POSSE_MS = 60_000;
/** Whoever waited for the first answers is gone after this. */
const ABANDONADO = `interval '1 minute'`;

interface PedidoRow {
  readonly id: string;
  readonly usuario_id: string;
  readonly pedido_por: PedidoDeApagamento['por'];
}

export class PgApagamentoRepository extends ApagamentoRepository {
  override readonly toConduct: WorkTable<PedidoDeApagamento>;

  /** @param carenciaS between the end of the sessions and the erasing, s */
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    notifier: Notifier,
    private readonly carenciaS: number,
  ) {
    super();
    this.toConduct = new WorkTable(database, notifier, {
      name: 'apagamento de contas',
      channel: 'apagamentos',
      table: 'pedidos_de_apagamento',
      key: ['id'],
      due: 'disponivel_em',
      lease: 'posse_ate',
      attempts: 'tentativas',
      scope: `estado = 'APAGANDO'`,
      stuck: `estado = 'APAGANDO' AND prazo < now()`,
      toItem: ({ id, usuario_id, pedido_por }: PedidoRow) => ({ id, usuarioId: usuario_id, por: pedido_por }),
      leaseMs: POSSE_MS,
      backoff: { firstMs: 2_000, maxMs: 300_000 },
    });
  }

  open(
    id: string,
    usuarioId: string,
    comprovante: Buffer,
    por: PedidoDeApagamento['por'] = 'PESSOA',
  ): Promise<boolean> {
    return this.database.transaction(async () => {
      await this.database.change(
        `UPDATE pedidos_de_apagamento SET estado = 'DESFEITO', encerrado_em = now()
          WHERE usuario_id = $1 AND estado = 'CONFERINDO' AND pedido_em < now() - ${ABANDONADO}`,
        [usuarioId],
      );
      const aberto = await this.database.change(
        `INSERT INTO pedidos_de_apagamento (id, usuario_id, estado, comprovante_hash, pedido_por)
         VALUES ($1, $2, 'CONFERINDO', $3, $4) ON CONFLICT DO NOTHING`,
        [id, usuarioId, comprovante, por],
      );
      return aberto > 0;
    });
  }

  ask(id: string, etapa: EtapaDeApagamento, servicos: readonly string[]): Promise<void> {
    return this.database.transaction(async () => {
      const [pedido] = await this.database.query<{ usuario_id: string }>(
        'SELECT usuario_id FROM pedidos_de_apagamento WHERE id = $1',
        [id],
      );
      if (!pedido) throw new Error(`Não há o pedido de apagamento ${id}`);
      for (const servico of servicos) {
        await this.database.query(
          'INSERT INTO partes_de_apagamento (pedido_id, etapa, servico) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [id, etapa, servico],
        );
        const data = { pedidoId: id, usuarioId: pedido.usuario_id, servico, etapa };
        // A stream of its own: each time it is asked it is another message.
        await this.eventos.append(`apagamento/${randomUUIDv7()}`, [{ type: 'usuario.apagamento-pedido.v1', data }], 0);
      }
    });
  }

  answered(resposta: RespostaDeApagamento): Promise<void> {
    return this.database.transaction(async () => {
      const { pedidoId, etapa, servico } = resposta;
      // One answer of a request after the other: the last of them sees that it is.
      await this.database.query('SELECT FROM pedidos_de_apagamento WHERE id = $1 FOR UPDATE', [pedidoId]);
      await this.database.change(
        `UPDATE partes_de_apagamento SET resposta = $4, respondida_em = now()
          WHERE pedido_id = $1 AND etapa = $2 AND servico = $3 AND resposta IS NULL`,
        [pedidoId, etapa, servico, JSON.stringify(resposta)],
      );
      const todos = await this.database.change(
        `UPDATE pedidos_de_apagamento SET disponivel_em = now() WHERE id = $1 AND estado = 'APAGANDO'
            AND NOT EXISTS (SELECT FROM partes_de_apagamento WHERE pedido_id = $1 AND resposta IS NULL)`,
        [pedidoId],
      );
      if (todos > 0) this.toConduct.announce();
    });
  }

  parts(id: string): Promise<ParteDeApagamento[]> {
    return this.database.query<ParteDeApagamento>(
      'SELECT etapa, servico, resposta FROM partes_de_apagamento WHERE pedido_id = $1 ORDER BY servico',
      [id],
    );
  }

  async begin(id: string): Promise<void> {
    const comecados = await this.database.change(
      `UPDATE pedidos_de_apagamento SET estado = 'APAGANDO', disponivel_em = now() + make_interval(secs => $2)
        WHERE id = $1 AND estado = 'CONFERINDO'`,
      [id, this.carenciaS],
    );
    if (comecados === 0) throw new ApagamentoInexistente();
    this.toConduct.announce();
  }

  async giveUp(id: string): Promise<void> {
    // Whoever gives up may not know that it has begun: the answer to their COMMIT was lost.
    await this.database.change(
      `UPDATE pedidos_de_apagamento SET estado = 'DESFEITO', encerrado_em = now() WHERE id = $1 AND estado = 'CONFERINDO'`,
      [id],
    );
  }

  async reopen(id: string, servicos: readonly string[]): Promise<void> {
    await this.database.change(
      `UPDATE partes_de_apagamento SET resposta = NULL, respondida_em = NULL
        WHERE pedido_id = $1 AND etapa = 'APAGAR' AND servico = ANY($2)`,
      [id, servicos],
    );
  }

  async end(id: string, estado: 'DESFEITO' | 'CONCLUIDO'): Promise<void> {
    await this.database.change(
      `UPDATE pedidos_de_apagamento SET estado = $2, encerrado_em = now(), disponivel_em = NULL, posse_ate = NULL
        WHERE id = $1 AND estado = 'APAGANDO'`,
      [id, estado],
    );
  }

  async hurry(id: string): Promise<boolean> {
    const apressados = await this.database.change(
      `UPDATE pedidos_de_apagamento SET disponivel_em = now() WHERE id = $1 AND estado = 'APAGANDO'`,
      [id],
    );
    if (apressados > 0) this.toConduct.announce();
    return apressados > 0;
  }

  async eraseAccount(id: string, usuarioId: string): Promise<void> {
    const [row] = await this.database.query<{ r: Pick<RespostaDeApagamento, 'apagado' | 'mantido'> }>(
      'SELECT apagar_pessoa($1) AS r',
      [usuarioId],
    );
    const resposta = { pedidoId: id, servico: 'auth', etapa: 'APAGAR', pendencias: [], ...row?.r };
    await this.database.query(
      `INSERT INTO partes_de_apagamento (pedido_id, etapa, servico, resposta, respondida_em)
       VALUES ($1, 'APAGAR', 'auth', $2, now())`,
      [id, JSON.stringify(resposta)],
    );
    await this.end(id, 'CONCLUIDO');
    const data = { usuarioId, anonimizadoEm: new Date().toISOString() };
    await this.eventos.append(`anonimizado/${id}`, [{ type: 'usuario.anonimizado.v1', data }], 0);
  }
}
