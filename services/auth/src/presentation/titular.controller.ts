import { Controller, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import {
  ApagarConta,
  ConsultarComprovante,
  ListarApagamentos,
  RetomarApagamento,
} from '../application/apagar-conta.js';
import {
  BaixarExportacao,
  ListarExportacoes,
  ListarMinhasExportacoes,
  PedirExportacao,
  RetomarExportacao,
} from '../application/exportar-dados.js';
import { ListarConsentimentos, MudarConsentimento } from '../application/consentimentos.js';

const { apagamentos, consentimentos, exportacao, exportacoes, titular } = operacoesDeAuth;

/** What people ask for about their own data, and the house looks after. */
@Controller()
export class TitularController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(titular.apagarConta)
  apagarConta({ usuario, corpo }: Pedido<typeof titular.apagarConta>, { request }: Http) {
    return this.commands.execute(new ApagarConta(usuario.id, usuario.sessaoId, corpo.senha, request.ip));
  }

  @Operacao(consentimentos.listarConsentimentos)
  listarConsentimentos({ usuario, consulta }: Pedido<typeof consentimentos.listarConsentimentos>) {
    return this.queries.execute(new ListarConsentimentos(usuario.id, consulta.idioma));
  }

  @Operacao(consentimentos.mudarConsentimento)
  mudarConsentimento({ usuario, parametros, corpo }: Pedido<typeof consentimentos.mudarConsentimento>): Promise<void> {
    return this.commands.execute(new MudarConsentimento(usuario.id, parametros.finalidade, corpo));
  }

  @Operacao(exportacao.pedirExportacao)
  pedirExportacao({ usuario }: Pedido<typeof exportacao.pedirExportacao>) {
    return this.commands.execute(new PedirExportacao(usuario.id));
  }

  @Operacao(exportacao.listarMinhasExportacoes)
  listarMinhasExportacoes({ usuario }: Pedido<typeof exportacao.listarMinhasExportacoes>) {
    return this.queries.execute(new ListarMinhasExportacoes(usuario.id));
  }

  @Operacao(exportacao.baixarExportacao)
  async baixarExportacao({ corpo }: Pedido<typeof exportacao.baixarExportacao>) {
    return new StreamableFile(await this.commands.execute(new BaixarExportacao(corpo.codigo)), {
      type: 'application/zip',
      disposition: 'attachment; filename="meus-dados.zip"',
    });
  }

  @Operacao(exportacoes.listarExportacoes)
  listarExportacoes({ consulta }: Pedido<typeof exportacoes.listarExportacoes>) {
    return this.queries.execute(new ListarExportacoes(consulta));
  }

  @Operacao(exportacoes.retomarExportacao)
  retomarExportacao({ parametros }: Pedido<typeof exportacoes.retomarExportacao>): Promise<void> {
    return this.commands.execute(new RetomarExportacao(parametros.id));
  }

  @Operacao(titular.comprovante)
  comprovante({ corpo }: Pedido<typeof titular.comprovante>) {
    return this.queries.execute(new ConsultarComprovante(corpo.comprovante));
  }

  @Operacao(apagamentos.listarApagamentos)
  listarApagamentos({ consulta }: Pedido<typeof apagamentos.listarApagamentos>) {
    return this.queries.execute(new ListarApagamentos(consulta));
  }

  @Operacao(apagamentos.retomarApagamento)
  retomarApagamento({ parametros }: Pedido<typeof apagamentos.retomarApagamento>): Promise<void> {
    return this.commands.execute(new RetomarApagamento(parametros.id));
  }
}
