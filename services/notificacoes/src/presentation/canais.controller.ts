import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeNotificacoes } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import {
  LiberarEndereco,
  ListarEnviosLocais,
  ListarSupressoes,
  SuprimirEndereco,
} from '../application/administrar-canais.js';
import { ReenviarAviso } from '../application/avisos.js';
import { ConsultarHistorico } from '../application/guardar-historico.js';

const { envios, supressoes } = operacoesDeNotificacoes;

@Controller()
export class CanaisController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(envios.listarEnviosLocais)
  listarEnviosLocais({ consulta }: Pedido<typeof envios.listarEnviosLocais>) {
    return this.queries.execute(new ListarEnviosLocais(consulta));
  }

  @Operacao(envios.consultarHistorico)
  consultarHistorico({ consulta }: Pedido<typeof envios.consultarHistorico>) {
    return this.queries.execute(new ConsultarHistorico(consulta));
  }

  @Operacao(envios.reenviar)
  reenviar({ parametros }: Pedido<typeof envios.reenviar>) {
    return this.commands.execute(new ReenviarAviso(parametros.id));
  }

  @Operacao(supressoes.listarSupressoes)
  listarSupressoes({ consulta }: Pedido<typeof supressoes.listarSupressoes>) {
    return this.queries.execute(new ListarSupressoes(consulta));
  }

  @Operacao(supressoes.suprimir)
  suprimir({ corpo }: Pedido<typeof supressoes.suprimir>) {
    return this.commands.execute(new SuprimirEndereco(corpo));
  }

  @Operacao(supressoes.liberar)
  liberar({ parametros }: Pedido<typeof supressoes.liberar>) {
    return this.commands.execute(new LiberarEndereco(parametros.id));
  }
}
