import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  CAMPOS_RESERVADOS,
  type CloudEvent,
  type MudancaDeGanchoHttp,
  type NovoGanchoHttp,
  type ReenvioDePeriodoHttp,
  type TesteDeGanchoHttp,
  type TipoDeGancho,
} from '@plataforma/contracts';
import { Auditoria } from '@plataforma/messaging';
import { currentContext, Database } from '@plataforma/platform';
import { TesteEmAndamento } from '../domain/errors-ganchos.js';
import { enviar } from './entregar-ganchos.js';
import { GanchoRepository, Remetente } from './ports-ganchos.js';

/** As Standard Webhooks has them: from 24 to 64 bytes. */
const SEGREDO_BYTES = 32;
const novoSegredo = (): string => `whsec_${randomBytes(SEGREDO_BYTES).toString('base64')}`;
const alvoDe = (id: string): string => `gancho/${id}`;
/** Of an address that might hold a secret, what says where it leads. */
const origemDe = (url: string): string => new URL(url).origin;

/** A webhook and its secret, which nobody is told again. */
interface GanchoCriado {
  readonly id: string;
  readonly segredo: string;
}

export class CriarGancho extends Command<GanchoCriado> {
  constructor(readonly gancho: NovoGanchoHttp) {
    super();
  }
}

@CommandHandler(CriarGancho)
export class CriarGanchoHandler implements ICommandHandler<CriarGancho> {
  constructor(
    private readonly database: Database,
    private readonly ganchos: GanchoRepository,
    private readonly remetente: Remetente,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws DestinoProibido, GanchosDemais */
  async execute({ gancho }: CriarGancho): Promise<GanchoCriado> {
    this.remetente.check(gancho.url);
    const [id, segredo] = [randomUUIDv7(), novoSegredo()];
    await this.database.transaction(async () => {
      await this.ganchos.insert(id, gancho, segredo);
      const dados = { origem: origemDe(gancho.url), tipos: gancho.tipos };
      await this.auditoria.record('gancho.criado', { alvo: alvoDe(id), dados });
    });
    return { id, segredo };
  }
}

export class MudarGancho extends Command<void> {
  constructor(
    readonly id: string,
    readonly mudanca: MudancaDeGanchoHttp,
    readonly versao: number | undefined,
  ) {
    super();
  }
}

@CommandHandler(MudarGancho)
export class MudarGanchoHandler implements ICommandHandler<MudarGancho> {
  constructor(
    private readonly database: Database,
    private readonly ganchos: GanchoRepository,
    private readonly remetente: Remetente,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws DestinoProibido, GanchoInexistente, VersaoDoGanchoDiferente */
  async execute({ id, mudanca, versao }: MudarGancho): Promise<void> {
    const { url, tipos, ativo } = mudanca;
    if (url !== undefined) this.remetente.check(url);
    await this.database.transaction(async () => {
      await this.ganchos.change(id, mudanca, versao);
      const dados = { tipos, ativo, ...(url !== undefined && { origem: origemDe(url) }) };
      await this.auditoria.record('gancho.alterado', { alvo: alvoDe(id), dados });
    });
  }
}

export class RemoverGancho extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RemoverGancho)
export class RemoverGanchoHandler implements ICommandHandler<RemoverGancho> {
  constructor(
    private readonly database: Database,
    private readonly ganchos: GanchoRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws GanchoInexistente */
  async execute({ id }: RemoverGancho): Promise<void> {
    await this.database.transaction(async () => {
      await this.ganchos.remove(id);
      await this.auditoria.record('gancho.removido', { alvo: alvoDe(id) });
    });
  }
}

export class RotacionarGancho extends Command<GanchoCriado> {
  constructor(
    readonly id: string,
    readonly sobreposicaoMs: number,
  ) {
    super();
  }
}

@CommandHandler(RotacionarGancho)
export class RotacionarGanchoHandler implements ICommandHandler<RotacionarGancho> {
  constructor(
    private readonly database: Database,
    private readonly ganchos: GanchoRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws GanchoInexistente */
  async execute({ id, sobreposicaoMs }: RotacionarGancho): Promise<GanchoCriado> {
    const segredo = novoSegredo();
    await this.database.transaction(async () => {
      await this.ganchos.rotate(id, segredo, sobreposicaoMs);
      await this.auditoria.record('gancho.rotacionado', { alvo: alvoDe(id), dados: { sobreposicaoMs } });
    });
    return { id, segredo };
  }
}

/** Sends something of no consequence, whatever state the webhook is in. */
export class TestarGancho extends Command<TesteDeGanchoHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(TestarGancho)
export class TestarGanchoHandler implements ICommandHandler<TestarGancho> {
  private readonly emAndamento = new Set<string>();

