import { createHash } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { aQuemDaCasa, type FatoDaCasa } from '../domain/carta-da-casa.js';
import { CartaDeContaRepository } from './ports.js';

/** Nobody's account. */
const NINGUEM = '00000000-0000-0000-0000-000000000000';

/** Those who run the platform are to be told something, once for each `chave`; a letter to each address that they gave. */
export class AvisarCasa extends Command<void> {
  constructor(
    readonly fato: FatoDaCasa,
    readonly chave: string,
    readonly ocorridoEm: Date,
  ) {
    super();
  }
}

/** Where they are written to. */
export class EnderecosDaCasa {
  constructor(readonly de: Readonly<Record<ReturnType<typeof aQuemDaCasa>, readonly string[]>>) {}
}

@CommandHandler(AvisarCasa)
export class AvisarCasaHandler implements ICommandHandler<AvisarCasa> {
  constructor(
    private readonly cartas: CartaDeContaRepository,
    private readonly enderecos: EnderecosDaCasa,
  ) {}

  async execute({ fato, chave, ocorridoEm }: AvisarCasa): Promise<void> {
    const { tipo } = fato;
    for (const email of this.enderecos.de[aQuemDaCasa(tipo)])
      await this.cartas.insert({
        id: idDe(`${tipo} ${chave} ${email}`),
        usuarioId: NINGUEM,
        tipo,
        fato,
        nome: 'Plataforma de Reservas',
        email,
        idioma: 'pt-BR',
        ocorridoEm,
      });
  }
}

/** The same UUID (version 8, RFC 9562) for the same key. */
function idDe(chave: string): string {
  const hex = createHash('sha256').update(chave).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
