import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarUsuario } from '../application/consultar-usuario.js';
import { RegistrarUsuario } from '../application/registrar-usuario.js';
import { usuarioToHttp } from './to-http.js';

const { usuarios } = operacoesDeAuth;

@Controller()
export class UsuariosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(usuarios.registrar)
  async criar({ corpo: { nome, email, senha, idioma } }: Pedido<typeof usuarios.registrar>, { request }: Http) {
    return usuarioToHttp(await this.commands.execute(new RegistrarUsuario(nome, email, senha, idioma, request.ip)));
  }

  @Operacao(usuarios.eu)
  eu({ usuario }: Pedido<typeof usuarios.eu>) {
    return this.buscar(usuario.id);
  }

  @Operacao(usuarios.porId)
  porId({ parametros }: Pedido<typeof usuarios.porId>) {
    return this.buscar(parametros.id);
  }

  private async buscar(usuarioId: string) {
    return usuarioToHttp(await this.queries.execute(new ConsultarUsuario(usuarioId)));
  }
}
