import { Controller, UseGuards } from '@nestjs/common';
import { PlatformApi } from '@plataforma/bff';
import { painel } from '@plataforma/contracts';
import type { QueueDepth } from '@plataforma/messaging';
import { Logger, Operacao } from '@plataforma/platform';
import { SessaoViva } from './sessao-viva.js';

const PRAZO_MS = 2_000;
/** However many look, servers are asked this often, ms. */
const VALE_MS = 2_000;

/** Where else an operator looks. */
export class Alhures {
  constructor(
    readonly rastrosUrl: string | null,
    readonly graficosUrl: string | null,
    /** How much waits in each queue. */
    readonly filas: () => Promise<QueueDepth[]>,
  ) {}
}

const aTempo = async <T>(o: Promise<T>): Promise<T> => {
  // Past its time nobody hears of how it ended.
  o.catch(() => undefined);
  const fim = AbortSignal.timeout(PRAZO_MS);
  return Promise.race([
    o,
    new Promise<never>((_, recusar) => fim.addEventListener('abort', () => recusar(new Error('sem resposta a tempo')))),
  ]);
};

@Controller()
@UseGuards(SessaoViva)
export class SituacaoController {
  private vista: { readonly desde: number; readonly o: ReturnType<SituacaoController['olhar']> } | undefined;

  constructor(
    private readonly api: PlatformApi,
    private readonly alhures: Alhures,
    private readonly logger: Logger,
  ) {}

  @Operacao(painel.situacao)
  situacao() {
    const agora = performance.now();
    if (!this.vista || agora - this.vista.desde > VALE_MS) this.vista = { desde: agora, o: this.olhar() };
    return this.vista.o;
  }

  private async olhar() {
    const { rastrosUrl, graficosUrl } = this.alhures;
    const filas = aTempo(this.alhures.filas()).catch((error: unknown) => {
      this.logger.warn('As filas não puderam ser olhadas', { error });
      return null;
    });
    const outbox = this.api.outboxLags();
    const servicos = await Promise.all(
      this.api.readiness().map(async (check) => ({
        nome: check.name,
        responde: await aTempo(check.probe()).then(
          () => true,
          () => false,
        ),
        essencial: !check.optional,
      })),
    );
    const vistas = await filas;
    const rabbitmq = { nome: 'rabbitmq', responde: vistas !== null, essencial: false };
    return { dependencias: [...servicos, rabbitmq], filas: vistas, outbox: await outbox, rastrosUrl, graficosUrl };
  }
}
