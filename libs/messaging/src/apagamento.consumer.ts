import { Controller, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent, MessageData, Servico } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { Auditoria } from './auditoria.js';
import { EventStore } from './event-store.js';

type Resposta = MessageData<'apagamento.respondido.v1'>;

/**
 * What a service does when somebody asks to be erased: says what keeps them from it, or erases its part by the database's
 * own function (`apagar_pessoa`), and answers in the same transaction. Asked again it answers again.
 */
export function apagamentoConsumer(servico: Servico): Type<object> {
  @Controller()
  class ApagamentoConsumer {
    constructor(
      private readonly database: Database,
      private readonly eventos: EventStore,
      private readonly auditoria: Auditoria,
    ) {}

    @EventPattern('usuario.apagamento-pedido.v1')
    async pedido(@Payload() { data }: CloudEvent<'usuario.apagamento-pedido.v1'>): Promise<void> {
      if (data.servico !== servico) return;
      const { pedidoId, usuarioId, etapa } = data;
      const pendencias = await this.ask<Resposta['pendencias']>('pendencias_da_pessoa', usuarioId);
      const apaga = etapa === 'APAGAR' && pendencias.length === 0;
      const { apagado, mantido } = apaga ? await this.erase(usuarioId) : { apagado: [], mantido: [] };
      const resposta: Resposta = { pedidoId, servico, etapa, pendencias, apagado, mantido };
      if (apaga)
        await this.auditoria.record('apagamento.feito', {
          pessoaId: usuarioId,
          alvo: `apagamento/${pedidoId}`,
          dados: { apagado, mantido },
        });
      await this.eventos.append(`apagamento/${pedidoId}`, [{ type: 'apagamento.respondido.v1', data: resposta }]);
    }

    private erase(pessoa: string): Promise<Pick<Resposta, 'apagado' | 'mantido'>> {
      return this.ask('apagar_pessoa', pessoa);
    }

    private async ask<T>(what: 'pendencias_da_pessoa' | 'apagar_pessoa', pessoa: string): Promise<T> {
      const [row] = await this.database.query<{ r: T }>(`SELECT ${what}($1) AS r`, [pessoa]);
      if (!row) throw new Error(`${what} nada respondeu`);
      return row.r;
    }
  }
  return ApagamentoConsumer;
}
