import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { CredencialNovaHttp } from '@plataforma/contracts';
import {
  ChaveEmUso,
  ChavesDeAcessoDemais,
  FatorInexistente,
  ProvaIncorreta,
  SemSegundoFator,
  TotpJaAtivo,
  UsuarioInexistente,
} from '../domain/errors.js';
import {
  type ChaveDeAcesso,
  CHAVES_POR_PESSOA,
  CODIGOS_DE_RECUPERACAO,
  type Fatores,
  normalizarCodigo,
  temSegundoFator,
} from '../domain/fator.js';
import type { Usuario } from '../domain/usuario.js';
import { Desafios } from './desafios.js';
import {
  ChavesWebAuthn,
  Correio,
  FatorRepository,
  IdentidadeRepository,
  LimitadorDeTentativas,
  Provedores,
  Totp,
  UsuarioRepository,
} from './ports.js';

const LETRAS = 'abcdefghijklmnopqrstuvwxyz234567';
/** 50 bits: with the limits on guesses as good as a key, and short enough to be written down. */
const novoCodigo = (): string => {
  const letras = Array.from({ length: 10 }, () => LETRAS.charAt(randomInt(LETRAS.length))).join('');
  return `${letras.slice(0, 5)}-${letras.slice(5)}`;
};

/** What the commands on factors share. */
@Injectable()
export class MudarFatores {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly fatores: FatorRepository,
    private readonly correio: Correio,
  ) {}

  /** One change of a person's factors at a time; they are told. @throws UsuarioInexistente; what `mudanca` throws */
  change<T>(usuarioId: string, mudanca: (conta: Usuario) => Promise<T>): Promise<T> {
    return this.fatores.exclusively(usuarioId, async () => {
      const conta = await this.find(usuarioId);
      const mudado = await mudanca(conta);
      await this.correio.post({ tipo: 'SEGUNDO_FATOR_MUDOU', para: conta });
      return mudado;
    });
  }

  async find(usuarioId: string): Promise<Usuario> {
    const conta = await this.usuarios.find(usuarioId);
    if (!conta) throw new UsuarioInexistente();
    return conta;
  }

  async newCodes(usuarioId: string): Promise<string[]> {
    const codigos = Array.from({ length: CODIGOS_DE_RECUPERACAO }, novoCodigo);
    await this.fatores.replaceCodigos(usuarioId, codigos.map(normalizarCodigo));
    return codigos;
  }

  /** The first factor brings codes; the next leave them as they are. */
  async firstCodes(usuarioId: string): Promise<string[]> {
    const { codigosRestantes } = await this.fatores.of(usuarioId);
    return codigosRestantes > 0 ? [] : this.newCodes(usuarioId);
  }

  /** Codes stand in for a factor: without any they open nothing. */
  async forgetCodesIfLast(usuarioId: string): Promise<void> {
    if (!temSegundoFator(await this.fatores.of(usuarioId))) await this.fatores.replaceCodigos(usuarioId, []);
  }
}

export class ListarFatores extends Query<Fatores> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@QueryHandler(ListarFatores)
export class ListarFatoresHandler implements IQueryHandler<ListarFatores> {
  constructor(private readonly fatores: FatorRepository) {}

  execute({ usuarioId }: ListarFatores): Promise<Fatores> {
    return this.fatores.of(usuarioId);
  }
}

/** A secret for an authenticator application, which counts once it is confirmed. */
export class IniciarTotp extends Command<{ segredo: string; uri: string }> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@CommandHandler(IniciarTotp)
export class IniciarTotpHandler implements ICommandHandler<IniciarTotp> {
  constructor(
    private readonly mudancas: MudarFatores,
    private readonly fatores: FatorRepository,
    private readonly totp: Totp,
  ) {}

  /** @throws TotpJaAtivo */
  async execute({ usuarioId }: IniciarTotp): Promise<{ segredo: string; uri: string }> {
    const { email } = await this.mudancas.find(usuarioId);
    const segredo = this.totp.newSecret();
    if (!(await this.fatores.startTotp(usuarioId, segredo))) throw new TotpJaAtivo();
    return { segredo, uri: this.totp.uri(segredo, email) };
  }
}

export class ConfirmarTotp extends Command<string[]> {
  constructor(
    readonly usuarioId: string,
    readonly codigo: string,
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(ConfirmarTotp)
export class ConfirmarTotpHandler implements ICommandHandler<ConfirmarTotp> {
  constructor(
    private readonly mudancas: MudarFatores,
    private readonly fatores: FatorRepository,
    private readonly totp: Totp,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @returns recovery codes, if it is the first factor. @throws ProvaIncorreta; what the limiter throws */
  async execute({ usuarioId, codigo, endereco }: ConfirmarTotp): Promise<string[]> {
    await this.limitador.countFator((await this.mudancas.find(usuarioId)).email, endereco);
    return this.mudancas.change(usuarioId, async ({ email }) => {
      const segredo = await this.fatores.totpSecret(usuarioId, 'INICIADO');
      const passo = segredo && this.totp.stepOf(segredo, codigo, new Date());
      if (!passo || !(await this.fatores.confirmTotp(usuarioId, passo))) throw new ProvaIncorreta();
      await this.limitador.fatorSucceeded(email, endereco);
      return this.mudancas.firstCodes(usuarioId);
    });
  }
}

/** Another set of codes, instead of those that there are. */
export class RenovarCodigos extends Command<string[]> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@CommandHandler(RenovarCodigos)
export class RenovarCodigosHandler implements ICommandHandler<RenovarCodigos> {
  constructor(
    private readonly mudancas: MudarFatores,
    private readonly fatores: FatorRepository,
  ) {}

  /** @throws SemSegundoFator */
  execute({ usuarioId }: RenovarCodigos): Promise<string[]> {
    return this.mudancas.change(usuarioId, async () => {
      if (!temSegundoFator(await this.fatores.of(usuarioId))) throw new SemSegundoFator();
      return this.mudancas.newCodes(usuarioId);
    });
  }
}

/** A factor that is no more: the passkey, or without one the authenticator application. */
export class RemoverFator extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly chaveId?: string,
  ) {
    super();
  }
}

@CommandHandler(RemoverFator)
export class RemoverFatorHandler implements ICommandHandler<RemoverFator> {
  constructor(
    private readonly mudancas: MudarFatores,
    private readonly fatores: FatorRepository,
    private readonly identidades: IdentidadeRepository,
    private readonly provedores: Provedores,
  ) {}

