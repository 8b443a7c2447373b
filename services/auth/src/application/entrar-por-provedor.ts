import { randomUUIDv7, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RespostaDeProvedor, RetornoDeProvedor } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import {
  EmailEmUso,
  EmailExternoNaoVerificado,
  EntradaExternaInvalida,
  FatorExigido,
  SegundoFatorNecessario,
} from '../domain/errors.js';
import { temSegundoFator } from '../domain/fator.js';
import { type Identidade, type IdentidadeConferida, papeisPeloProvedor } from '../domain/identidade-externa.js';
import type { Origem } from '../domain/sessao.js';
import { novoUsuario, type Usuario } from '../domain/usuario.js';
import { AbrirSessao, type SessaoAberta } from './abrir-sessao.js';
import { PapeisPeloProvedor } from './papeis-pelo-provedor.js';
import { Desafios } from './desafios.js';
import { ConferirSenha } from './mudar-conta.js';
import {
  Correio,
  FatorRepository,
  HashDeSenha,
  IdentidadeRepository,
  LimitadorDeTentativas,
  type PedidoDeEntrada,
  Provedores,
  type SegredosDaEntrada,
  TokensDeRenovacao,
  UsuarioRepository,
} from './ports.js';

/** How long somebody may take at the provider, and to prove an account, ms. */
const VALIDADE_MS = 10 * 60_000;

export interface EntradaIniciada {
  /** Where to send the person. */
  readonly endereco: string;
  /** What binds the log-in to the browser, or application, that began it. */
  readonly tokenPedido: string;
  readonly expiraEm: Date;
}

export type EntradaConcluida =
  | { readonly situacao: 'ABERTA'; readonly sessao: SessaoAberta }
  /** The e-mail is that of an account, which somebody has to prove. */
  | { readonly situacao: 'PENDENTE'; readonly tokenLigacao: string; readonly email: string; readonly expiraEm: Date }
  /** It was a link that somebody in their account had begun. */
  | { readonly situacao: 'LIGADA' };

/** Requests of log-ins and links: all that is secret of one follows from the token that only who began it holds. */
@Injectable()
export class PedidosDeEntrada {
  constructor(
    private readonly provedores: Provedores,
    private readonly identidades: IdentidadeRepository,
    private readonly opacos: TokensDeRenovacao,
  ) {}

  /** @throws ProvedorInexistente; Problem 502, 503 */
  async iniciar(provedor: string, retorno: RetornoDeProvedor, por?: PedidoDeEntrada['por']): Promise<EntradaIniciada> {
    const tokenPedido = this.opacos.create();
    const endereco = await this.provedores.endereco(provedor, retorno, this.segredos(tokenPedido));
    const expiraEm = new Date(Date.now() + VALIDADE_MS);
    await this.identidades.insertPedido({ hash: this.opacos.hash(tokenPedido), provedor, retorno, por, expiraEm });
    return { endereco, tokenPedido, expiraEm };
  }

  /** Uses the request up, unless the answer is of another one. @throws EntradaExternaInvalida; what `Provedores` throws */
  async identificar(
    tokenPedido: string,
    resposta: RespostaDeProvedor,
  ): Promise<{ readonly identidade: IdentidadeConferida; readonly por: PedidoDeEntrada['por'] }> {
    const segredos = this.segredos(tokenPedido);
    const [esperado, veio] = [segredos.estado, resposta.state].map((texto) => this.opacos.hash(texto));
    if (!esperado || !veio || !timingSafeEqual(esperado, veio)) throw new EntradaExternaInvalida();
    const pedido = await this.identidades.takePedido(this.opacos.hash(tokenPedido));
    if (!pedido) throw new EntradaExternaInvalida();
    const { provedor, retorno, por } = pedido;
    return { identidade: await this.provedores.identify(provedor, retorno, resposta, segredos), por };
  }

  private segredos(token: string): SegredosDaEntrada {
    return {
      estado: this.opacos.derive(token, 'estado'),
      nonce: this.opacos.derive(token, 'nonce'),
      verificador: this.opacos.derive(token, 'verificador'),
    };
  }
}

