import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EmailEmUso } from '../domain/errors.js';
import { novoUsuario, type Papel } from '../domain/usuario.js';
import { HashDeSenha, UsuarioRepository } from './ports.js';

export const SENHA_DEMONSTRACAO = 'demonstracao-2026';

/** Fixed ids: a second start finds them, and other services' seeds may refer to them. */
export const CONTAS_DEMONSTRACAO: readonly { id: string; nome: string; email: string; papeis: readonly Papel[] }[] = [
  {
    id: '00000000-0000-7000-8000-000000000001',
    nome: 'Cliente Demo',
    email: 'cliente@demo.local',
    papeis: ['CLIENTE'],
  },
  {
    id: '00000000-0000-7000-8000-000000000002',
    nome: 'Cliente Dois',
    email: 'cliente2@demo.local',
    papeis: ['CLIENTE'],
  },
  { id: '00000000-0000-7000-8000-000000000003', nome: 'Admin Demo', email: 'admin@demo.local', papeis: ['ADMIN'] },
  {
    id: '00000000-0000-7000-8000-000000000004',
    nome: 'Operador Demo',
    email: 'operador@demo.local',
    papeis: ['OPERADOR'],
  },
];

export class SemearDemonstracao extends Command<void> {}

@CommandHandler(SemearDemonstracao)
export class SemearDemonstracaoHandler implements ICommandHandler<SemearDemonstracao> {
  constructor(
    private readonly usuarios: UsuarioRepository,
    private readonly hashes: HashDeSenha,
  ) {}

  /** Creates the demonstration logins that are missing; safe to repeat and to run in several instances at once. */
  async execute(): Promise<void> {
    for (const conta of CONTAS_DEMONSTRACAO) {
      if (await this.usuarios.findByEmail(conta.email)) continue;
      const senhaHash = await this.hashes.hash(SENHA_DEMONSTRACAO);
      try {
        await this.usuarios.insert(
          novoUsuario({ ...conta, idioma: 'pt-BR', emailVerificado: true }, new Date()),
          senhaHash,
        );
      } catch (error) {
        // Another instance was faster.
        if (!(error instanceof EmailEmUso)) throw error;
      }
    }
  }
}
