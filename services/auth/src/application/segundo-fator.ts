import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CredencialHttp } from '@plataforma/contracts';
import { DesafioInvalido, FatorIncorreto } from '../domain/errors.js';
import { amrDaChave, type ChaveDeAcesso, normalizarCodigo } from '../domain/fator.js';
import type { Origem } from '../domain/sessao.js';
import type { Usuario } from '../domain/usuario.js';
import { AbrirSessao, type SessaoAberta } from './abrir-sessao.js';
import { Desafios } from './desafios.js';
import { PapeisPeloProvedor } from './papeis-pelo-provedor.js';
import { ChavesWebAuthn, Correio, FatorRepository, LimitadorDeTentativas, Totp, UsuarioRepository } from './ports.js';

/** One of them. */
export interface Prova {
  readonly codigo?: string | undefined;
  readonly codigoRecuperacao?: string | undefined;
  readonly credencial?: CredencialHttp | undefined;
}

/** Whether what is shown is of a person's factors; each code, assertion and recovery code counts once. */
@Injectable()
export class ProvarFator {
  constructor(
    private readonly fatores: FatorRepository,
    private readonly totp: Totp,
    private readonly chaves: ChavesWebAuthn,
    private readonly limitador: LimitadorDeTentativas,
    private readonly correio: Correio,
  ) {}

  /**
   * @param desafio that an assertion answers
   * @returns how it is called (RFC 8176); undefined when it proves nothing
   * @throws what the limiter throws
   */
  async provar(
    usuario: Usuario,
    { codigo, codigoRecuperacao, credencial }: Prova,
    desafio: string | undefined,
    endereco: string,
  ): Promise<string | undefined> {
    await this.limitador.countFator(usuario.email, endereco);
    const amr = codigo
      ? await this.byCode(usuario.id, codigo)
      : codigoRecuperacao
        ? await this.byRecovery(usuario, codigoRecuperacao)
        : credencial && desafio && (await this.byKey(usuario.id, credencial, desafio));
    if (amr) await this.limitador.fatorSucceeded(usuario.email, endereco);
    return amr;
  }

  /** The key that answered, its use counted; undefined when it proves nothing. */
  async chave(credencial: CredencialHttp, desafio: string): Promise<ChaveDeAcesso | undefined> {
    const chave = await this.fatores.findChave(credencial.id);
    const contador = chave && (await this.chaves.prove(desafio, credencial, chave));
    return contador !== undefined && (await this.fatores.useChave(credencial.id, contador)) ? chave : undefined;
  }

  /** Whose key it says that it is. */
  async donoDa({ id }: CredencialHttp): Promise<string | undefined> {
    return (await this.fatores.findChave(id))?.usuarioId;
  }

  private async byCode(usuarioId: string, codigo: string): Promise<'otp' | undefined> {
    const segredo = await this.fatores.totpSecret(usuarioId, 'CONFIRMADO');
    const passo = segredo && this.totp.stepOf(segredo, codigo, new Date());
    return passo && (await this.fatores.useStep(usuarioId, passo)) ? 'otp' : undefined;
  }

  private byRecovery(usuario: Usuario, codigo: string): Promise<'otp' | undefined> {
    return this.fatores.exclusively(usuario.id, async () => {
      if (!(await this.fatores.useCodigo(usuario.id, normalizarCodigo(codigo)))) return undefined;
      await this.correio.post({ tipo: 'CODIGO_DE_RECUPERACAO_USADO', para: usuario });
      return 'otp';
    });
  }

  private async byKey(usuarioId: string, credencial: CredencialHttp, desafio: string): Promise<string | undefined> {
    const chave = await this.fatores.findChave(credencial.id);
    if (chave?.usuarioId !== usuarioId) return undefined;
    const provada = await this.chave(credencial, desafio);
    return provada && amrDaChave(provada);
  }
}

