import { Controller, Header } from '@nestjs/common';
import { operacoesDeAuth } from '@plataforma/contracts';
import { Operacao } from '@plataforma/platform';
import { ChaveRepositoryPostgres } from '../infrastructure/chaves-assinatura.js';

@Controller()
export class JwksController {
  constructor(private readonly chaves: ChaveRepositoryPostgres) {}

  @Header('cache-control', 'public, max-age=300')
  @Operacao(operacoesDeAuth.chaves.publicas)
  publicas() {
    return this.chaves.publicas();
  }
}
