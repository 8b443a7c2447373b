import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type CadastroDeEspaco, type Espaco, verificarFuncionamento } from '../domain/espaco.js';
import { CatalogoRepository, type MudancaDeEspaco } from './ports.js';

/** What admins do to the catalogue. Nothing is ever lost: each change is a version, and bookings keep theirs. */
@Injectable()
export class AdministrarEspacos {
  constructor(private readonly catalogo: CatalogoRepository) {}

  /** @returns the id of the draft @throws HorariosSobrepostos, ComposicaoInvalida */
  async create(cadastro: CadastroDeEspaco, autorId: string): Promise<string> {
    verificarFuncionamento(cadastro);
    const id = randomUUIDv7();
    await this.catalogo.insert(id, cadastro, 'RASCUNHO', autorId);
    return id;
  }

  /** @throws HorariosSobrepostos, and what CatalogoRepository.replace throws */
  async replace(id: string, cadastro: CadastroDeEspaco, mudanca: MudancaDeEspaco): Promise<void> {
    verificarFuncionamento(cadastro);
    await this.catalogo.replace(id, cadastro, mudanca);
  }

  /** Publishes or archives. @throws what CatalogoRepository.moveTo throws */
  async moveTo(id: string, situacao: Espaco['situacao'], mudanca: MudancaDeEspaco): Promise<void> {
    await this.catalogo.moveTo(id, situacao, mudanca);
  }
}
