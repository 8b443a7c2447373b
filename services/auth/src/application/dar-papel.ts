import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { normalizarSenha, validarNovaSenha } from '../domain/senha.js';
import { normalizarEmail, novoUsuario, type Papel, type Usuario } from '../domain/usuario.js';
import { HashDeSenha, SenhasComuns, UsuarioRepository } from './ports.js';

export type PapelDaCasa = Exclude<Papel, 'CLIENTE'>;

/** Roles that nobody can name for themselves: given by whoever has the installation in hands, never over HTTP. */
@Injectable()
export class DarPapel {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
    private readonly comuns: SenhasComuns,
  ) {}

  /** The account of an address, if there is one. */
  async conta(email: string): Promise<Usuario | undefined> {
    return (await this.usuarios.findByEmail(normalizarEmail(email)))?.usuario;
  }

  /**
   * Opens an account with the role.
   * @throws SenhaCurta, SenhaLonga, SenhaComum, EmailEmUso
   */
  async criar(pessoa: { nome: string; email: string; senha: string; papel: PapelDaCasa }): Promise<Usuario> {
    validarNovaSenha(pessoa.senha, (candidata) => this.comuns.has(candidata));
    const usuario = novoUsuario(
      { id: randomUUIDv7(), ...pessoa, papeis: [pessoa.papel], idioma: 'pt-BR', emailVerificado: true },
      new Date(),
    );
    await this.usuarios.insert(usuario, await this.hashes.hash(normalizarSenha(pessoa.senha)));
    return usuario;
  }

  /** Adds the role to an account; access tokens already issued do not know of it. */
  async promover(usuario: Usuario, papel: PapelDaCasa): Promise<void> {
    await this.usuarios.addPapel(usuario.id, papel);
  }
}
