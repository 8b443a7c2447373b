import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { confirmadoHaPouco, type Http, Operacao, type Pedido } from '@plataforma/platform';
import { MudarEmail, MudarSenha, RedefinirSenha } from '../application/mudar-conta.js';
import { RegistrarUsuario } from '../application/registrar-usuario.js';
import { PedirCarta, VerificarEmail } from '../application/verificar-email.js';

const { contas } = operacoesDeAuth;

@Controller()
export class ContasController {
  constructor(private readonly commands: CommandBus) {}

  @Operacao(contas.registrar)
  async registrar({ corpo: { nome, email, senha, idioma } }: Pedido<typeof contas.registrar>, { request }: Http) {
    return { email: await this.commands.execute(new RegistrarUsuario(nome, email, senha, idioma, request.ip)) };
  }

  @Operacao(contas.verificar)
  verificar({ corpo }: Pedido<typeof contas.verificar>): Promise<void> {
    return this.commands.execute(new VerificarEmail(corpo.token));
  }

  @Operacao(contas.pedirVerificacao)
  pedirVerificacao({ corpo }: Pedido<typeof contas.pedirVerificacao>, { request }: Http): Promise<void> {
    return this.commands.execute(new PedirCarta('VERIFICACAO', corpo.email, request.ip));
  }

  @Operacao(contas.pedirRedefinicao)
  pedirRedefinicao({ corpo }: Pedido<typeof contas.pedirRedefinicao>, { request }: Http): Promise<void> {
    return this.commands.execute(new PedirCarta('SENHA', corpo.email, request.ip));
  }

  @Operacao(contas.redefinirSenha)
  redefinirSenha({ corpo }: Pedido<typeof contas.redefinirSenha>): Promise<void> {
    return this.commands.execute(new RedefinirSenha(corpo.token, corpo.senha));
  }

  @Operacao(contas.mudarSenha)
  mudarSenha({ usuario, corpo }: Pedido<typeof contas.mudarSenha>, { request }: Http): Promise<void> {
    const { id, sessaoId } = usuario;
    return this.commands.execute(new MudarSenha(id, sessaoId, corpo.senhaAtual, corpo.senhaNova, request.ip));
  }

  @Operacao(contas.mudarEmail)
  mudarEmail({ usuario, corpo }: Pedido<typeof contas.mudarEmail>, { request }: Http): Promise<void> {
    const { id, sessaoId } = usuario;
    return this.commands.execute(
      new MudarEmail(id, sessaoId, corpo.senha, corpo.email, request.ip, confirmadoHaPouco(usuario)),
    );
  }
}
