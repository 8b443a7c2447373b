import {
  type Aceite,
  Canal,
  type Destino,
  type DestinoRepository,
  FalhaDeEnvio,
  type Mensagem,
  NadaAEnviar,
} from '../application/ports.js';
import type { Meio } from '../domain/destino.js';
import type { GuardaDeProvedor } from './guarda-de-provedor.js';

/** What became of one message at the devices of one provider. */
export interface Multicast {
  readonly aceitos: number;
  /** Devices that exist no more. */
  readonly mortos: readonly string[];
  /** Why others did not take it. */
  readonly falhas: readonly FalhaDeEnvio[];
}

/** Hands one message to many devices. */
export interface ProvedorDePush {
  readonly nome: string;
  readonly meio: Meio;
  /** Where a person with more of them is reached at once. */
  send(mensagem: Mensagem<'PUSH'>, destinos: readonly Destino[]): Promise<Multicast>;
}

/** What one provider does with a message, when all that it did is fail: thrown, so that its guard hears of it. */
const conferido = (multicast: Multicast): Multicast => {
  const [falha] = multicast.falhas.toSorted((a, b) => Number(a.definitiva) - Number(b.definitiva));
  if (falha && multicast.aceitos === 0 && multicast.mortos.length === 0) throw falha;
  return multicast;
};

/**
 * All devices of a person, each by its own provider, which know nothing of each other: one that fails keeps no message
 * from the other's devices. It is told when one device has it; what is dead is forgotten.
 */
export class CanalDePush extends Canal<'PUSH'> {
  override readonly tipo = 'PUSH';

  constructor(
    private readonly destinos: DestinoRepository,
    private readonly provedores: readonly (readonly [ProvedorDePush, GuardaDeProvedor | undefined])[],
  ) {
    super();
  }

  override async deliver(mensagem: Mensagem<'PUSH'>): Promise<Aceite> {
    const destinos = await this.destinos.reachable(mensagem.para.usuarioId, 'PUSH');
    const partes = await Promise.all(
      this.provedores.flatMap(([provedor, guarda]) => {
        const seus = destinos.filter(({ meio }) => meio === provedor.meio);
        const enviar = async () => conferido(await provedor.send(mensagem, seus));
        return seus.length === 0 ? [] : [this.part(provedor.nome, guarda ? guarda.run(enviar) : enviar())];
      }),
    );
    const mortos = partes.flatMap((parte) => parte.mortos);
    if (mortos.length > 0) await this.destinos.forget(mortos);
    const aceitaram = partes.filter(({ aceitos }) => aceitos > 0);
    if (aceitaram.length > 0) return { provedor: aceitaram.map(({ nome }) => nome).join(',') };
    const [falha] = partes
      .flatMap(({ falhas }) => falhas)
      .toSorted((a, b) => Number(a.definitiva) - Number(b.definitiva));
    throw falha ?? new NadaAEnviar();
  }

  /** A message may be for the devices of either. */
  override async room(): Promise<number> {
    const vagas = await Promise.all(
      this.provedores.map(([, guarda]) => (guarda ? guarda.room() : Promise.resolve(Infinity))),
    );
    return Math.max(...vagas);
  }

  private async part(nome: string, sent: Promise<Multicast>): Promise<Multicast & { readonly nome: string }> {
    try {
      return { nome, ...(await sent) };
    } catch (error) {
      const falha = error instanceof FalhaDeEnvio ? error : new FalhaDeEnvio(`${nome} falhou`, false);
      return { nome, aceitos: 0, mortos: [], falhas: [falha] };
    }
  }
}
