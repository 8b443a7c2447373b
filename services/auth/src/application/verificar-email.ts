import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '@plataforma/platform';
import { LinkInvalido } from '../domain/errors.js';
import type { Usuario } from '../domain/usuario.js';
import { normalizarEmail } from '../domain/usuario.js';
import { ContasPorProvar } from './contas-por-provar.js';
import {
  type ContaComSenha,
  Correio,
  LimitadorDeTentativas,
  SessaoRepository,
  type TokenDeConta,
  TokenDeContaRepository,
  UsuarioRepository,
} from './ports.js';
import { PrimeiraProva } from './primeira-prova.js';
import { TokensDeConta } from './tokens-de-conta.js';

/** Somebody reads the mail of an address: that of their account, or the one that it is to have. */
export class VerificarEmail extends Command<void> {
  constructor(readonly token: string) {
    super();
  }
}

@CommandHandler(VerificarEmail)
export class VerificarEmailHandler implements ICommandHandler<VerificarEmail> {
  constructor(
    private readonly database: Database,
    private readonly usuarios: UsuarioRepository,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeConta,
    private readonly usados: TokenDeContaRepository,
    private readonly correio: Correio,
    private readonly primeira: PrimeiraProva,
    private readonly porProvar: ContasPorProvar,
  ) {}

  /** @throws LinkInvalido; EmailEmUso when the new address has another account by now */
  async execute({ token }: VerificarEmail): Promise<void> {
    await this.database.transaction(async () => {
      const encontrado = await this.tokens.find(token);
      // Of two letters that are opened at once the first is the one that proves.
      const conta = encontrado && (await this.usuarios.lock(encontrado.usuarioId))?.usuario;
      if (!encontrado || !conta || conta.desativado || encontrado.uso === 'SENHA') throw new LinkInvalido();
      if (!(await this.usados.use(encontrado.hash))) throw new LinkInvalido();
      if (encontrado.uso === 'EMAIL') await this.move(conta, encontrado);
      else await this.prove(conta, encontrado);
    });
  }

  private async prove(conta: Usuario, { nome, senhaHash }: TokenDeConta): Promise<void> {
    // Proved already: what somebody else wrote when they registered counts no more.
    if (conta.emailVerificado) return;
    // A letter of before it said whose password it brings.
    if (senhaHash === undefined) throw new LinkInvalido();
    await this.usuarios.change(conta.id, { nome, senhaHash, verificado: true });
    await this.primeira.recomecar(conta);
  }

  private async move(conta: Usuario, { email }: TokenDeConta): Promise<void> {
    if (email === undefined) throw new LinkInvalido();
    const outra = (await this.usuarios.findByEmail(email))?.usuario;
    if (outra && outra.id !== conta.id) await this.porProvar.ceder(outra.id);
    await this.usuarios.change(conta.id, { email, verificado: true });
    await this.usados.revoke(conta.id, ['VERIFICACAO', 'SENHA', 'EMAIL']);
    await this.sessoes.endOf({ usuarioId: conta.id }, 'SENHA');
    // The old address is told as well: it may be that its owner did not want this.
    await this.correio.post({ tipo: 'EMAIL_MUDOU', para: conta });
    await this.correio.post({ tipo: 'EMAIL_MUDOU', para: { ...conta, email } });
  }
}

/** A letter is asked for: to prove an address once more, or to choose another password. */
export class PedirCarta extends Command<void> {
  constructor(
    readonly uso: 'VERIFICACAO' | 'SENHA',
    readonly email: string,
    /** Where the request comes from. */
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(PedirCarta)
export class PedirCartaHandler implements ICommandHandler<PedirCarta> {
  constructor(
    private readonly limitador: LimitadorDeTentativas,
    private readonly tokens: TokenDeContaRepository,
  ) {}

  /** Whether there is anybody to write to is looked at later (`AtenderPedidosDeCarta`). @throws what the limiter throws */
  async execute({ uso, email, endereco }: PedirCarta): Promise<void> {
    const conta = normalizarEmail(email);
    await this.limitador.countPedidoDeCarta(conta, endereco);
    await this.tokens.request(uso, conta);
  }
}

/** Writes the letters that were asked for, to those who have an account. */
export class AtenderPedidosDeCarta extends Command<number> {}

const LOTE = 20;

@CommandHandler(AtenderPedidosDeCarta)
export class AtenderPedidosDeCartaHandler implements ICommandHandler<AtenderPedidosDeCarta> {
  constructor(
    private readonly database: Database,
    private readonly usuarios: UsuarioRepository,
    private readonly tokens: TokensDeConta,
    private readonly pedidos: TokenDeContaRepository,
  ) {}

  execute(): Promise<number> {
    return this.database.transaction(async () => {
      const pedidos = await this.pedidos.takeRequests(LOTE);
      for (const { uso, email } of pedidos) {
        const achada = await this.usuarios.findByEmail(email);
        if (achada && !achada.usuario.desativado) await this.send(uso, achada);
      }
      return pedidos.length;
    });
  }

  /**
   * To prove an address: the letter of its registration once more. Of several nobody knows whose this would be: whoever
   * reads it chooses a password, which proves the address as well.
   */
  private async send(uso: 'VERIFICACAO' | 'SENHA', { usuario, senhaHash, contestada }: ContaComSenha): Promise<void> {
    if (uso === 'SENHA') return this.tokens.send('SENHA', usuario);
    if (usuario.emailVerificado) return;
    await (contestada ? this.tokens.send('SENHA', usuario) : this.tokens.send('VERIFICACAO', usuario, { senhaHash }));
  }
}