/** What follows once it is known whose account an identity is. */
@Injectable()
export class AcessoPorProvedor {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly identidades: IdentidadeRepository,
    private readonly correio: Correio,
    private readonly sessoes: AbrirSessao,
    private readonly fatores: FatorRepository,
    private readonly desafios: Desafios,
    private readonly papeis: PapeisPeloProvedor,
  ) {}

  /** In the caller's transaction: from now on the identity logs in to the account, and its owner is told. */
  async ligar(usuario: Usuario, identidade: Identidade, origem: Origem): Promise<void> {
    await this.identidades.link(usuario.id, identidade);
    await this.correio.post({ tipo: 'ACESSO_LIGADO', para: usuario, origem });
  }

  /**
   * Logs in, unless the account has a second factor that the provider did not ask for. The roles are those that the
   * provider's mapping gives by now (ADR 40), once all that the account asks for is shown.
   * @param amr what was shown here, besides the provider's word
   * @throws SegundoFatorNecessario
   */
  async entrar(
    usuario: Usuario,
    { provedor, papeis, segundoFator }: Identidade,
    endereco: string,
    origem: Origem,
    { amr = [], senhaHash }: { readonly amr?: readonly string[]; readonly senhaHash?: string } = {},
  ): Promise<SessaoAberta> {
    const ditos = { ...papeis, provedor };
    if (!segundoFator && !usuario.desativado) {
      const de = { usuarioId: usuario.id, senhaHash, papeis: ditos };
      const lancado = await this.desafios.ofFatores('FATOR', await this.fatores.of(usuario.id), endereco, de);
      if (lancado) throw new SegundoFatorNecessario({ ...lancado });
    }
    if (!usuario.desativado) await this.papeis.dar(usuario.id, ditos);
    const atual = (await this.usuarios.find(usuario.id)) ?? usuario;
    return this.sessoes.abrir(atual, [...amr, 'fed', ...(segundoFator ? ['mfa'] : [])], origem, senhaHash);
  }
}

