import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { MeusProvedoresHttp, ProvedoresHttp, RetornoDeProvedor } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { ProvedorJaLigado, RenovacaoInvalida, UsuarioInexistente } from '../domain/errors.js';
import type { Origem } from '../domain/sessao.js';
import { type EntradaIniciada, PedidosDeEntrada } from './entrar-por-provedor.js';
import { Correio, IdentidadeRepository, LimitadorDeTentativas, Provedores, UsuarioRepository } from './ports.js';

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
    readonly usuarioId: string,
    readonly sessaoId: string | undefined,
    readonly provedor: string,
    readonly retorno: RetornoDeProvedor,
    /** Where the request comes from. */
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(LigarProvedor)
export class LigarProvedorHandler implements ICommandHandler<LigarProvedor> {
  constructor(
    private readonly pedidos: PedidosDeEntrada,
    private readonly identidades: IdentidadeRepository,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws RenovacaoInvalida without a session, ProvedorJaLigado, ProvedorInexistente; what limiter and provider throw */
  async execute({ usuarioId, sessaoId, provedor, retorno, endereco }: LigarProvedor): Promise<EntradaIniciada> {
    if (sessaoId === undefined) throw new RenovacaoInvalida();
    await this.limitador.countEntradaExterna(endereco);
    const { identidades } = await this.identidades.list(usuarioId);
    if (identidades.some((ligada) => ligada.provedor === provedor)) throw new ProvedorJaLigado();
    return this.pedidos.iniciar(provedor, retorno, { usuarioId, sessaoId });
  }
}

export class DesligarProvedor extends Command<void> {
  constructor(
    readonly usuarioId: string,
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
    private readonly usuarios: UsuarioRepository,
    private readonly identidades: IdentidadeRepository,
    private readonly provedores: Provedores,
    private readonly correio: Correio,
  ) {}

  /** @throws ProvedorInexistente, UltimoAcesso */
  async execute({ usuarioId, provedor, origem }: DesligarProvedor): Promise<void> {
    await this.database.transaction(async () => {
      const usuario = await this.usuarios.find(usuarioId);
      if (!usuario) throw new UsuarioInexistente();
      // One that is configured no more lets nobody in.
      const outros = this.provedores.list().map(({ id }) => id);
      await this.identidades.unlink(usuario.id, provedor, outros);
      await this.correio.post({ tipo: 'ACESSO_DESLIGADO', para: usuario, origem });
    });
  }
}
