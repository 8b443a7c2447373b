import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type CloudEvent, operacoesDeNotificacoes, type TipoDeGancho, tiposDeGancho } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido, versionOf } from '@plataforma/platform';
import {
  ListarEntregasDeGancho,
  ListarGanchos,
  VerEntregaDeGancho,
  VerGancho,
} from '../application/consultar-ganchos.js';
import {
  AnunciarAGanchos,
  CriarGancho,
  MudarGancho,
  ReenviarEntregas,
  RemoverGancho,
  RotacionarGancho,
  TestarGancho,
} from '../application/gerir-ganchos.js';

const { ganchos } = operacoesDeNotificacoes;
const HORA_MS = 3_600_000;

@Controller()
export class GanchosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(ganchos.criarGancho)
  async criarGancho({ corpo }: Pedido<typeof ganchos.criarGancho>) {
    return this.comSegredo(await this.commands.execute(new CriarGancho(corpo)));
  }

  @Operacao(ganchos.listarGanchos)
  async listarGanchos() {
    return { itens: await this.queries.execute(new ListarGanchos()), tiposPossiveis: tiposDeGancho };
  }

  @Operacao(ganchos.verGancho)
  verGancho({ parametros }: Pedido<typeof ganchos.verGancho>) {
    return this.queries.execute(new VerGancho(parametros.id));
  }

  @Operacao(ganchos.mudarGancho)
  async mudarGancho({ parametros: { id }, corpo }: Pedido<typeof ganchos.mudarGancho>, { request }: Http) {
    await this.commands.execute(new MudarGancho(id, corpo, versionOf(request.headers['if-match'] ?? '*')));
    return this.queries.execute(new VerGancho(id));
  }

  @Operacao(ganchos.removerGancho)
  removerGancho({ parametros }: Pedido<typeof ganchos.removerGancho>): Promise<void> {
    return this.commands.execute(new RemoverGancho(parametros.id));
  }

  @Operacao(ganchos.rotacionarGancho)
  async rotacionarGancho({ parametros, corpo }: Pedido<typeof ganchos.rotacionarGancho>) {
    const rotacao = new RotacionarGancho(parametros.id, corpo.sobreposicaoHoras * HORA_MS);
    return this.comSegredo(await this.commands.execute(rotacao));
  }

  @Operacao(ganchos.testarGancho)
  testarGancho({ parametros }: Pedido<typeof ganchos.testarGancho>) {
    return this.commands.execute(new TestarGancho(parametros.id));
  }

  @Operacao(ganchos.listarEntregas)
  listarEntregas({ parametros, consulta }: Pedido<typeof ganchos.listarEntregas>) {
    return this.queries.execute(new ListarEntregasDeGancho(parametros.id, consulta));
  }

  @Operacao(ganchos.verEntrega)
  verEntrega({ parametros }: Pedido<typeof ganchos.verEntrega>) {
    return this.queries.execute(new VerEntregaDeGancho(parametros.id, parametros.entregaId));
  }

  @Operacao(ganchos.reenviarEntrega)
  async reenviarEntrega({ parametros: { id, entregaId } }: Pedido<typeof ganchos.reenviarEntrega>) {
    return { reenviadas: await this.commands.execute(new ReenviarEntregas(id, { entregaId })) };
  }

  @Operacao(ganchos.reenviarPeriodo)
  async reenviarPeriodo({ parametros, corpo: periodo }: Pedido<typeof ganchos.reenviarPeriodo>) {
    return { reenviadas: await this.commands.execute(new ReenviarEntregas(parametros.id, { periodo })) };
  }

  private async comSegredo({ id, segredo }: { readonly id: string; readonly segredo: string }) {
    return { ...(await this.queries.execute(new VerGancho(id))), segredo };
  }
}

/** What integrators can be told, as it happens. By its id it is taken once: while there is no webhook nothing is written. */
@Controller()
export class GanchosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern<string[]>(tiposDeGancho, { fila: 'notificacoes.ganchos' })
  async aconteceu(@Payload() evento: CloudEvent<TipoDeGancho>): Promise<void> {
    await this.commands.execute(new AnunciarAGanchos(evento));
  }
}
