import { failpoint, type Logger, metrics, SealError, unseal } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import type { CartaEmMaos } from '../domain/carta-de-conta.js';
import { depoisDaFalha } from '../domain/entrega.js';
import type { AjustesDeEnvio } from './enviar-entregas.js';
import { type Canal, type CartaDeContaRepository, FalhaDeEnvio, type ModelosDeCarta } from './ports.js';

const EM_MAOS = 5;

/** Sends letters about accounts, at least once; their secrets are opened here, into the letter alone. */
export class EnviarCartas extends LeasedWork<CartaEmMaos> {
  constructor(
    private readonly cartas: CartaDeContaRepository,
    private readonly modelos: ModelosDeCarta,
    private readonly email: Canal<'EMAIL'>,
    private readonly chave: Buffer,
    private readonly ajustes: AjustesDeEnvio,
    logger: Logger,
  ) {
    super({ table: cartas.toSend, concurrency: EM_MAOS, itemMs: ajustes.prazoMs }, logger);
  }

  protected override room(): Promise<number> {
    return this.email.room();
  }

  protected override tried(error: unknown): boolean {
    return !(error instanceof FalhaDeEnvio) || error.tentada;
  }

  protected override async process(carta: CartaEmMaos, posse: Claim): Promise<void> {
    if (carta.expiraEm && carta.expiraEm <= new Date()) {
      await this.cartas.end(posse, carta.id, 'SUPERADA');
      return this.count(carta, 'superada');
    }
    if (posse.attempts - carta.falhando.falhas > this.ajustes.tentativas) {
      await this.cartas.end(posse, carta.id, 'FALHOU', 'as tentativas se esgotaram sem resposta');
      return this.count(carta, 'falhou');
    }
    const { id, tipo, usuarioId, nome, email, idioma } = carta;
    const conteudo = this.modelos.write(carta, this.secretOf(carta));
    failpoint('notificacoes.cartas.antes-de-entregar');
    await this.email.deliver({ id, tipo, para: { usuarioId, nome, email, idioma }, conteudo });
    const tomada = Date.now();
    failpoint('notificacoes.cartas.depois-de-entregar');
    await this.cartas.end(posse, id, 'ENVIADA');
    this.count(carta, 'enviada');
    metrics.notificacoesAteEntregar.observe(
      { canal: 'EMAIL' },
      Math.max(0, tomada - carta.ocorridoEm.getTime()) / 1_000,
    );
  }

  protected override failed(carta: CartaEmMaos, posse: Claim, error: unknown): Promise<unknown> {
    const falha = error instanceof FalhaDeEnvio ? error : new FalhaDeEnvio('falha interna', false);
    const continuacao = depoisDaFalha(carta.falhando, Date.now(), falha, this.ajustes);
    this.count(carta, continuacao.tipo === 'DESISTIR' ? 'falhou' : 'adiada');
    return continuacao.tipo === 'DESISTIR'
      ? this.cartas.end(posse, carta.id, 'FALHOU', falha.message)
      : this.cartas.postpone(posse, carta.id, Math.max(continuacao.pausaMs, falha.esperarMs ?? 0), falha);
  }

  private count({ tipo }: CartaEmMaos, desfecho: 'enviada' | 'falhou' | 'adiada' | 'superada'): void {
    metrics.notificacoesEnvios.inc({ canal: 'EMAIL', tipo, desfecho });
  }

  /** @throws FalhaDeEnvio for good when the key is not the one that it was sealed with */
  private secretOf({ id, segredo }: CartaEmMaos): string | undefined {
    try {
      return segredo === undefined ? undefined : unseal(Buffer.from(segredo, 'base64'), this.chave, id);
    } catch (error) {
      if (error instanceof SealError) throw new FalhaDeEnvio('o segredo não abre com CARTAS_CHAVE', true);
      throw error;
    }
  }
}
