import { createHash } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { FotoHttp } from '@plataforma/contracts';
import { FotoInexistente } from '../domain/errors.js';

/** Where photos are kept, by the name that says what is in them. */
export abstract class ArmazemDeFotos {
  abstract save(nome: string, foto: Buffer): Promise<void>;
  /** undefined when there is none of this name. */
  abstract find(nome: string): Promise<Buffer | undefined>;
  /** None of this name is as well. */
  abstract remove(nome: string): Promise<void>;
}

/** Who looks, a day later, whether a photo that was sent is of any use. */
export abstract class FotosEsperadas {
  abstract expect(nome: string): Promise<void>;
}

/** Makes of what somebody sent a picture of ours: nothing of the file that came is kept. */
export abstract class ReveladorDeFotos {
  /** @throws FotoInvalida */
  abstract develop(enviada: Buffer): Promise<{ foto: Buffer; largura: number; altura: number }>;
}

export class GuardarFoto extends Command<FotoHttp> {
  constructor(readonly enviada: Buffer) {
    super();
  }
}

@CommandHandler(GuardarFoto)
export class GuardarFotoHandler implements ICommandHandler<GuardarFoto> {
  constructor(
    private readonly revelador: ReveladorDeFotos,
    private readonly armazem: ArmazemDeFotos,
    private readonly esperadas: FotosEsperadas,
  ) {}

  /** @throws FotoInvalida */
  async execute({ enviada }: GuardarFoto): Promise<FotoHttp> {
    const { foto, largura, altura } = await this.revelador.develop(enviada);
    const nome = `${createHash('sha256').update(foto).digest('hex').slice(0, 32)}.webp`;
    await this.esperadas.expect(nome);
    await this.armazem.save(nome, foto);
    return { foto: `/fotos/${nome}`, largura, altura };
  }
}

export class LerFoto extends Query<Buffer> {
  constructor(readonly nome: string) {
    super();
  }
}

@QueryHandler(LerFoto)
export class LerFotoHandler implements IQueryHandler<LerFoto> {
  constructor(private readonly armazem: ArmazemDeFotos) {}

  /** @throws FotoInexistente */
  async execute({ nome }: LerFoto): Promise<Buffer> {
    const foto = await this.armazem.find(nome);
    if (!foto) throw new FotoInexistente();
    return foto;
  }
}
