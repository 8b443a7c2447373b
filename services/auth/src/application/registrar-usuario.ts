import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@plataforma/platform';
import { EmailEmUso } from '../domain/errors.js';
import { normalizarSenha, validarNovaSenha } from '../domain/senha.js';
import { type Idioma, novoUsuario, type Usuario } from '../domain/usuario.js';
import { Correio, HashDeSenha, LimitadorDeTentativas, SenhasComuns, UsuarioRepository } from './ports.js';
import { TokensDeConta } from './tokens-de-conta.js';

/** Gives the address in its normal form, and nothing that would tell whether it had an account. */
export class RegistrarUsuario extends Command<string> {
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
    private readonly database: Database,
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly comuns: SenhasComuns,
    private readonly limitador: LimitadorDeTentativas,
    private readonly tokens: TokensDeConta,
    private readonly correio: Correio,
  ) {}

  /**
   * Opens an account, always as CLIENTE: nobody names their own role. The letter tells what came of it, and it alone:
   * the link by which the address is proved or, to whoever has an account, that somebody wanted one. The password that
   * holds then is that of the registration whose letter it is.
   * @throws SenhaCurta, SenhaLonga, SenhaComum; what the limiter throws
   */
  async execute({ nome, email, senha, idioma, endereco }: RegistrarUsuario): Promise<string> {
    validarNovaSenha(senha, (candidata) => this.comuns.has(candidata));
    await this.limitador.countRegistro(endereco);
    const senhaHash = await this.hashes.hash(normalizarSenha(senha));
    const usuario = novoUsuario(
      { id: randomUUIDv7(), nome, email, papeis: ['CLIENTE'], idioma, emailVerificado: false },
      new Date(),
    );
    const escreve = await this.limitador.countCarta(usuario.email, endereco);
    const nova = await this.open(usuario, senhaHash, escreve);
    if (nova) await this.limitador.remember(usuario.email, endereco);
    else await this.tellOwner(usuario, senhaHash, escreve);
    return usuario.email;
  }

  private async open(usuario: Usuario, senhaHash: string, escreve: boolean): Promise<boolean> {
    try {
      await this.database.transaction(async () => {
        await this.usuarios.insert(usuario, senhaHash);
        if (escreve) await this.tokens.send('VERIFICACAO', usuario, { senhaHash });
      });
      return true;
    } catch (error) {
      if (error instanceof EmailEmUso) return false;
      throw error;
    }
  }

  /**
   * Of an address that nobody has proved, whoever proves it gets what they themselves wrote: who came first has no
   * claim on it.
   */
  private async tellOwner({ nome, email }: Usuario, senhaHash: string, escreve: boolean): Promise<void> {
    await this.database.transaction(async () => {
      const achada = (await this.usuarios.findByEmail(email))?.usuario;
      const conta = achada && (await this.usuarios.lock(achada.id))?.usuario;
      if (!conta || conta.desativado) return;
      if (!conta.emailVerificado) await this.usuarios.change(conta.id, { contestada: true });
      if (!escreve) return;
      if (conta.emailVerificado) await this.correio.post({ tipo: 'CONTA_JA_EXISTE', para: conta });
      else await this.tokens.send('VERIFICACAO', { ...conta, nome }, { nome, senhaHash });
    });
  }
}
