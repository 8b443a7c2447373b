import type { DynamicModule } from '@nestjs/common';
import { areaModule } from '@plataforma/platform';
import type { Config } from './config.js';
import { CriarCotacaoHandler, ValidadeDaCotacao } from './application/criar-cotacao.js';
import {
  ConsultarCupomHandler,
  CriarCupomHandler,
  ListarCuponsHandler,
  MudarCupomHandler,
} from './application/gerir-cupons.js';
import { CotaRepository, CotacaoRepository, CupomRepository } from './application/ports-precos.js';
import { RestricaoDaPessoa } from './application/ports.js';
import { Precificacao } from './application/precificacao.js';
import { RetencoesPorPessoa, VerificarCotas } from './application/verificar-cotas.js';
import { PgCotaRepository } from './infrastructure/pg-cota-repository.js';
import { PgCotacaoRepository } from './infrastructure/pg-cotacao-repository.js';
import { PgCupomRepository } from './infrastructure/pg-cupom-repository.js';
import { CotacoesController } from './presentation/cotacoes.controller.js';
import { CuponsController } from './presentation/cupons.controller.js';

/** What a booking costs, and what somebody may still book. */
export class PrecosModule {
  static readonly tabelas = ['cupons', 'cupom_usos', 'cotacoes'];

  static with(config: Config): DynamicModule {
    return areaModule(PrecosModule, {
      controllers: [CotacoesController, CuponsController],
      providers: [
        { provide: CotacaoRepository, useClass: PgCotacaoRepository },
        { provide: CupomRepository, useClass: PgCupomRepository },
        { provide: CotaRepository, useClass: PgCotaRepository },
        { provide: RestricaoDaPessoa, useExisting: VerificarCotas },
        { provide: ValidadeDaCotacao, useValue: new ValidadeDaCotacao(config.COTACAO_SEGUNDOS) },
        {
          provide: RetencoesPorPessoa,
          useValue: new RetencoesPorPessoa(config.RETENCOES_POR_PESSOA, config.RETENCOES_EM_SERIES_POR_PESSOA),
        },
        Precificacao,
        VerificarCotas,
        CriarCupomHandler,
        MudarCupomHandler,
        ConsultarCupomHandler,
        ListarCuponsHandler,
        CriarCotacaoHandler,
      ],
    });
  }
}
