import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CredenciaisInvalidas } from '../domain/errors.js';
import { normalizarSenha } from '../domain/senha.js';
import { normalizarEmail, type Usuario } from '../domain/usuario.js';
import {
  EmissorDeToken,
  HashDeSenha,
  LimitadorDeTentativas,
  SessaoRepository,
  type TokenAcesso,
  TokensDeRenovacao,
  UsuarioRepository,
} from './ports.js';

export class IniciarSessao extends Command<SessaoAberta> {
  constructor(
    readonly email: string,
    readonly senha: string,
    /** Where the request comes from. */
    readonly endereco: string,
  ) {
    super();
  }
}

export interface SessaoAberta extends TokenAcesso {
  readonly tokenRenovacao: string;
  /** Absolute end of the session. */
  readonly sessaoExpiraEm: Date;
  readonly usuario: Usuario;
}

@CommandHandler(IniciarSessao)
export class IniciarSessaoHandler implements ICommandHandler<IniciarSessao> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly limitador: LimitadorDeTentativas,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
    private readonly emissor: EmissorDeToken,
  ) {}

  /**
   * Logs in. Whether the account exists changes neither the answer nor the work done before it.
   * @throws CredenciaisInvalidas; what the limiter throws
   */
  async execute({ email, senha, endereco }: IniciarSessao): Promise<SessaoAberta> {
    const conta = normalizarEmail(email);
    await this.limitador.countLogin(conta, endereco);
    const conhecido = await this.usuarios.findByEmail(conta);
    const confere = await this.hashes.verify(normalizarSenha(senha), conhecido?.senhaHash ?? this.hashes.decoy);
    if (!conhecido || !confere) throw new CredenciaisInvalidas();
    await this.limitador.loginSucceeded(conta, endereco);
    const { usuario } = conhecido;
    const tokenRenovacao = this.tokens.create();
    const sessao = await this.sessoes.insert({
      id: randomUUIDv7(),
      usuarioId: usuario.id,
      hash: this.tokens.hash(tokenRenovacao),
    });
    const acesso = await this.emissor.issue(usuario, sessao.id);
    return { ...acesso, tokenRenovacao, sessaoExpiraEm: sessao.expiraEm, usuario };
  }
}
