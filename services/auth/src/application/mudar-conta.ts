import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { confirmationNeeded, Database } from '@plataforma/platform';
import { LinkInvalido, RenovacaoInvalida, SenhaAtualIncorreta, UsuarioInexistente } from '../domain/errors.js';
import { normalizarSenha, validarNovaSenha } from '../domain/senha.js';
import { normalizarEmail, type Usuario } from '../domain/usuario.js';
import {
  type ContaComSenha,
  Correio,
  HashDeSenha,
  LimitadorDeTentativas,
  SenhasComuns,
  SessaoRepository,
  TokenDeContaRepository,
  UsuarioRepository,
} from './ports.js';
import { PrimeiraProva } from './primeira-prova.js';
import { TokensDeConta } from './tokens-de-conta.js';
import { Injectable } from '@nestjs/common';

/** Whoever is logged in shows that they still know the password; guesses count as those of a log-in. */
@Injectable()
export class ConferirSenha {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly limitador: LimitadorDeTentativas,
    private readonly sessoes: SessaoRepository,
  ) {}

  /** @throws SenhaAtualIncorreta, UsuarioInexistente; what the limiter throws */
  async conferir(usuarioId: string, senha: string, endereco: string): Promise<ContaComSenha> {
    const conta = await this.usuarios.findWithSenha(usuarioId);
    if (!conta) throw new UsuarioInexistente();
    await this.limitador.countLogin(conta.usuario.email, endereco);
    if (!(await this.hashes.verify(normalizarSenha(senha), conta.senhaHash)))
      throw new SenhaAtualIncorreta().de(usuarioId);
    await this.limitador.loginSucceeded(conta.usuario.email, endereco);
    return conta;
  }

  /**
   * Whose account has no password of its own, because a provider lets them in, shows none: that they are there, a moment
   * ago, has to be enough.
   * @throws Problem 403 when it is longer ago; as `conferir`
   */
  async conferirSeTem(
    usuarioId: string,
    senha: string | undefined,
    endereco: string,
    confirmado: boolean,
  ): Promise<ContaComSenha> {
    const conta = await this.usuarios.findWithSenha(usuarioId);
    if (!conta) throw new UsuarioInexistente();
    if (conta.senhaPropria) return this.conferir(usuarioId, senha ?? '', endereco);
    if (!confirmado) throw confirmationNeeded();
    return conta;
  }

  /**
   * In the transaction that changes something: neither the password that was shown, nor the session of whoever showed it,
   * is over since. It waits for whoever changes the account meanwhile.
   * @throws SenhaAtualIncorreta, RenovacaoInvalida, UsuarioInexistente
   */
  async reconferir({ usuario: { id }, senhaHash }: ContaComSenha, sessaoId?: string): Promise<Usuario> {
    const agora = await this.usuarios.lock(id);
    if (!agora) throw new UsuarioInexistente();
    if (agora.senhaHash !== senhaHash) throw new SenhaAtualIncorreta();
    if (sessaoId !== undefined && !(await this.sessoes.alive(sessaoId, id))) throw new RenovacaoInvalida();
    return agora.usuario;
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

  /** @throws SenhaCurta, SenhaLonga, SenhaComum, SenhaAtualIncorreta, RenovacaoInvalida; what the limiter throws */
  async execute({ usuarioId, sessaoId, senhaAtual, senhaNova, endereco }: MudarSenha): Promise<void> {
    validarNovaSenha(senhaNova, (candidata) => this.comuns.has(candidata));
    const conferida = await this.conferencia.conferir(usuarioId, senhaAtual, endereco);
    const senhaHash = await this.hashes.hash(normalizarSenha(senhaNova));
    await this.database.transaction(async () => {
      const conta = await this.conferencia.reconferir(conferida, sessaoId);
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
    private readonly primeira: PrimeiraProva,
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
      if (!conta.emailVerificado) await this.primeira.recomecar(conta);
      await this.correio.post({ tipo: 'SENHA_MUDOU', para: conta });
    });
  }
}

/** Another e-mail, once whoever reads it has said so; until then all stays as it is. */
export class MudarEmail extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly sessaoId: string | undefined,
    readonly senha: string | undefined,
    readonly email: string,
    readonly endereco: string,
    /** Whether they proved a moment ago who they are. */
    readonly confirmado: boolean,
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
   * @throws SenhaAtualIncorreta, RenovacaoInvalida; what the limiter throws; Problem 403 as `conferirSeTem`
   */
  async execute({ usuarioId, sessaoId, senha, email, endereco, confirmado }: MudarEmail): Promise<void> {
    const conferida = await this.conferencia.conferirSeTem(usuarioId, senha, endereco, confirmado);
    const novo = normalizarEmail(email);
    await this.limitador.countPedidoDeCarta(novo, endereco);
    await this.database.transaction(async () => {
      const conta = await this.conferencia.reconferir(conferida, sessaoId);
      const outra = (await this.usuarios.findByEmail(novo))?.usuario;
      await this.usados.revoke(usuarioId, ['EMAIL']);
      if (outra?.emailVerificado) await this.correio.post({ tipo: 'CONTA_JA_EXISTE', para: outra });
      else await this.tokens.send('EMAIL', { ...conta, email: novo }, { email: novo });
      await this.correio.post({ tipo: 'EMAIL_VAI_MUDAR', para: conta });
    });
  }
}
