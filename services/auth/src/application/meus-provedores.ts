import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Injectable } from '@nestjs/common';
import type { MeusProvedoresHttp, ProvedoresHttp, RetornoDeProvedor } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { ProvaNecessaria, ProvedorJaLigado, UsuarioInexistente } from '../domain/errors.js';
import type { Origem } from '../domain/sessao.js';
import { type EntradaIniciada, PedidosDeEntrada } from './entrar-por-provedor.js';
import { ConferirSenha } from './mudar-conta.js';
import { Correio, IdentidadeRepository, LimitadorDeTentativas, Provedores, UsuarioRepository } from './ports.js';

/** For how long a log-in itself proves who is there, ms. */
const RECENTE_MS = 5 * 60_000;

/** Whoever is in an account, and what they prove it by: the password, or that they logged in a moment ago. */
export interface Prova {
  readonly usuarioId: string;
  readonly autenticadoEm: Date | undefined;
  readonly senha: string | undefined;
  readonly endereco: string;
}

/** A session that was left open somewhere must not be enough to change how an account is entered. */
@Injectable()
export class Provar {
  constructor(private readonly conferencia: ConferirSenha) {}

  /** @throws ProvaNecessaria, SenhaAtualIncorreta; what the limiter throws */
  async provar({ usuarioId, autenticadoEm, senha, endereco }: Prova): Promise<void> {
    if (senha !== undefined) await this.conferencia.conferir(usuarioId, senha, endereco);
    else if (autenticadoEm === undefined || Date.now() - autenticadoEm.getTime() > RECENTE_MS)
      throw new ProvaNecessaria();
  }
}

/** By whose word people may log in. */
export class ListarProvedores extends Query<ProvedoresHttp> {}

@QueryHandler(ListarProvedores)
export class ListarProvedoresHandler implements IQueryHandler<ListarProvedores> {
  constructor(private readonly provedores: Provedores) {}

  execute(): Promise<ProvedoresHttp> {
    return Promise.resolve({ itens: [...this.provedores.list()] });
  }
}

/** By whom one logs in to one's account. */
export class ListarMeusProvedores extends Query<MeusProvedoresHttp> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@QueryHandler(ListarMeusProvedores)
export class ListarMeusProvedoresHandler implements IQueryHandler<ListarMeusProvedores> {
  constructor(
    private readonly identidades: IdentidadeRepository,
    private readonly provedores: Provedores,
  ) {}

  async execute({ usuarioId }: ListarMeusProvedores): Promise<MeusProvedoresHttp> {
    const { temSenha, identidades } = await this.identidades.list(usuarioId);
    const nomes = new Map(this.provedores.list().map(({ id, nome }) => [id, nome]));
    const itens = identidades.map(({ provedor, ligadaEm, usadaEm }) => ({
      provedor,
      nome: nomes.get(provedor) ?? provedor,
      ligadoEm: ligadaEm.toISOString(),
      usadoEm: usadaEm?.toISOString() ?? null,
    }));
    return { temSenha, itens };
  }
}

export class LigarProvedor extends Command<EntradaIniciada> {
  constructor(
    readonly prova: Prova,
    readonly sessaoId: string | undefined,
    readonly provedor: string,
    readonly retorno: RetornoDeProvedor,
  ) {
    super();
  }
}

@CommandHandler(LigarProvedor)
export class LigarProvedorHandler implements ICommandHandler<LigarProvedor> {
  constructor(
    private readonly provas: Provar,
    private readonly pedidos: PedidosDeEntrada,
    private readonly identidades: IdentidadeRepository,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws ProvaNecessaria, SenhaAtualIncorreta, ProvedorJaLigado, ProvedorInexistente; what limiter and provider throw */
  async execute({ prova, sessaoId, provedor, retorno }: LigarProvedor): Promise<EntradaIniciada> {
    await this.limitador.countEntradaExterna(prova.endereco);
    await this.provas.provar(prova);
    if (sessaoId === undefined) throw new ProvaNecessaria();
    const { identidades } = await this.identidades.list(prova.usuarioId);
    if (identidades.some((ligada) => ligada.provedor === provedor)) throw new ProvedorJaLigado();
    return this.pedidos.iniciar(provedor, retorno, { usuarioId: prova.usuarioId, sessaoId });
  }
}

export class DesligarProvedor extends Command<void> {
  constructor(
    readonly prova: Prova,
    readonly provedor: string,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(DesligarProvedor)
export class DesligarProvedorHandler implements ICommandHandler<DesligarProvedor> {
  constructor(
    private readonly database: Database,
    private readonly provas: Provar,
    private readonly usuarios: UsuarioRepository,
    private readonly identidades: IdentidadeRepository,
    private readonly provedores: Provedores,
    private readonly correio: Correio,
  ) {}

  /** @throws ProvaNecessaria, SenhaAtualIncorreta, ProvedorInexistente, UltimoAcesso; what the limiter throws */
  async execute({ prova, provedor, origem }: DesligarProvedor): Promise<void> {
    await this.provas.provar(prova);
    await this.database.transaction(async () => {
      const usuario = await this.usuarios.find(prova.usuarioId);
      if (!usuario) throw new UsuarioInexistente();
      // One that is configured no more lets nobody in.
      const outros = this.provedores.list().map(({ id }) => id);
      await this.identidades.unlink(usuario.id, provedor, outros);
      await this.correio.post({ tipo: 'ACESSO_DESLIGADO', para: usuario, origem });
    });
  }
}
