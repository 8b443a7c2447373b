import { Controller } from '@nestjs/common';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { UsuarioRepository } from '../application/ports.js';
import { RegistrarUsuarioHandler } from '../application/registrar-usuario.js';
import { UsuarioInexistente } from '../domain/errors.js';
import { usuarioToHttp } from './to-http.js';

const { usuarios } = operacoesDeAuth;

@Controller()
export class UsuariosController {
  constructor(
    private readonly registrar: RegistrarUsuarioHandler,
    private readonly usuarios: UsuarioRepository,
  ) {}

  @Operacao(usuarios.registrar)
  async criar({ corpo }: Pedido<typeof usuarios.registrar>, { request }: Http) {
    return usuarioToHttp(await this.registrar.execute({ ...corpo, endereco: request.ip }));
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
    const usuario = await this.usuarios.find(usuarioId);
    if (!usuario) throw new UsuarioInexistente();
    return usuarioToHttp(usuario);
  }
}
