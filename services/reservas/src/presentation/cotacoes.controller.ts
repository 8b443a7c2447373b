import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { CriarCotacao } from '../application/criar-cotacao.js';

const { cotacoes } = operacoesDeReservas;

@Controller()
export class CotacoesController {
  constructor(private readonly commands: CommandBus) {}

  @Operacao(cotacoes.create)
  create({ corpo, usuario }: Pedido<typeof cotacoes.create>) {
    const { espacoId, inicio, fim, cupom } = corpo;
    return this.commands.execute(new CriarCotacao(usuario, espacoId, new Date(inicio), new Date(fim), cupom));
  }
}
