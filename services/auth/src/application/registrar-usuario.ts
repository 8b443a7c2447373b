import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EmailEmUso } from '../domain/errors.js';
import { validarNovaSenha, normalizarSenha } from '../domain/senha.js';
import { type Idioma, novoUsuario, type Usuario } from '../domain/usuario.js';
import { HashDeSenha, LimitadorDeTentativas, SenhasComuns, UsuarioRepository } from './ports.js';

export class RegistrarUsuario extends Command<Usuario> {
  constructor(
    readonly nome: string,
    readonly email: string,
    readonly senha: string,
    readonly idioma: Idioma,
    /** Where the request comes from. */
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(RegistrarUsuario)
export class RegistrarUsuarioHandler implements ICommandHandler<RegistrarUsuario> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly comuns: SenhasComuns,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /**
   * Opens an account, always as CLIENTE: nobody names their own role.
   * @throws SenhaCurta, SenhaLonga, SenhaComum, EmailEmUso; what the limiter throws
   */
  async execute({ nome, email, senha, idioma, endereco }: RegistrarUsuario): Promise<Usuario> {
    validarNovaSenha(senha, (candidata) => this.comuns.has(candidata));
    await this.limitador.countRegistro(endereco);
    const senhaHash = await this.hashes.hash(normalizarSenha(senha));
    const usuario = novoUsuario(
      { id: randomUUIDv7(), nome, email, papeis: ['CLIENTE'], idioma, emailVerificado: false },
      new Date(),
    );
    try {
      await this.usuarios.insert(usuario, senhaHash);
    } catch (error) {
      if (error instanceof EmailEmUso) await this.limitador.emailTaken(endereco);
      throw error;
    }
    await this.limitador.remember(usuario.email, endereco);
    return usuario;
  }
}
