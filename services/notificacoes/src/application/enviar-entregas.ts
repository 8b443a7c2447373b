import { failpoint, type Logger, metrics } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import { type Avisos, depoisDaFalha, esperaDe, podeEsperar, type PoliticaEnvio } from '../domain/entrega.js';
import { fimDoSilencio } from '../domain/silencio.js';
import {
  type Canal,
  type Carta,
  EM_SILENCIO,
  type EntregaEmMaos,
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
      if (ate) return this.entregas.keep(reivindicada, posse, ate.getTime() - Date.now(), EM_SILENCIO);
      await this.send([primeira, ...demais], posse);
    }
    // Last: while the first of the letter waits, nobody else takes the others.
    await this.markOutdated(superadas);
    await this.markOutdated(
      vivas.filter(({ consentida }) => !consentida),
      SEM_CONSENTIMENTO,
    );
  }

  private async markOutdated(entregas: readonly EntregaEmMaos[], motivo?: string): Promise<void> {
    if (entregas.length === 0) return;
    await this.entregas.markOutdated(entregas, motivo);
    this.count(entregas, 'superada');
  }

  protected override room(): Promise<number> {
    return this.canal.room();
  }

  protected override tried(error: unknown): boolean {
    return !(error instanceof FalhaDeEnvio) || error.tentada;
  }

  private async send(carta: Carta, posse: Claim): Promise<void> {
    const [{ id, contato, tentativas, falhando, aviso }] = carta;
    // Attempts that ended without a word, as when they take the process with them.
    if (tentativas - falhando.falhas > this.ajustes.tentativas) {
      await this.entregas.markFailed(carta, posse, 'as tentativas se esgotaram sem resposta');
      return this.count(carta, 'falhou');
    }
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

  private count(carta: readonly EntregaEmMaos[], desfecho: 'enviada' | 'falhou' | 'adiada' | 'superada'): void {
    for (const { aviso } of carta)
      metrics.notificacoesEnvios.inc({ canal: this.canal.tipo, tipo: aviso.tipo, desfecho });
  }

  /** A defect, such as a text that cannot be written, is of this letter alone, and perhaps mended by the next version. */
  protected override async failed(carta: Carta, posse: Claim, error: unknown): Promise<void> {
    if (error instanceof NadaAEnviar) return this.markOutdated(carta);
    const falha = error instanceof FalhaDeEnvio ? error : new FalhaDeEnvio('falha interna', false);
    const continuacao = depoisDaFalha(carta[0].falhando, Date.now(), falha, this.ajustes);
    if (continuacao.tipo === 'DESISTIR') {
      await this.entregas.markFailed(carta, posse, falha.message);
      return this.count(carta, 'falhou');
    }
    await this.entregas.postpone(carta, posse, Math.max(continuacao.pausaMs, falha.esperarMs ?? 0), falha);
    this.count(carta, 'adiada');
  }
}
