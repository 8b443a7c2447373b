import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CredenciaisInvalidas } from '../domain/errors.js';
import { normalizarSenha } from '../domain/senha.js';
import type { Origem } from '../domain/sessao.js';
import { normalizarEmail } from '../domain/usuario.js';
import { AbrirSessao, type SessaoAberta } from './abrir-sessao.js';
import { HashDeSenha, LimitadorDeTentativas, UsuarioRepository } from './ports.js';

export class IniciarSessao extends Command<SessaoAberta> {
  constructor(
    readonly email: string,
    readonly senha: string,
    /** Where the request comes from. */
    readonly endereco: string,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(IniciarSessao)
export class IniciarSessaoHandler implements ICommandHandler<IniciarSessao> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly limitador: LimitadorDeTentativas,
    private readonly sessoes: AbrirSessao,
  ) {}

  /**
   * Logs in. Whether the account exists, or is disabled, changes neither the answer nor the work done before it.
   * @throws CredenciaisInvalidas; what the limiter throws
   */
  async execute({ email, senha, endereco, origem }: IniciarSessao): Promise<SessaoAberta> {
    const conta = normalizarEmail(email);
    await this.limitador.countLogin(conta, endereco);
    const conhecido = await this.usuarios.findByEmail(conta);
    const confere = await this.hashes.verify(normalizarSenha(senha), conhecido?.senhaHash ?? this.hashes.decoy);
    if (!conhecido || !confere || conhecido.usuario.desativado) throw new CredenciaisInvalidas();
    await this.limitador.loginSucceeded(conta, endereco);
    return this.sessoes.abrir(conhecido.usuario, ['pwd'], origem);
  }
}
