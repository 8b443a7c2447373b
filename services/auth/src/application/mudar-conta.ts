import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@plataforma/platform';
import { LinkInvalido, SenhaAtualIncorreta, UsuarioInexistente } from '../domain/errors.js';
import { normalizarSenha, validarNovaSenha } from '../domain/senha.js';
import { normalizarEmail, type Usuario } from '../domain/usuario.js';
import {
  Correio,
  HashDeSenha,
  LimitadorDeTentativas,
  SenhasComuns,
  SessaoRepository,
  TokenDeContaRepository,
  UsuarioRepository,
} from './ports.js';
import { TokensDeConta } from './tokens-de-conta.js';
import { Injectable } from '@nestjs/common';

/** Whoever is logged in shows that they still know the password; guesses count as those of a log-in. */
@Injectable()
export class ConferirSenha {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws SenhaAtualIncorreta, UsuarioInexistente; what the limiter throws */
  async conferir(usuarioId: string, senha: string, endereco: string): Promise<Usuario> {
    const conta = await this.usuarios.findWithSenha(usuarioId);
    if (!conta) throw new UsuarioInexistente();
    await this.limitador.countLogin(conta.usuario.email, endereco);
    if (!(await this.hashes.verify(normalizarSenha(senha), conta.senhaHash))) throw new SenhaAtualIncorreta();
    await this.limitador.loginSucceeded(conta.usuario.email, endereco);
    return conta.usuario;
  }
}

/** A new password, by whoever knows the old one; their other sessions end. */
export class MudarSenha extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly sessaoId: string | undefined,
    readonly senhaAtual: string,
    readonly senhaNova: string,
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(MudarSenha)
export class MudarSenhaHandler implements ICommandHandler<MudarSenha> {
  constructor(
    private readonly database: Database,
    private readonly conferencia: ConferirSenha,
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly comuns: SenhasComuns,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokenDeContaRepository,
    private readonly correio: Correio,
  ) {}

  /** @throws SenhaCurta, SenhaLonga, SenhaComum, SenhaAtualIncorreta; what the limiter throws */
  async execute({ usuarioId, sessaoId, senhaAtual, senhaNova, endereco }: MudarSenha): Promise<void> {
    validarNovaSenha(senhaNova, (candidata) => this.comuns.has(candidata));
    const conta = await this.conferencia.conferir(usuarioId, senhaAtual, endereco);
    const senhaHash = await this.hashes.hash(normalizarSenha(senhaNova));
    await this.database.transaction(async () => {
      await this.sessoes.endOf({ usuarioId, menos: sessaoId }, 'SENHA');
      await this.usuarios.change(usuarioId, { senhaHash });
      await this.tokens.revoke(usuarioId, ['SENHA', 'EMAIL']);
      await this.correio.post({ tipo: 'SENHA_MUDOU', para: conta });
    });
  }
}

/** A new password, by whoever reads the mail of the account. It opens no session: a second factor is asked for as ever. */
export class RedefinirSenha extends Command<void> {
  constructor(
    readonly token: string,
    readonly senha: string,
  ) {
    super();
  }
}

@CommandHandler(RedefinirSenha)
export class RedefinirSenhaHandler implements ICommandHandler<RedefinirSenha> {
  constructor(
    private readonly database: Database,
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly comuns: SenhasComuns,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeConta,
    private readonly usados: TokenDeContaRepository,
    private readonly correio: Correio,
  ) {}

  /** @throws SenhaCurta, SenhaLonga, SenhaComum (the link stays good), LinkInvalido */
  async execute({ token, senha }: RedefinirSenha): Promise<void> {
    validarNovaSenha(senha, (candidata) => this.comuns.has(candidata));
    const encontrado = await this.tokens.find(token);
    if (encontrado?.uso !== 'SENHA') throw new LinkInvalido();
    const { usuarioId, hash } = encontrado;
    const senhaHash = await this.hashes.hash(normalizarSenha(senha));
    await this.database.transaction(async () => {
      // Ends them first: that waits for a log-in under way, which the new password would not have let in.
      await this.sessoes.endOf({ usuarioId }, 'SENHA');
      const conta = await this.usuarios.find(usuarioId);
      if (!conta || conta.desativado || !(await this.usados.use(hash))) throw new LinkInvalido();
      await this.usuarios.change(usuarioId, { senhaHash, verificado: true });
      await this.usados.revoke(usuarioId, ['SENHA', 'EMAIL', 'VERIFICACAO']);
      await this.correio.post({ tipo: 'SENHA_MUDOU', para: conta });
    });
  }
}

/** Another e-mail, once whoever reads it has said so; until then all stays as it is. */
export class MudarEmail extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly senha: string,
    readonly email: string,
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(MudarEmail)
export class MudarEmailHandler implements ICommandHandler<MudarEmail> {
  constructor(
    private readonly database: Database,
    private readonly conferencia: ConferirSenha,
    private readonly usuarios: UsuarioRepository,
    private readonly limitador: LimitadorDeTentativas,
    private readonly tokens: TokensDeConta,
    private readonly usados: TokenDeContaRepository,
    private readonly correio: Correio,
  ) {}

  /**
   * Both addresses are told. Whether the new one has an account is told to that alone.
   * @throws SenhaAtualIncorreta; what the limiter throws
   */
  async execute({ usuarioId, senha, email, endereco }: MudarEmail): Promise<void> {
    const conta = await this.conferencia.conferir(usuarioId, senha, endereco);
    const novo = normalizarEmail(email);
    await this.limitador.countPedidoDeCarta(novo, endereco);
    await this.database.transaction(async () => {
      const outra = (await this.usuarios.findByEmail(novo))?.usuario;
      await this.usados.revoke(usuarioId, ['EMAIL']);
      if (outra?.emailVerificado) await this.correio.post({ tipo: 'CONTA_JA_EXISTE', para: outra });
      else await this.tokens.send('EMAIL', { ...conta, email: novo }, { email: novo });
      await this.correio.post({ tipo: 'EMAIL_VAI_MUDAR', para: conta });
    });
  }
}
