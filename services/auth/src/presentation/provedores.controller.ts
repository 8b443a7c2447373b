import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type EntradaExternaIniciadaHttp, operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import {
  ConcluirEntradaExterna,
  ConfirmarLigacao,
  type EntradaIniciada,
  IniciarEntradaExterna,
} from '../application/entrar-por-provedor.js';
import {
  DesligarProvedor,
  LigarProvedor,
  ListarMeusProvedores,
  ListarProvedores,
} from '../application/meus-provedores.js';
import { origemDe, sessaoToHttp } from './to-http.js';

const { entradasExternas, meusProvedores } = operacoesDeAuth;

const iniciadaToHttp = ({ expiraEm, ...iniciada }: EntradaIniciada): EntradaExternaIniciadaHttp => ({
  ...iniciada,
  expiraEm: expiraEm.toISOString(),
});

@Controller()
export class ProvedoresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(entradasExternas.provedores)
  provedores() {
    return this.queries.execute(new ListarProvedores());
  }

  @Operacao(entradasExternas.iniciarEntrada)
  async iniciarEntrada({ corpo }: Pedido<typeof entradasExternas.iniciarEntrada>, { request }: Http) {
    const { provedor, retorno } = corpo;
    return iniciadaToHttp(await this.commands.execute(new IniciarEntradaExterna(provedor, retorno, request.ip)));
  }

  @Operacao(entradasExternas.concluirEntrada)
  async concluirEntrada({ corpo }: Pedido<typeof entradasExternas.concluirEntrada>, { request }: Http) {
    const { tokenPedido, ...resposta } = corpo;
    const concluida = await this.commands.execute(
      new ConcluirEntradaExterna(tokenPedido, resposta, request.ip, origemDe(request)),
    );
    switch (concluida.situacao) {
      case 'ABERTA':
        return { status: 200, corpo: sessaoToHttp(concluida.sessao) } as const;
      case 'PENDENTE': {
        const { tokenLigacao, email, expiraEm } = concluida;
        return { status: 202, corpo: { tokenLigacao, email, expiraEm: expiraEm.toISOString() } } as const;
      }
      case 'LIGADA':
        return { status: 204, corpo: undefined } as const;
    }
  }

  @Operacao(entradasExternas.confirmarLigacao)
  async confirmarLigacao({ corpo }: Pedido<typeof entradasExternas.confirmarLigacao>, { request }: Http) {
    const { tokenLigacao, senha } = corpo;
    return sessaoToHttp(
      await this.commands.execute(new ConfirmarLigacao(tokenLigacao, senha, request.ip, origemDe(request))),
    );
  }

  @Operacao(meusProvedores.listarProvedores)
  listarProvedores({ usuario }: Pedido<typeof meusProvedores.listarProvedores>) {
    return this.queries.execute(new ListarMeusProvedores(usuario.id));
  }

  @Operacao(meusProvedores.ligarProvedor)
  async ligarProvedor({ usuario, corpo }: Pedido<typeof meusProvedores.ligarProvedor>, { request }: Http) {
    const { provedor, retorno } = corpo;
    return iniciadaToHttp(
      await this.commands.execute(new LigarProvedor(usuario.id, usuario.sessaoId, provedor, retorno, request.ip)),
    );
  }

  @Operacao(meusProvedores.desligarProvedor)
  desligarProvedor(
    { usuario, parametros }: Pedido<typeof meusProvedores.desligarProvedor>,
    { request }: Http,
  ): Promise<void> {
    return this.commands.execute(new DesligarProvedor(usuario.id, parametros.provedor, origemDe(request)));
  }
}