  constructor(
    private readonly ganchos: GanchoRepository,
    private readonly remetente: Remetente,
  ) {}

  /** @throws GanchoInexistente, TesteEmAndamento */
  async execute({ id }: TestarGancho): Promise<TesteDeGanchoHttp> {
    if (this.emAndamento.has(id)) throw new TesteEmAndamento();
    this.emAndamento.add(id);
    try {
      const mensagemId = randomUUIDv7();
      const evento: CloudEvent<'gancho.testado.v1'> = {
        specversion: '1.0',
        id: mensagemId,
        source: '/servicos/notificacoes',
        type: 'gancho.testado.v1',
        subject: alvoDe(id),
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        sequence: '1',
        correlationid: currentContext()?.correlationId ?? mensagemId,
        data: { ganchoId: id },
      };
      const destino = await this.ganchos.destination(id);
      const { status, duracaoMs, erro, resposta } = await enviar(this.remetente, destino, {
        id: mensagemId,
        corpo: JSON.stringify(evento),
      });
      return { mensagemId, status, duracaoMs, erro, resposta };
    } finally {
      this.emAndamento.delete(id);
    }
  }
}

/** Delivers again: one, or what was created in a period. How many. */
export class ReenviarEntregas extends Command<number> {
  constructor(
    readonly id: string,
    readonly quais: { readonly entregaId: string } | { readonly periodo: ReenvioDePeriodoHttp },
  ) {
    super();
  }
}

@CommandHandler(ReenviarEntregas)
export class ReenviarEntregasHandler implements ICommandHandler<ReenviarEntregas> {
  constructor(
    private readonly database: Database,
    private readonly ganchos: GanchoRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws what `resend` and `resendPeriod` throw: then none is */
  execute({ id, quais }: ReenviarEntregas): Promise<number> {
    return this.database.transaction(async () => {
      const reenviadas = 'periodo' in quais ? await this.ganchos.resendPeriod(id, quais.periodo) : 1;
      if ('entregaId' in quais) await this.ganchos.resend(id, quais.entregaId);
      await this.auditoria.record('gancho.reenviado', { alvo: alvoDe(id), dados: { ...quais, reenviadas } });
      return reenviadas;
    });
  }
}

/** Something happened: to be delivered, once, to each webhook that wants to be told. */
export class AnunciarAGanchos extends Command<void> {
  constructor(readonly evento: CloudEvent<TipoDeGancho>) {
    super();
  }
}

@CommandHandler(AnunciarAGanchos)
export class AnunciarAGanchosHandler implements ICommandHandler<AnunciarAGanchos> {
  constructor(private readonly ganchos: GanchoRepository) {}

  async execute({ evento }: AnunciarAGanchos): Promise<void> {
    const reservados: readonly string[] = CAMPOS_RESERVADOS;
    const data = Object.fromEntries(Object.entries(evento.data).filter(([campo]) => !reservados.includes(campo)));
    await this.ganchos.enqueue({ id: evento.id, tipo: evento.type, corpo: JSON.stringify({ ...evento, data }) });
  }
}
