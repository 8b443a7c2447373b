import { Injectable } from '@nestjs/common';
import type { Fatores } from '../domain/fator.js';
import { temSegundoFator } from '../domain/fator.js';
import { redeDe } from '../domain/rede.js';
import { VALIDADE_DESAFIO_SEGUNDOS } from '../domain/sessao.js';
import { ChavesWebAuthn, type Desafio, DesafioRepository, TokensDeRenovacao, type UsoDoDesafio } from './ports.js';

/** What is to be answered by one of these factors. */
export interface DesafioLancado {
  readonly desafio: string;
  readonly expiraEmSegundos: number;
  readonly fatores: readonly ('TOTP' | 'CHAVE_DE_ACESSO' | 'CODIGO_DE_RECUPERACAO')[];
  /** PublicKeyCredentialRequestOptionsJSON; null without passkeys. */
  readonly chaveDeAcesso: Readonly<Record<string, unknown>> | null;
}

/** Challenges: opaque, of one use and one network, hashed. The same is what a passkey signs. */
@Injectable()
export class Desafios {
  constructor(
    private readonly repository: DesafioRepository,
    private readonly opacos: TokensDeRenovacao,
    private readonly chaves: ChavesWebAuthn,
  ) {}

  async launch(
    uso: UsoDoDesafio,
    endereco: string,
    de: Pick<Desafio, 'usuarioId' | 'senhaHash' | 'papeis'> = {},
  ): Promise<string> {
    const desafio = this.opacos.create();
    await this.repository.insert({ ...de, hash: this.opacos.hash(desafio), uso, rede: redeDe(endereco) });
    return desafio;
  }

  /** To be answered by whoever has these factors; undefined when they have none. */
  async ofFatores(
    uso: 'FATOR' | 'ELEVACAO',
    fatores: Fatores,
    endereco: string,
    de: Pick<Desafio, 'usuarioId' | 'senhaHash' | 'papeis'>,
  ): Promise<DesafioLancado | undefined> {
    if (!temSegundoFator(fatores)) return undefined;
    const desafio = await this.launch(uso, endereco, de);
    const { totpDesde, chaves, codigosRestantes } = fatores;
    return {
      desafio,
      expiraEmSegundos: VALIDADE_DESAFIO_SEGUNDOS,
      fatores: [
        ...(totpDesde ? (['TOTP'] as const) : []),
        ...(chaves.length > 0 ? (['CHAVE_DE_ACESSO'] as const) : []),
        ...(codigosRestantes > 0 ? (['CODIGO_DE_RECUPERACAO'] as const) : []),
      ],
      chaveDeAcesso: chaves.length > 0 ? await this.chaves.optionsToProve(desafio, chaves) : null,
    };
  }

  /** Counts an answer; undefined when there may be none, from there. */
  try(desafio: string, uso: UsoDoDesafio, endereco: string): Promise<Desafio | undefined> {
    return this.repository.try(this.opacos.hash(desafio), uso, redeDe(endereco));
  }

  /** Uses it up, once however many try. */
  use({ hash }: Pick<Desafio, 'hash'>): Promise<boolean> {
    return this.repository.use(hash);
  }
}
