import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeNotificacoes } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import {
  ConsultarChaveDeNavegador,
  InformarTelefone,
  ListarDestinos,
  RegistrarAparelho,
  RemoverDestino,
  VerificarTelefone,
} from '../application/gerir-destinos.js';

const { destinos } = operacoesDeNotificacoes;

@Controller()
export class DestinosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(destinos.listarDestinos)
  async listarDestinos({ usuario }: Pedido<typeof destinos.listarDestinos>) {
    return { itens: await this.queries.execute(new ListarDestinos(usuario.id)) };
  }

  @Operacao(destinos.chaveDeNavegador)
  async chaveDeNavegador() {
    return { chavePublica: await this.queries.execute(new ConsultarChaveDeNavegador()) };
  }

  @Operacao(destinos.informarTelefone)
  informarTelefone({ usuario, corpo }: Pedido<typeof destinos.informarTelefone>) {
    return this.commands.execute(new InformarTelefone(usuario.id, corpo.numero));
  }

  @Operacao(destinos.verificarTelefone)
  verificarTelefone({ usuario, parametros, corpo }: Pedido<typeof destinos.verificarTelefone>) {
    return this.commands.execute(new VerificarTelefone(usuario.id, parametros.id, corpo.codigo));
  }

  @Operacao(destinos.registrarAplicativo)
  registrarAplicativo({ usuario, corpo }: Pedido<typeof destinos.registrarAplicativo>) {
    return this.commands.execute(new RegistrarAparelho(usuario.id, corpo.token, corpo.nome));
  }

  @Operacao(destinos.registrarNavegador)
  registrarNavegador({ usuario, corpo }: Pedido<typeof destinos.registrarNavegador>) {
    return this.commands.execute(new RegistrarAparelho(usuario.id, corpo.endpoint, corpo.nome, corpo.keys));
  }

  @Operacao(destinos.removerDestino)
  removerDestino({ usuario, parametros }: Pedido<typeof destinos.removerDestino>) {
    return this.commands.execute(new RemoverDestino(usuario.id, parametros.id));
  }
}
