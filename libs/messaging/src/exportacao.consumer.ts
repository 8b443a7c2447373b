import { Controller, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent, Servico } from '@plataforma/contracts';
import { boxFor, Database } from '@plataforma/platform';
import { Auditoria } from './auditoria.js';
import { EventStore } from './event-store.js';
import { comComuns, exportarPessoa, type ItemDeExportacao, rotuloDoPedaco } from './exportacao.js';

/**
 * What a service does when somebody asks for their data: sends its part in pieces that only auth can open, in the
 * transaction that takes the question. What names people travels by the outbox that forgets; read by anybody else, a
 * piece is noise. Asked again it sends them again, as another attempt.
 */
export function exportacaoConsumer(servico: Servico, itens: readonly ItemDeExportacao[]): Type<object> {
  @Controller()
  class ExportacaoConsumer {
    constructor(
      private readonly database: Database,
      private readonly eventos: EventStore,
      private readonly auditoria: Auditoria,
    ) {}

    @EventPattern('usuario.exportacao-pedida.v1')
    async pedida(@Payload() { data }: CloudEvent<'usuario.exportacao-pedida.v1'>): Promise<void> {
      if (data.servico !== servico) return;
      const { pedidoId, usuarioId, tentativa, chavePublica } = data;
      const caixa = boxFor(chavePublica);
      const base = { pedidoId, usuarioId, servico, tentativa };
      const fluxo = `exportacao/${pedidoId}/${servico}/${tentativa}`;
      const send = (ordem: number, parte: object) =>
        this.eventos.append(
          fluxo,
          [{ type: 'usuario.dados-exportados.v1', data: { ...base, ordem, ...parte } }],
          ordem - 1,
        );
      const fim = await exportarPessoa(this.database, comComuns(itens), usuarioId, ({ ordem, arquivo, conteudo }) =>
        send(ordem, {
          arquivo,
          chave: caixa.chave,
          conteudo: caixa.close(conteudo, rotuloDoPedaco(pedidoId, servico, { arquivo, ordem })).toString('base64'),
        }),
      );
      await send(fim.pedacos + 1, { fim });
      await this.auditoria.record('exportacao.feita', {
        pessoaId: usuarioId,
        alvo: `exportacao/${pedidoId}`,
        dados: { linhas: fim.arquivos.reduce((soma, { linhas }) => soma + linhas, 0) },
      });
    }
  }
  return ExportacaoConsumer;
}
