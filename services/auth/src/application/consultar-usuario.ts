import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { UsuarioInexistente } from '../domain/errors.js';
import type { Usuario } from '../domain/usuario.js';
import { UsuarioRepository } from './ports.js';

export class ConsultarUsuario extends Query<Usuario> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ConsultarUsuario)
export class ConsultarUsuarioHandler implements IQueryHandler<ConsultarUsuario> {
  constructor(private readonly usuarios: UsuarioRepository) {}

  /** @throws UsuarioInexistente */
  async execute({ id }: ConsultarUsuario): Promise<Usuario> {
    const usuario = await this.usuarios.find(id);
    if (!usuario) throw new UsuarioInexistente();
    return usuario;
  }
}
