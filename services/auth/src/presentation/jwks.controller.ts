import { Controller, Header } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { Operacao } from '@plataforma/platform';
import { ConsultarChaves } from '../application/consultar-chaves.js';

@Controller()
export class JwksController {
  constructor(private readonly queries: QueryBus) {}

  @Header('cache-control', 'public, max-age=300')
  @Operacao(operacoesDeAuth.chaves.publicas)
  publicas() {
    return this.queries.execute(new ConsultarChaves());
  }
}
