import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validarNovaSenha, normalizarSenha } from '../domain/senha.js';
import { type Idioma, normalizarEmail, normalizarNome, type Usuario } from '../domain/usuario.js';
import { HashDeSenha, SenhasComuns, UsuarioRepository } from './ports.js';

export interface RegistrarUsuario {
  readonly nome: string;
  readonly email: string;
  readonly senha: string;
  readonly idioma: Idioma;
}

@Injectable()
export class RegistrarUsuarioHandler {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly comuns: SenhasComuns,
  ) {}

  /**
   * Opens an account, always as CLIENTE: nobody names their own role.
   * @throws SenhaCurtaError, SenhaLongaError, SenhaComumError, EmailEmUsoError
   */
  async execute({ nome, email, senha, idioma }: RegistrarUsuario): Promise<Usuario> {
    validarNovaSenha(senha, (candidata) => this.comuns.contem(candidata));
    const senhaHash = await this.hashes.calcular(normalizarSenha(senha));
    const usuario: Usuario = {
      id: randomUUIDv7(),
      nome: normalizarNome(nome),
      email: normalizarEmail(email),
      papeis: ['CLIENTE'],
      idioma,
      criadoEm: new Date(),
    };
    await this.usuarios.registrar(usuario, senhaHash);
    return usuario;
  }
}
