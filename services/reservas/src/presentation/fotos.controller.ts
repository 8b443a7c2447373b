import { Controller, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import { GuardarFoto, LerFoto } from '../application/fotos.js';

const { fotos } = operacoesDeReservas;

@Controller()
export class FotosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(fotos.create)
  create({ corpo }: Pedido<typeof fotos.create>) {
    return this.commands.execute(new GuardarFoto(Buffer.from(corpo.conteudo, 'base64')));
  }

  @Operacao(fotos.byName)
  async byName({ parametros }: Pedido<typeof fotos.byName>, { reply }: Http) {
    const foto = await this.queries.execute(new LerFoto(parametros.arquivo));
    void reply.header('cache-control', 'public, max-age=31536000, immutable');
    return new StreamableFile(foto, { type: 'image/webp', length: foto.length });
  }
}
