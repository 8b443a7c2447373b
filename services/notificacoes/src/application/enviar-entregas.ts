import { failpoint, type Logger, metrics } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import { type Avisos, depoisDaFalha, esperaDe, podeEsperar, type PoliticaEnvio } from '../domain/entrega.js';
import { fimDoSilencio } from '../domain/silencio.js';
import {
  type Canal,
  type Carta,
  EM_SILENCIO,
  type EntregaRepository,
  FalhaDeEnvio,
  type Modelos,
  NadaAEnviar,
  SEM_CONSENTIMENTO,
} from './ports.js';

const EM_MAOS = 10;

export interface AjustesDeEnvio extends PoliticaEnvio {
  /** How long one letter may take, ms; longer than a send can. */
  readonly prazoMs: number;
}

/**
 * Sends what is due in one channel. A claim is a row with a lease, not an open transaction: the provider may take its time. A process
 * that dies between the send and the mark leaves a lease that ends, and the message goes out again: at least once.
 */
export class EnviarEntregas extends LeasedWork<Carta> {
  constructor(
    private readonly entregas: EntregaRepository,
    private readonly modelos: Modelos,
    private readonly canal: Canal,
    private readonly ajustes: AjustesDeEnvio,
    logger: Logger,
  ) {
    super(
      {
        table: entregas.toSend(canal.tipo),
        concurrency: EM_MAOS,
        itemMs: ajustes.prazoMs,
        subjects: (carta) => carta.map(({ reservaId }) => `reserva:${reservaId}`),
      },
      logger,
    );
  }

  protected override async process(reivindicada: Carta, posse: Claim): Promise<void> {
    const superadas = reivindicada.filter(({ superada }) => superada);
    const vivas = reivindicada.filter(({ superada }) => !superada);
    const [primeira, ...demais] = vivas.filter(({ consentida }) => consentida);
    if (primeira) {
      const ate =
        primeira.contato.silencio &&
        podeEsperar(primeira.aviso.tipo) &&
        fimDoSilencio(new Date(), primeira.contato.silencio);
      if (ate)
        return this.entregas.postpone(
          reivindicada,
          posse,
          ate.getTime() - Date.now(),
          new FalhaDeEnvio(EM_SILENCIO, false),
        );
      await this.send([primeira, ...demais], posse);
    }
    // Last: while the first of the letter waits, nobody else takes the others.
    if (superadas.length > 0) await this.entregas.markOutdated(superadas);
    const recusadas = vivas.filter(({ consentida }) => !consentida);
    if (recusadas.length > 0) await this.entregas.markOutdated(recusadas, SEM_CONSENTIMENTO);
  }

  private async send(carta: Carta, posse: Claim): Promise<void> {
    const [{ id, contato, tentativas, aviso }] = carta;
    // Its earlier attempts all ended without a word, as when they took the process with them.
    if (tentativas > this.ajustes.tentativas)
      return this.entregas.markFailed(carta, posse, 'as tentativas se esgotaram sem resposta');
    const avisos = carta.map(({ aviso }) => aviso) as [...Avisos];
    const conteudo = this.modelos.write(this.canal.tipo, avisos, contato);
    failpoint('notificacoes.envio.antes-de-entregar');
    const aceite = await this.canal.deliver({ id, tipo: aviso.tipo, para: contato, conteudo });
    const tomada = Date.now();
    failpoint('notificacoes.envio.depois-de-entregar');
    await this.entregas.markSent(carta, conteudo.assunto, aceite);
    this.count(carta, 'enviada');
    // What waits for its hour by itself tells nothing of how fast we are.
    for (const { aviso, ocorridoEm } of carta)
      if (esperaDe(aviso.tipo) === 0)
        metrics.notificacoesAteEntregar.observe(
          { canal: this.canal.tipo },
          Math.max(0, tomada - Date.parse(ocorridoEm)) / 1_000,
        );
  }

  private count(carta: Carta, desfecho: 'enviada' | 'falhou' | 'adiada' | 'superada'): void {
    for (const { aviso } of carta)
      metrics.notificacoesEnvios.inc({ canal: this.canal.tipo, tipo: aviso.tipo, desfecho });
  }

  /** A defect, such as a text that cannot be written, is of this letter alone, and perhaps mended by the next version. */
  protected override async failed(carta: Carta, posse: Claim, error: unknown): Promise<void> {
    if (error instanceof NadaAEnviar) {
      await this.entregas.markOutdated(carta);
      return this.count(carta, 'superada');
    }
    const falha = error instanceof FalhaDeEnvio ? error : new FalhaDeEnvio('falha interna', false);
    const continuacao = depoisDaFalha(falha.tentada ? posse.attempts : 0, falha.definitiva, this.ajustes);
    if (continuacao.tipo === 'DESISTIR') {
      await this.entregas.markFailed(carta, posse, falha.message);
      return this.count(carta, 'falhou');
    }
    await this.entregas.postpone(carta, posse, Math.max(continuacao.pausaMs, falha.esperarMs ?? 0), falha);
    this.count(carta, 'adiada');
  }
}