export class IniciarEntradaExterna extends Command<EntradaIniciada> {
  constructor(
    readonly provedor: string,
    readonly retorno: RetornoDeProvedor,
    /** Where the request comes from. */
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(IniciarEntradaExterna)
export class IniciarEntradaExternaHandler implements ICommandHandler<IniciarEntradaExterna> {
  constructor(
    private readonly pedidos: PedidosDeEntrada,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws what the limiter and `PedidosDeEntrada.iniciar` throw */
  async execute({ provedor, retorno, endereco }: IniciarEntradaExterna): Promise<EntradaIniciada> {
    await this.limitador.countEntradaExterna(endereco);
    return this.pedidos.iniciar(provedor, retorno);
  }
}

/** Somebody comes back from a provider. */
export class ConcluirEntradaExterna extends Command<EntradaConcluida> {
  constructor(
    readonly tokenPedido: string,
    readonly resposta: RespostaDeProvedor,
    readonly endereco: string,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(ConcluirEntradaExterna)
export class ConcluirEntradaExternaHandler implements ICommandHandler<ConcluirEntradaExterna> {
  constructor(
    private readonly database: Database,
    private readonly pedidos: PedidosDeEntrada,
    private readonly usuarios: UsuarioRepository,
    private readonly identidades: IdentidadeRepository,
    private readonly acesso: AcessoPorProvedor,
    private readonly hashes: HashDeSenha,
    private readonly opacos: TokensDeRenovacao,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /**
   * Whose identity is known logs in. Whose is not, and whose e-mail no account has, gets one. An account that has the
   * e-mail is linked by its e-mail alone never.
   * @throws EntradaExternaInvalida, ProvedorNaoAceito, EmailExternoNaoVerificado, IdentidadeDeOutraConta, ProvedorJaLigado,
   *   CredenciaisInvalidas for an account that is disabled; what the limiter and the provider throw
   */
  async execute({ tokenPedido, resposta, endereco, origem }: ConcluirEntradaExterna): Promise<EntradaConcluida> {
    const { identidade, por } = await this.pedidos.identificar(tokenPedido, resposta);
    if (por) return this.ligar(por.usuarioId, identidade, origem);
    const conhecida = await this.conhecida(identidade);
    if (conhecida)
      return { situacao: 'ABERTA', sessao: await this.acesso.entrar(conhecida, identidade, endereco, origem) };
    if (identidade.email === undefined) throw new EmailExternoNaoVerificado();
    const { email } = identidade;
    const dona = (await this.usuarios.findByEmail(email))?.usuario;
    if (dona) return this.pender(dona, identidade);
    await this.limitador.countRegistro(endereco);
    try {
      const nova = await this.abrirConta(email, identidade, origem);
      return { situacao: 'ABERTA', sessao: await this.acesso.entrar(nova, identidade, endereco, origem) };
    } catch (error) {
      // Somebody else was faster with the same e-mail, or the same person twice.
      if (error instanceof EmailEmUso) throw new EntradaExternaInvalida();
      throw error;
    }
  }

  private async conhecida({ emissor, sujeito }: Identidade): Promise<Usuario | undefined> {
    const usuarioId = await this.identidades.use(emissor, sujeito);
    return usuarioId === undefined ? undefined : this.usuarios.find(usuarioId);
  }

  private ligar(usuarioId: string, identidade: Identidade, origem: Origem): Promise<EntradaConcluida> {
    return this.database.transaction(async () => {
      const usuario = await this.usuarios.find(usuarioId);
      if (!usuario || usuario.desativado) throw new EntradaExternaInvalida();
      await this.acesso.ligar(usuario, identidade, origem);
      return { situacao: 'LIGADA' };
    });
  }

  private async pender({ id, email }: Usuario, identidade: Identidade): Promise<EntradaConcluida> {
    const tokenLigacao = this.opacos.create();
    const expiraEm = new Date(Date.now() + VALIDADE_MS);
    const hash = this.opacos.hash(tokenLigacao);
    await this.identidades.insertPendente({ hash, usuarioId: id, identidade, expiraEm });
    return { situacao: 'PENDENTE', tokenLigacao, email, expiraEm };
  }

  /** Without a password; the letter that chooses one (`PedirCarta`) gives it one. @throws EmailEmUso */
  private abrirConta(
    email: string,
    { nome = email.slice(0, email.lastIndexOf('@')), idioma, ...identidade }: IdentidadeConferida,
    origem: Origem,
  ): Promise<Usuario> {
    const papeis = papeisPeloProvedor(['CLIENTE'], identidade.papeis);
    const usuario = novoUsuario({ id: randomUUIDv7(), nome, email, papeis, idioma, emailVerificado: true }, new Date());
    return this.usuarios.exclusively(async () => {
      await this.usuarios.insert(usuario, this.hashes.decoy, false);
      await this.acesso.ligar(usuario, identidade, origem);
      return usuario;
    }, identidade.provedor);
  }
}

/** Whoever came with the e-mail of an account proves that it is theirs. */
export class ConfirmarLigacao extends Command<SessaoAberta> {
  constructor(
    readonly tokenLigacao: string,
    readonly senha: string,
    readonly endereco: string,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(ConfirmarLigacao)
export class ConfirmarLigacaoHandler implements ICommandHandler<ConfirmarLigacao> {
  constructor(
    private readonly database: Database,
    private readonly usuarios: UsuarioRepository,
    private readonly identidades: IdentidadeRepository,
    private readonly conferencia: ConferirSenha,
    private readonly fatores: FatorRepository,
    private readonly acesso: AcessoPorProvedor,
    private readonly opacos: TokensDeRenovacao,
  ) {}

  /**
   * A wrong password leaves the link as it was; guesses count as those of a log-in. Whose account has a second factor
   * logs in by it, and links there.
   * @throws EntradaExternaInvalida, SenhaAtualIncorreta, FatorExigido, IdentidadeDeOutraConta, ProvedorJaLigado; what the limiter throws
   */
  async execute({ tokenLigacao, senha, endereco, origem }: ConfirmarLigacao): Promise<SessaoAberta> {
    const hash = this.opacos.hash(tokenLigacao);
    const pendente = await this.identidades.findPendente(hash);
    const conta = pendente && (await this.usuarios.findWithSenha(pendente.usuarioId));
    if (!pendente || !conta || conta.usuario.desativado) throw new EntradaExternaInvalida();
    const conferida = await this.conferencia.conferir(conta.usuario.id, senha, endereco);
    const { usuario, senhaHash } = conferida;
    if (temSegundoFator(await this.fatores.of(usuario.id)))
      throw new FatorExigido('entre com a senha e ele, e ligue o provedor em POST /v1/usuarios/eu/provedores');
    await this.database.transaction(async () => {
      await this.conferencia.reconferir(conferida);
      if (!(await this.identidades.takePendente(hash))) throw new EntradaExternaInvalida();
      // Both have said whose the e-mail is: the provider, and by the password whoever has the account.
      await this.usuarios.change(usuario.id, { verificado: true });
      await this.acesso.ligar(usuario, pendente.identidade, origem);
    });
    return this.acesso.entrar(usuario, pendente.identidade, endereco, origem, { amr: ['pwd'], senhaHash });
  }
}
