import { type Aceite, Canal, FalhaDeEnvio, type Mensagem } from '../application/ports.js';
import type { TipoDeCanal } from '../domain/entrega.js';
import type { Origens } from './enderecos.js';
import type { GuardaDeProvedor } from './guarda-de-provedor.js';

/** A channel with one provider, behind its guard. */
export class CanalGuardado<C extends TipoDeCanal> extends Canal<C> {
  override readonly tipo: C;

  constructor(
    private readonly guarda: GuardaDeProvedor,
    private readonly canal: Canal<C>,
  ) {
    super();
    this.tipo = canal.tipo;
  }

  override deliver(mensagem: Mensagem<C>): Promise<Aceite> {
    return this.guarda.run(() => this.canal.deliver(mensagem));
  }

  override room(): Promise<number> {
    return this.guarda.room();
  }
}

/** What ends a line, for some reader or other: it would begin another header. */
const CONTROLE = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const umaLinha = (texto: string): string => texto.replace(CONTROLE, ' ').trim();

/**
 * The border that every message crosses, whoever wrote it: what goes into a header is one line, and links lead to the
 * house's own pages and nowhere else.
 */
export class Fronteira<C extends TipoDeCanal> extends Canal<C> {
  override readonly tipo: C;
  private readonly origens: ReadonlySet<string>;
  private readonly site: string;

  /**
   * @param origens where links may lead
   * @param conferir refuses an e-mail address to which nothing is sent
   */
  constructor(
    private readonly canal: Canal<C>,
    { site, painel }: Origens,
    private readonly conferir: (email: string) => Promise<void>,
  ) {
    super();
    this.tipo = canal.tipo;
    this.site = new URL(site).origin;
    this.origens = new Set([this.site, new URL(painel).origin]);
  }

  override async deliver(mensagem: Mensagem<C>): Promise<Aceite> {
    const { para, conteudo } = mensagem;
    if (this.tipo === 'EMAIL' && /[\s,;<>\p{Cc}\p{Zl}\p{Zp}]/u.test(para.email))
      throw new FalhaDeEnvio('o endereço não é de e-mail', true);
    const { html, descadastro, caminho } = conteudo as Partial<Record<'html' | 'descadastro' | 'caminho', string>>;
    const links = [
      ...(html === undefined
        ? []
        : [...html.matchAll(LINK)].map(([, ...valores]) => valores.find((valor) => valor !== undefined) ?? '')),
      ...(descadastro === undefined ? [] : [descadastro]),
      ...(caminho === undefined ? [] : [new URL(caminho, this.site).href]),
    ];
    if (links.some((link) => !this.leva(link))) throw new FalhaDeEnvio('um link leva para fora da casa', true);
    if (this.tipo === 'EMAIL') await this.conferir(para.email);
    return this.canal.deliver({
      ...mensagem,
      para: { ...para, nome: umaLinha(para.nome) },
      conteudo: { ...conteudo, assunto: umaLinha(conteudo.assunto) },
    });
  }

  override room(): Promise<number> {
    return this.canal.room();
  }

  private leva(link: string): boolean {
    const limpo = link.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&').trim();
    return limpo.startsWith('#') || (URL.canParse(limpo) && this.origens.has(new URL(limpo).origin));
  }
}

const LINK = /\b(?:href|src|action|background)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))/gi;