  /** @throws FatorInexistente also for somebody else's; UltimoAcesso */
  async execute({ usuarioId, chaveId }: RemoverFator): Promise<void> {
    await this.mudancas.change(usuarioId, async () => {
      const removido =
        chaveId === undefined
          ? await this.fatores.removeTotp(usuarioId)
          : await this.fatores.removeChave(usuarioId, chaveId);
      if (!removido) throw new FatorInexistente();
      if (chaveId !== undefined)
        await this.identidades.requireAccess(
          usuarioId,
          this.provedores.list().map(({ id }) => id),
        );
      await this.mudancas.forgetCodesIfLast(usuarioId);
    });
  }
}

/** What a browser needs to make a passkey. */
export class PedirRegistroDeChave extends Command<{ desafio: string; opcoes: Record<string, unknown> }> {
  constructor(
    readonly usuarioId: string,
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(PedirRegistroDeChave)
export class PedirRegistroDeChaveHandler implements ICommandHandler<PedirRegistroDeChave> {
  constructor(
    private readonly mudancas: MudarFatores,
    private readonly fatores: FatorRepository,
    private readonly desafios: Desafios,
    private readonly chaves: ChavesWebAuthn,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws ChavesDeAcessoDemais; what the limiter throws */
  async execute({
    usuarioId,
    endereco,
  }: PedirRegistroDeChave): Promise<{ desafio: string; opcoes: Record<string, unknown> }> {
    await this.limitador.countDesafio(endereco);
    const conta = await this.mudancas.find(usuarioId);
    const { chaves } = await this.fatores.of(usuarioId);
    if (chaves.length >= CHAVES_POR_PESSOA) throw new ChavesDeAcessoDemais(CHAVES_POR_PESSOA);
    const desafio = await this.desafios.launch('REGISTRO', endereco, { usuarioId });
    return { desafio, opcoes: { ...(await this.chaves.optionsToRegister(desafio, conta, chaves)) } };
  }
}

export class RegistrarChave extends Command<{ chave: ChaveDeAcesso; codigos: string[] }> {
  constructor(
    readonly usuarioId: string,
    readonly desafio: string,
    readonly nome: string,
    readonly credencial: CredencialNovaHttp,
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(RegistrarChave)
export class RegistrarChaveHandler implements ICommandHandler<RegistrarChave> {
  constructor(
    private readonly mudancas: MudarFatores,
    private readonly fatores: FatorRepository,
    private readonly desafios: Desafios,
    private readonly chaves: ChavesWebAuthn,
  ) {}

  /** @throws ProvaIncorreta, ChaveEmUso, ChavesDeAcessoDemais */
  async execute(registro: RegistrarChave): Promise<{ chave: ChaveDeAcesso; codigos: string[] }> {
    const { usuarioId, desafio, nome, credencial, endereco } = registro;
    const lancado = await this.desafios.try(desafio, 'REGISTRO', endereco);
    if (lancado?.usuarioId !== usuarioId) throw new ProvaIncorreta();
    const nova = await this.chaves.register(desafio, credencial);
    if (!nova || !(await this.desafios.use(lancado))) throw new ProvaIncorreta();
    return this.mudancas.change(usuarioId, async () => {
      const { chaves } = await this.fatores.of(usuarioId);
      if (chaves.length >= CHAVES_POR_PESSOA) throw new ChavesDeAcessoDemais(CHAVES_POR_PESSOA);
      if (!(await this.fatores.insertChave({ ...nova, usuarioId, nome }))) throw new ChaveEmUso();
      const chave = await this.fatores.findChave(nova.id);
      if (!chave) throw new Error('A chave de acesso não foi gravada');
      return { chave, codigos: await this.mudancas.firstCodes(usuarioId) };
    });
  }
}

export class RenomearChave extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly chaveId: string,
    readonly nome: string,
  ) {
    super();
  }
}

@CommandHandler(RenomearChave)
export class RenomearChaveHandler implements ICommandHandler<RenomearChave> {
  constructor(private readonly fatores: FatorRepository) {}

  /** @throws FatorInexistente also for somebody else's */
  async execute({ usuarioId, chaveId, nome }: RenomearChave): Promise<void> {
    if (!(await this.fatores.renameChave(usuarioId, chaveId, nome))) throw new FatorInexistente();
  }
}
