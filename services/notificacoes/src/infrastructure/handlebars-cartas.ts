import { type Conteudos, ModelosDeCarta } from '../application/ports.js';
import { descreverFato, type FatoDaCasa, TIPOS_DA_CASA } from '../domain/carta-da-casa.js';
import { type CartaDeConta, TIPOS_DE_CARTA } from '../domain/carta-de-conta.js';
import { formatarInstante } from '../domain/texto.js';
import { Enderecos, type Origens } from './enderecos.js';
import { mensagensEmArquivo, type Recheio } from './mensagem-em-arquivo.js';

/** Nobody's own zone is known; letters say which they mean. */
const FUSO = 'America/Sao_Paulo';
const mensagens = mensagensEmArquivo([...TIPOS_DE_CARTA, ...TIPOS_DA_CASA]);

/** Letters about accounts and to the house, in their readers' languages. What people typed is text, and leads nowhere. */
export class HandlebarsCartas extends ModelosDeCarta {
  private readonly enderecos: Enderecos;

  constructor(private readonly origens: Origens) {
    super();
    this.enderecos = new Enderecos(origens);
  }

  write(carta: CartaDeConta, segredo: string | undefined): Conteudos['EMAIL'] {
    const mensagem = mensagens(carta.tipo, carta.idioma);
    return carta.fato
      ? mensagem.email(this.daCasa(carta.fato, carta), this.origens.painel)
      : mensagem.email(this.daConta(carta, segredo), this.origens.site);
  }

  private daConta(carta: CartaDeConta, segredo: string | undefined): Recheio {
    const { tipo, nome, idioma, aparelho, rede, expiraEm, ocorridoEm } = carta;
    const em = (instante: Date) => formatarInstante(instante.toISOString(), FUSO, idioma);
    return {
      campos: { nome, aparelho, rede, quando: em(ocorridoEm), prazo: expiraEm && em(expiraEm) },
      links: { link: this.enderecos.daCarta(tipo, segredo) },
      porque: 'CONTA',
    };
  }

  private daCasa(fato: FatoDaCasa, { idioma }: CartaDeConta): Recheio {
    return { ...descreverFato(fato, FUSO, idioma), links: { link: this.enderecos.doFato(fato) }, porque: 'CASA' };
  }
}
