import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FatorExigido, ProvaIncorreta, RenovacaoInvalida, SemSegundoFator } from '../domain/errors.js';
import { temSegundoFator } from '../domain/fator.js';
import type { Usuario } from '../domain/usuario.js';
import { type DesafioLancado, Desafios } from './desafios.js';
import { ConferirSenha } from './mudar-conta.js';
import {
  EmissorDeToken,
  FatorRepository,
  LimitadorDeTentativas,
  SessaoRepository,
  type TokenAcesso,
  UsuarioRepository,
} from './ports.js';
import { type Prova, ProvarFator } from './segundo-fator.js';

/** What a session can be confirmed by. */
export class PedirElevacao extends Command<DesafioLancado> {
  constructor(
    readonly usuarioId: string,
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(PedirElevacao)
export class PedirElevacaoHandler implements ICommandHandler<PedirElevacao> {
  constructor(
    private readonly fatores: FatorRepository,
    private readonly desafios: Desafios,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /** @throws SemSegundoFator; what the limiter throws */
  async execute({ usuarioId, endereco }: PedirElevacao): Promise<DesafioLancado> {
    await this.limitador.countDesafio(endereco);
    const fatores = await this.fatores.of(usuarioId);
    const lancado = await this.desafios.ofFatores('ELEVACAO', fatores, endereco, { usuarioId });
    if (!lancado) throw new SemSegundoFator();
    return lancado;
  }
}

/** Whoever is logged in proves again who they are; the session's tokens say so from now on. */
export class ElevarSessao extends Command<TokenAcesso> {
  constructor(
    readonly usuarioId: string,
    readonly sessaoId: string | undefined,
    readonly prova: Prova & { readonly senha?: string | undefined; readonly desafio?: string | undefined },
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(ElevarSessao)
export class ElevarSessaoHandler implements ICommandHandler<ElevarSessao> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly fatores: FatorRepository,
    private readonly conferencia: ConferirSenha,
    private readonly desafios: Desafios,
    private readonly provas: ProvarFator,
    private readonly sessoes: SessaoRepository,
    private readonly emissor: EmissorDeToken,
  ) {}

  /** @throws FatorExigido, SemSegundoFator, SenhaAtualIncorreta, ProvaIncorreta, RenovacaoInvalida; what the limiter throws */
  async execute({ usuarioId, sessaoId, prova, endereco }: ElevarSessao): Promise<TokenAcesso> {
    const usuario = await this.usuarios.find(usuarioId);
    if (!usuario || sessaoId === undefined) throw new RenovacaoInvalida();
    const tem = temSegundoFator(await this.fatores.of(usuarioId));
    const { senha } = prova;
    if (senha !== undefined && tem) throw new FatorExigido();
    if (senha === undefined && !tem) throw new SemSegundoFator();
    if (senha !== undefined) await this.conferencia.conferir(usuarioId, senha, endereco);
    const amr = senha === undefined ? await this.byFactor(usuario, prova, endereco) : 'pwd';
    return this.emissor.issue(usuario, await this.sessoes.elevate(sessaoId, usuarioId, [amr]));
  }

  private async byFactor(usuario: Usuario, prova: ElevarSessao['prova'], endereco: string): Promise<string> {
    const { desafio } = prova;
    const lancado = desafio === undefined ? undefined : await this.desafios.try(desafio, 'ELEVACAO', endereco);
    if (desafio !== undefined && lancado?.usuarioId !== usuario.id) throw new ProvaIncorreta();
    const amr = await this.provas.provar(usuario, prova, desafio, endereco);
    if (!amr || (lancado && !(await this.desafios.use(lancado)))) throw new ProvaIncorreta();
    return amr;
  }
}