/** Completes a log-in whose password was right, or for which a provider stood. */
export class CompletarEntrada extends Command<SessaoAberta> {
  constructor(
    readonly desafio: string,
    readonly prova: Prova,
    /** Where the request comes from. */
    readonly endereco: string,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(CompletarEntrada)
export class CompletarEntradaHandler implements ICommandHandler<CompletarEntrada> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly desafios: Desafios,
    private readonly provas: ProvarFator,
    private readonly limitador: LimitadorDeTentativas,
    private readonly sessoes: AbrirSessao,
    private readonly papeis: PapeisPeloProvedor,
  ) {}

  /** @throws DesafioInvalido; FatorIncorreto (the challenge stays good, a few times); what the limiter throws */
  async execute({ desafio, prova, endereco, origem }: CompletarEntrada): Promise<SessaoAberta> {
    const lancado = await this.desafios.try(desafio, 'FATOR', endereco);
    const usuario = lancado?.usuarioId === undefined ? undefined : await this.usuarios.find(lancado.usuarioId);
    if (!lancado || !usuario) throw new DesafioInvalido();
    const amr = await this.provas.provar(usuario, prova, desafio, endereco);
    if (!amr) throw new FatorIncorreto().de(usuario.id);
    if (!(await this.desafios.use(lancado))) throw new DesafioInvalido();
    await this.limitador.loginSucceeded(usuario.email, endereco);
    if (lancado.papeis && !usuario.desativado) await this.papeis.dar(usuario.id, lancado.papeis);
    const atual = (await this.usuarios.find(usuario.id)) ?? usuario;
    // What came before it: a password, or else a provider's word.
    const primeiro = lancado.senhaHash === undefined ? 'fed' : 'pwd';
    return this.sessoes.abrir(atual, [primeiro, amr], origem, lancado.senhaHash);
  }
}

/** What a browser needs to log in by a passkey. */
export class PedirEntradaPorChave extends Command<{ desafio: string; opcoes: Record<string, unknown> }> {
  constructor(readonly endereco: string) {
    super();
  }
}

@CommandHandler(PedirEntradaPorChave)
export class PedirEntradaPorChaveHandler implements ICommandHandler<PedirEntradaPorChave> {
  constructor(
    private readonly desafios: Desafios,
    private readonly chaves: ChavesWebAuthn,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws what the limiter throws */
  async execute({ endereco }: PedirEntradaPorChave): Promise<{ desafio: string; opcoes: Record<string, unknown> }> {
    await this.limitador.countDesafio(endereco);
    const desafio = await this.desafios.launch('ENTRADA', endereco);
    return { desafio, opcoes: { ...(await this.chaves.optionsToProve(desafio, [])) } };
  }
}

/** Logs in by a passkey alone: its authenticator has verified its person, which makes two factors. */
export class EntrarPorChave extends Command<SessaoAberta> {
  constructor(
    readonly desafio: string,
    readonly credencial: CredencialHttp,
    readonly endereco: string,
    readonly origem: Origem,
  ) {
    super();
  }
}

@CommandHandler(EntrarPorChave)
export class EntrarPorChaveHandler implements ICommandHandler<EntrarPorChave> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly desafios: Desafios,
    private readonly provas: ProvarFator,
    private readonly limitador: LimitadorDeTentativas,
    private readonly sessoes: AbrirSessao,
  ) {}

  /** @throws DesafioInvalido, FatorIncorreto; CredenciaisInvalidas when the account is disabled; what the limiter throws */
  async execute({ desafio, credencial, endereco, origem }: EntrarPorChave): Promise<SessaoAberta> {
    await this.limitador.countDesafio(endereco);
    const lancado = await this.desafios.try(desafio, 'ENTRADA', endereco);
    if (!lancado) throw new DesafioInvalido();
    const chave = await this.provas.chave(credencial, desafio);
    const usuario = chave && (await this.usuarios.find(chave.usuarioId));
    if (!usuario) throw new FatorIncorreto().de(await this.provas.donoDa(credencial));
    if (!(await this.desafios.use(lancado))) throw new DesafioInvalido();
    await this.limitador.remember(usuario.email, endereco);
    return this.sessoes.abrir(usuario, [amrDaChave(chave), 'mfa'], origem);
  }
}
