import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@plataforma/platform';
import { RenovacaoConcorrente, RenovacaoInvalida } from '../domain/errors.js';
import { decidirRenovacao } from '../domain/sessao.js';
import type { SessaoAberta } from './abrir-sessao.js';
import {
  Correio,
  EmissorDeToken,
  LimitadorDeTentativas,
  SessaoRepository,
  TokensDeRenovacao,
  UsuarioRepository,
} from './ports.js';

/** Trades a refresh token for the next one. */
export class RenovarSessao extends Command<SessaoAberta> {
  constructor(readonly token: string) {
    super();
  }
}

@CommandHandler(RenovarSessao)
export class RenovarSessaoHandler implements ICommandHandler<RenovarSessao> {
  constructor(
    private readonly database: Database,
    private readonly correio: Correio,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
    private readonly usuarios: UsuarioRepository,
    private readonly emissor: EmissorDeToken,
    private readonly limitador: LimitadorDeTentativas,
  ) {}

  /**
   * Trades a refresh token for the next one. A token that comes back later ends its whole session, and that stays so
   * although the caller is told no; its owner is told why.
   * @throws RenovacaoInvalida, RenovacaoConcorrente; what the limiter throws
   */
  async execute({ token }: RenovarSessao): Promise<SessaoAberta> {
    const sessaoId = await this.sessoes.sessionOf(this.tokens.hash(token));
    if (sessaoId === undefined) throw new RenovacaoInvalida();
    await this.limitador.countRenovacao(sessaoId);
    const sucessor = this.tokens.successor(token);
    const apresentada = await this.database.transaction(async () => {
      const vista = await this.sessoes.present(this.tokens.hash(token), this.tokens.hash(sucessor), decidirRenovacao);
      const dono = vista?.decisao === 'REUSO' && (await this.usuarios.find(vista.sessao.usuarioId));
      if (dono) await this.correio.post({ tipo: 'SESSAO_ROUBADA', para: dono });
      return vista;
    });
    if (!apresentada) throw new RenovacaoInvalida();
    const { decisao, sessao } = apresentada;
    switch (decisao) {
      case 'RENOVAR':
      case 'REPETIR': {
        const usuario = await this.usuarios.find(sessao.usuarioId);
        if (!usuario || usuario.desativado) throw new RenovacaoInvalida();
        const acesso = await this.emissor.issue(usuario, sessao);
        return { ...acesso, tokenRenovacao: sucessor, sessaoExpiraEm: sessao.expiraEm, usuario };
      }
      case 'CONCORRENTE':
        throw new RenovacaoConcorrente();
      case 'REUSO':
        throw new RenovacaoInvalida().de(sessao.usuarioId);
      case 'RECUSAR':
        throw new RenovacaoInvalida();
    }
  }
}
