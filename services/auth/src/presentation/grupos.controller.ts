import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type CloudEvent, operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido, versionOf } from '@plataforma/platform';
import { ReenviarAcessos } from '../application/contar-acessos.js';
import {
  ConhecerEspaco,
  CriarGrupo,
  DizerAcesso,
  ExcluirGrupo,
  LerAcesso,
  ListarGrupos,
  ListarMembros,
  MudarMembro,
} from '../application/grupos.js';

const { grupos } = operacoesDeAuth;

@Controller()
export class GruposController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(grupos.listarGrupos)
  listarGrupos() {
    return this.queries.execute(new ListarGrupos());
  }

  @Operacao(grupos.criarGrupo)
  criarGrupo({ corpo }: Pedido<typeof grupos.criarGrupo>) {
    return this.commands.execute(new CriarGrupo(corpo.nome));
  }

  @Operacao(grupos.excluirGrupo)
  excluirGrupo({ parametros }: Pedido<typeof grupos.excluirGrupo>): Promise<void> {
    return this.commands.execute(new ExcluirGrupo(parametros.id));
  }

  @Operacao(grupos.listarMembros)
  listarMembros({ parametros, consulta }: Pedido<typeof grupos.listarMembros>) {
    return this.queries.execute(new ListarMembros(parametros.id, consulta));
  }

  @Operacao(grupos.incluirMembro)
  incluirMembro({ parametros: { id, usuarioId } }: Pedido<typeof grupos.incluirMembro>): Promise<void> {
    return this.commands.execute(new MudarMembro(id, usuarioId, true));
  }

  @Operacao(grupos.retirarMembro)
  retirarMembro({ parametros: { id, usuarioId } }: Pedido<typeof grupos.retirarMembro>): Promise<void> {
    return this.commands.execute(new MudarMembro(id, usuarioId, false));
  }

  @Operacao(grupos.lerAcesso)
  lerAcesso({ parametros }: Pedido<typeof grupos.lerAcesso>) {
    return this.queries.execute(new LerAcesso(parametros.id));
  }

  @Operacao(grupos.dizerAcesso)
  dizerAcesso({ parametros, corpo }: Pedido<typeof grupos.dizerAcesso>, { request }: Http) {
    const ifMatch = request.headers['if-match'];
    const versaoLida = ifMatch === undefined ? undefined : versionOf(ifMatch);
    return this.commands.execute(new DizerAcesso(parametros.id, corpo.regras, versaoLida));
  }

  @EventPattern('espaco.alterado.v1')
  espacoAlterado(@Payload() { data }: CloudEvent<'espaco.alterado.v1'>): Promise<void> {
    return this.commands.execute(new ConhecerEspaco(data.espacoId));
  }

  @EventPattern('acesso.reenviar.v1')
  reenviar(@Payload() { data }: CloudEvent<'acesso.reenviar.v1'>): Promise<void> {
    return this.commands.execute(new ReenviarAcessos(data.desde));
  }
}
