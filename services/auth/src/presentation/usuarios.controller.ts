import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { AtivarUsuario, ListarUsuarios, MudarPapeis } from '../application/administrar-usuarios.js';
import { ConsultarUsuario } from '../application/consultar-usuario.js';
import { usuarioToHttp } from './to-http.js';

const { usuarios } = operacoesDeAuth;

@Controller()
export class UsuariosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(usuarios.eu)
  eu({ usuario }: Pedido<typeof usuarios.eu>) {
    return this.buscar(usuario.id);
  }

  @Operacao(usuarios.porId)
  porId({ parametros }: Pedido<typeof usuarios.porId>) {
    return this.buscar(parametros.id);
  }

  @Operacao(usuarios.listar)
  listar({ consulta }: Pedido<typeof usuarios.listar>) {
    return this.queries.execute(new ListarUsuarios(consulta));
  }

  @Operacao(usuarios.desativar)
  desativar({ parametros }: Pedido<typeof usuarios.desativar>): Promise<void> {
    return this.commands.execute(new AtivarUsuario(parametros.id, false));
  }

  @Operacao(usuarios.reativar)
  reativar({ parametros }: Pedido<typeof usuarios.reativar>): Promise<void> {
    return this.commands.execute(new AtivarUsuario(parametros.id, true));
  }

  @Operacao(usuarios.mudarPapeis)
  mudarPapeis({ parametros, corpo }: Pedido<typeof usuarios.mudarPapeis>): Promise<void> {
    return this.commands.execute(new MudarPapeis(parametros.id, corpo.papeis));
  }

  private async buscar(usuarioId: string) {
    return usuarioToHttp(await this.queries.execute(new ConsultarUsuario(usuarioId)));
  }
}
