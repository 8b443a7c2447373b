import { Controller, UseGuards } from '@nestjs/common';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { mensagensMortas, operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { MensagensMortas } from './mensagens-mortas.js';
import { SessaoViva } from './sessao-viva.js';

/** Only what one of ours has sent can be missed; a stray message may be called anything. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FILA = /^[a-z.-]{1,100}$/;

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
  drop({ parametros: { id } }: Pedido<typeof mensagensMortas.drop>, { request }: Http) {
    return this.giveUp(id, request);
  }

  @Operacao(mensagensMortas.discard)
  discard({ parametros: { id }, corpo }: Pedido<typeof mensagensMortas.discard>, { request }: Http) {
    return this.giveUp(id, request, corpo);
  }

  private async giveUp(id: string, request: Http['request'], motivo: { readonly motivo?: string } = {}) {
    // Which delivery of which message is given up: whoever counts deliveries knows then that it will never come.
    const { id: entrada, fila, mensagemId } = await this.mensagens.find(id);
    const real = UUID.test(mensagemId) && FILA.test(fila);
    await this.record('EXCLUSAO', id, request, { ...(real && { fila, mensagemId }), ...motivo });
    return this.mensagens.drop(entrada);
  }

  /** Before it is done: what cannot be recorded is not done. */
  private async record(
    acao: 'REENVIO' | 'EXCLUSAO',
    mensagem: string,
    request: Http['request'],
    entrega: { readonly fila?: string; readonly mensagemId?: string; readonly motivo?: string } = {},
  ): Promise<void> {
    await this.auditoria.registrarAcao({
      corpo: { acao, mensagem, ...entrega },
      cabecalhos: forwardedHeaders(request),
    });
  }
}
