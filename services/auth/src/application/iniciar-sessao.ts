import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CredenciaisInvalidas } from '../domain/errors.js';
import { normalizarSenha } from '../domain/senha.js';
import type { Origem } from '../domain/sessao.js';
import { normalizarEmail } from '../domain/usuario.js';
import { AbrirSessao, type SessaoAberta } from './abrir-sessao.js';
import { type DesafioLancado, Desafios } from './desafios.js';
import {
  FatorRepository,
  HashDeSenha,
  LimitadorDeTentativas,
  TokenDeContaRepository,
  UsuarioRepository,
} from './ports.js';

export class IniciarSessao extends Command<SessaoAberta | DesafioLancado> {
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
    private readonly pedidos: TokenDeContaRepository,
    private readonly fatores: FatorRepository,
    private readonly desafios: Desafios,
    private readonly exigeVerificacao: boolean,
  ) {}

  /**
   * Logs in, or says what else is to be proved. Whether the account exists, is disabled or waits for its e-mail to be proved changes neither the answer nor
   * the work done before it; in the last case a letter tells.
   * @throws CredenciaisInvalidas; what the limiter throws
   */
  async execute({ email, senha, endereco, origem }: IniciarSessao): Promise<SessaoAberta | DesafioLancado> {
    const conta = normalizarEmail(email);
    await this.limitador.countLogin(conta, endereco);
    const conhecido = await this.usuarios.findByEmail(conta);
    const confere = await this.hashes.verify(normalizarSenha(senha), conhecido?.senhaHash ?? this.hashes.decoy);
    if (!conhecido || !confere || conhecido.usuario.desativado) throw new CredenciaisInvalidas();
    const { usuario, senhaHash } = conhecido;
    if (this.exigeVerificacao && !usuario.emailVerificado) {
      if (await this.limitador.countCarta(conta, endereco)) await this.pedidos.request('VERIFICACAO', conta);
      throw new CredenciaisInvalidas();
    }
    const fatores = await this.fatores.of(usuario.id);
    const lancado = await this.desafios.ofFatores('FATOR', fatores, endereco, { usuarioId: usuario.id, senhaHash });
    // What the limiter has counted stays so until the log-in is complete.
    if (lancado) return lancado;
    await this.limitador.loginSucceeded(conta, endereco);
    return this.sessoes.abrir(usuario, ['pwd'], origem, senhaHash);
  }
}
