import { Controller, Header } from '@nestjs/common';
import { operacoesDeAuth } from '@plataforma/contracts';
import { Operacao } from '@plataforma/platform';
import { PgChaveRepository } from '../infrastructure/pg-chave-repository.js';

@Controller()
export class JwksController {
  constructor(private readonly chaves: PgChaveRepository) {}

  @Header('cache-control', 'public, max-age=300')
  @Operacao(operacoesDeAuth.chaves.publicas)
  publicas() {
    return this.chaves.publicKeys();
  }
}
