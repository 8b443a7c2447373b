import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import QRCode from 'qrcode';
import {
  ConfirmarTotp,
  IniciarTotp,
  ListarFatores,
  PedirRegistroDeChave,
  RegistrarChave,
  RemoverFator,
  RenomearChave,
  RenovarCodigos,
} from '../application/gerir-fatores.js';
import { chaveToHttp } from './to-http.js';

const { fatores } = operacoesDeAuth;

@Controller()
export class FatoresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(fatores.listarFatores)
  async listarFatores({ usuario }: Pedido<typeof fatores.listarFatores>) {
    const { totpDesde, chaves, codigosRestantes } = await this.queries.execute(new ListarFatores(usuario.id));
    return {
      totp: totpDesde && { ativadoEm: totpDesde.toISOString() },
      chavesDeAcesso: chaves.map(chaveToHttp),
      codigosRestantes,
    };
  }

  @Operacao(fatores.iniciarTotp)
  async iniciarTotp({ usuario }: Pedido<typeof fatores.iniciarTotp>) {
    const { segredo, uri } = await this.commands.execute(new IniciarTotp(usuario.id));
    return { segredo, uri, qr: await QRCode.toDataURL(uri) };
  }

  @Operacao(fatores.confirmarTotp)
  async confirmarTotp({ usuario, corpo }: Pedido<typeof fatores.confirmarTotp>, { request }: Http) {
    const confirmacao = new ConfirmarTotp(usuario.id, corpo.codigo, request.ip);
    return { codigosRecuperacao: await this.commands.execute(confirmacao) };
  }

  @Operacao(fatores.removerTotp)
  removerTotp({ usuario }: Pedido<typeof fatores.removerTotp>): Promise<void> {
    return this.commands.execute(new RemoverFator(usuario.id));
  }

  @Operacao(fatores.novosCodigos)
  async novosCodigos({ usuario }: Pedido<typeof fatores.novosCodigos>) {
    return { codigosRecuperacao: await this.commands.execute(new RenovarCodigos(usuario.id)) };
  }

  @Operacao(fatores.opcoesDeRegistro)
  opcoesDeRegistro({ usuario }: Pedido<typeof fatores.opcoesDeRegistro>, { request }: Http) {
    return this.commands.execute(new PedirRegistroDeChave(usuario.id, request.ip));
  }

  @Operacao(fatores.registrarChave)
  async registrarChave({ usuario, corpo }: Pedido<typeof fatores.registrarChave>, { request }: Http) {
    const { desafio, nome, credencial } = corpo;
    const { chave, codigos } = await this.commands.execute(
      new RegistrarChave(usuario.id, desafio, nome, credencial, request.ip),
    );
    return { chave: chaveToHttp(chave), codigosRecuperacao: codigos };
  }

  @Operacao(fatores.renomearChave)
  renomearChave({ usuario, parametros, corpo }: Pedido<typeof fatores.renomearChave>): Promise<void> {
    return this.commands.execute(new RenomearChave(usuario.id, parametros.chave, corpo.nome));
  }

  @Operacao(fatores.removerChave)
  removerChave({ usuario, parametros }: Pedido<typeof fatores.removerChave>): Promise<void> {
    return this.commands.execute(new RemoverFator(usuario.id, parametros.chave));
  }
}
