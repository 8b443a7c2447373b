import { Controller, UseGuards } from '@nestjs/common';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { mensagensMortas, operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { MensagensMortas } from './mensagens-mortas.js';
import { SessaoViva } from './sessao-viva.js';

@Controller()
@UseGuards(SessaoViva)
export class MensagensMortasController {
  private readonly auditoria;

  constructor(
    private readonly mensagens: MensagensMortas,
    api: PlatformApi,
  ) {
    this.auditoria = api.cliente(operacoesDeAuth.auditoria);
  }

  @Operacao(mensagensMortas.list)
  list({ consulta }: Pedido<typeof mensagensMortas.list>) {
    return this.mensagens.list(consulta.limite);
  }

  @Operacao(mensagensMortas.replay)
  async replay({ parametros: { id } }: Pedido<typeof mensagensMortas.replay>, { request }: Http) {
    await this.record('REENVIO', id, request);
    return this.mensagens.replay(id);
  }

  @Operacao(mensagensMortas.drop)
  async drop({ parametros: { id } }: Pedido<typeof mensagensMortas.drop>, { request }: Http) {
    await this.record('EXCLUSAO', id, request);
    return this.mensagens.drop(id);
  }

  /** Before it is done: what cannot be recorded is not done. */
  private async record(acao: 'REENVIO' | 'EXCLUSAO', mensagem: string, request: Http['request']): Promise<void> {
    await this.auditoria.registrarAcao({ corpo: { acao, mensagem }, cabecalhos: forwardedHeaders(request) });
  }
}
