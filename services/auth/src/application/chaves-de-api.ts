import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Escopo, pode } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { AMR_DE_CHAVE, hashDeSegredo, novoSegredo } from './segredo-de-chave.js';
import { ChaveDeApiInexistente, ChaveDeApiInvalida, EscopoAlemDoPapel, UsuarioInexistente } from '../domain/errors.js';
import type { Origem } from '../domain/sessao.js';
import {
  ChaveDeApiRepository,
  type ChaveDeApiVista,
  Correio,
  EmissorDeToken,
  LimitadorDeTentativas,
  SessaoRepository,
  type TokenAcesso,
  UsuarioRepository,
} from './ports.js';

/** A key and its secret, which nobody is told again. */
export interface ChaveDeApiCriada {
  readonly id: string;
  readonly chave: string;
  readonly expiraEm: Date;
}

/** A secret that acts for somebody does not come to be without their being told. */
@Injectable()
export class AvisarDeChave {
  constructor(
    private readonly database: Database,
    private readonly usuarios: UsuarioRepository,
    private readonly correio: Correio,
  ) {}

  /** What is done and the letter about it are committed together. */
  depois<T>(usuarioId: string, origem: Origem, trabalho: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      const feito = await trabalho();
      const para = await this.usuarios.find(usuarioId);
      if (!para) throw new UsuarioInexistente();
      await this.correio.post({ tipo: 'CHAVE_DE_API_MUDOU', para, origem });
      return feito;
    });
  }
}

/** Gives an integration a key of its owner's. */
export class CriarChaveDeApi extends Command<ChaveDeApiCriada> {
  constructor(
    readonly usuario: Usuario,
    readonly nome: string,
    readonly escopos: readonly Escopo[],
    readonly pedidosPorMinuto: number,
    readonly validadeMs: number,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(CriarChaveDeApi)
export class CriarChaveDeApiHandler implements ICommandHandler<CriarChaveDeApi> {
  constructor(
    private readonly chaves: ChaveDeApiRepository,
    private readonly aviso: AvisarDeChave,
  ) {}

  /** @throws EscopoAlemDoPapel, ChavesDemais */
  async execute({ usuario, validadeMs, origem, ...chave }: CriarChaveDeApi): Promise<ChaveDeApiCriada> {
    const alem = chave.escopos.filter((escopo) => !pode(usuario, escopo));
    if (alem.length > 0) throw new EscopoAlemDoPapel(alem);
    const id = randomUUIDv7();
    const segredo = novoSegredo();
    const expiraEm = await this.aviso.depois(usuario.id, origem, () =>
      this.chaves.insert({ ...chave, id, usuarioId: usuario.id }, segredo, validadeMs),
    );
    return { id, chave: segredo.texto, expiraEm };
  }
}

/** Gives a key another secret. */
export class RotacionarChaveDeApi extends Command<ChaveDeApiCriada> {
  constructor(
    readonly usuarioId: string,
    readonly id: string,
    readonly sobreposicaoMs: number,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(RotacionarChaveDeApi)
export class RotacionarChaveDeApiHandler implements ICommandHandler<RotacionarChaveDeApi> {
  constructor(
    private readonly chaves: ChaveDeApiRepository,
    private readonly aviso: AvisarDeChave,
  ) {}

  /** @throws ChaveDeApiInexistente also for somebody else's */
  async execute({ usuarioId, id, sobreposicaoMs, origem }: RotacionarChaveDeApi): Promise<ChaveDeApiCriada> {
    const segredo = novoSegredo();
    const expiraEm = await this.aviso.depois(usuarioId, origem, () =>
      this.chaves.rotate({ usuarioId, id }, segredo, sobreposicaoMs),
    );
    return { id, chave: segredo.texto, expiraEm };
  }
}

export class RevogarChaveDeApi extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(RevogarChaveDeApi)
export class RevogarChaveDeApiHandler implements ICommandHandler<RevogarChaveDeApi> {
  constructor(private readonly sessoes: SessaoRepository) {}

  /** Its session ends, and with it the tokens that it was given. @throws ChaveDeApiInexistente also for somebody else's */
  async execute({ usuarioId, id }: RevogarChaveDeApi): Promise<void> {
    if ((await this.sessoes.endOf({ usuarioId, so: id }, 'REVOGADA')) === 0) throw new ChaveDeApiInexistente();
  }
}

/** A person's keys that are good. */
export class ListarChavesDeApi extends Query<ChaveDeApiVista[]> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@QueryHandler(ListarChavesDeApi)
export class ListarChavesDeApiHandler implements IQueryHandler<ListarChavesDeApi> {
  constructor(private readonly chaves: ChaveDeApiRepository) {}

  execute({ usuarioId }: ListarChavesDeApi): Promise<ChaveDeApiVista[]> {
    return this.chaves.list(usuarioId);
  }
}

/** An access token for whoever has the key. */
export class TrocarChaveDeApi extends Command<TokenAcesso & { readonly escopos: readonly string[] }> {
  constructor(
    readonly chave: string,
    /** Where the request comes from. */
    readonly endereco: string,
  ) {
    super();
  }
}

/** When somebody proved that they are there: never, as far as a key tells. */
const NUNCA = new Date(0);

@CommandHandler(TrocarChaveDeApi)
export class TrocarChaveDeApiHandler implements ICommandHandler<TrocarChaveDeApi> {
  constructor(
    private readonly chaves: ChaveDeApiRepository,
    private readonly emissor: EmissorDeToken,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws ChaveDeApiInvalida; what the limiter throws */
  async execute({ chave, endereco }: TrocarChaveDeApi): Promise<TokenAcesso & { readonly escopos: readonly string[] }> {
    await this.limitador.countTrocaDeChave(endereco);
    const achada = await this.chaves.use(hashDeSegredo(chave));
    if (!achada) throw new ChaveDeApiInvalida();
    const { id, usuarioId, papeis, escopos } = achada;
    const sessao = { id, amr: AMR_DE_CHAVE, autenticadaEm: NUNCA };
    return { ...(await this.emissor.issue({ id: usuarioId, papeis }, sessao, achada)), escopos };
  }
}
