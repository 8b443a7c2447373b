import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { Idioma } from '../domain/entrega.js';

const PASTA = new URL('../../modelos/', import.meta.url);
const ler = (arquivo: string) => readFileSync(new URL(arquivo, PASTA), 'utf8');

const PALAVRAS = {
  'pt-BR': {
    ou: 'ou abra',
    rotuloDasPreferencias: 'O que você recebe, e por onde',
    rotuloDeSair: 'Não receber mais mensagens como esta',
    feita: 'Você fez esta reserva para outra pessoa, que recebeu o mesmo aviso.',
    motivos: {
      RESERVA: 'Você recebe esta mensagem por causa de uma reserva sua.',
      FEITA: 'Você recebe esta mensagem por causa de uma reserva que fez para outra pessoa.',
      CONTA: 'Você recebe esta mensagem por causa da sua conta.',
      CASA: 'Esta mensagem vai ao endereço de quem cuida da plataforma.',
      CONVIDADO: 'Você recebe esta mensagem porque convidaram este endereço para uma reserva.',
      CONSENTIDA: 'Você recebe esta mensagem porque aceitou receber mensagens como esta.',
    },
  },
  en: {
    ou: 'or open',
    rotuloDasPreferencias: 'What you get, and where',
    rotuloDeSair: 'Get no more messages like this one',
    feita: 'You made this booking for somebody else, who got the same notice.',
    motivos: {
      RESERVA: 'You get this message because of a booking of yours.',
      FEITA: 'You get this message because of a booking that you made for somebody else.',
      CONTA: 'You get this message because of your account.',
      CASA: 'This message goes to the address of those who run the platform.',
      CONVIDADO: 'You get this message because this address was invited to a booking.',
      CONSENTIDA: 'You get this message because you agreed to messages like it.',
    },
  },
} as const satisfies Record<Idioma, unknown>;

/** What the fields of a message are filled with: words of people and of ours, whose links lead nowhere. */
export type Campos = Readonly<Record<string, string | undefined>>;

export interface Recheio {
  readonly campos: Campos;
  /** Addresses of this house, the only ones that a message may lead to. */
  readonly links?: Campos;
  /** Where and when: what stands in `@horarios`. */
  readonly lugar?: string;
  readonly periodos?: readonly string[];
  readonly porque: keyof (typeof PALAVRAS)['en']['motivos'];
  readonly preferencias?: string | undefined;
  /** The page on which one asks for no more of these. */
  readonly sair?: string | undefined;
}

type Bloco =
  | { readonly texto: string }
  | { readonly lugar: string; readonly horarios: readonly string[] }
  | { readonly dados: readonly { readonly rotulo: string; readonly valor: string }[] }
  | { readonly rotulo: string; readonly codigo: string }
  | { readonly citacao: string }
  | { readonly botao: string; readonly endereco: string; readonly ou: string }
  | { readonly nota: string };

type Escrever = (campos: object) => string;
interface Trecho {
  /** `@horarios`, `@dado rótulo | valor`, …; a paragraph without one. */
  readonly forma: string;
  readonly escrever: Escrever;
}

const compilar = (fonte: string): Escrever =>
  Handlebars.compile(fonte, { noEscape: true, knownHelpersOnly: true, knownHelpers: { if: true } });
const moldura = Handlebars.compile<object>(ler('moldura.hbs'), {
  knownHelpersOnly: true,
  knownHelpers: { if: true, each: true },
});

/**
 * Programs that show mail make links of words that look like one. In what people typed the likeness is broken by a space of
 * no width: the only links of a message are ours.
 */
export const semLinks = (texto: string): string =>
  texto
    .replace(/:\/\//g, ':\u200B//')
    .replace(/\bwww\./gi, 'www\u200B.')
    .replace(/(?<=[\p{L}\p{N}])([.@])(?=\p{L})/gu, '$1\u200B');

/** Of one line, however many were typed, without what turns the direction of reading; what must not part stays together. */
export const umaLinha = (texto: string): string =>
  texto
    .replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .replace(/(?:(?![\u00A0\u202F])[\s\p{Cc}])+/gu, ' ')
    .trim();

/** Words of people inside ours: they stay in their place, which ends with its line. */
const dito = (texto: string): string => semLinks(umaLinha(texto));

/** A message of `modelos/<idioma>/<nome>.hbs`: the same words for HTML, plain text and telephones. */
export class MensagemEmArquivo {
  private readonly cabecalho: Readonly<Record<string, Escrever>>;
  private readonly trechos: readonly Trecho[];

  /** @throws when the file is missing, or does not begin with what it is called */
  constructor(
    private readonly nome: string,
    private readonly idioma: Idioma,
  ) {
    const [cabecalho = '', ...corpo] = ler(`${idioma}/${nome}.hbs`).trim().split(/\n\n+/);
    this.cabecalho = Object.fromEntries(
      cabecalho.split('\n').map((linha) => {
        const [, chave = '', valor = ''] = /^(assunto|titulo|curto): (.+)$/.exec(linha) ?? [];
        return [chave, compilar(valor)];
      }),
    );
    for (const chave of ['assunto', 'titulo']) if (!this.cabecalho[chave]) throw this.falta(chave);
    this.trechos = corpo.map((fonte) => {
      const [, forma = '', resto = fonte] = /^@(\w+) ?([^]*)$/.exec(fonte) ?? [];
      return { forma, escrever: compilar(resto) };
    });
  }

  /** @throws when an address is not of `site` */
  email(recheio: Recheio, site: string): { assunto: string; html: string; texto: string } {
    const campos = this.preencher(recheio, site);
    const palavras = PALAVRAS[this.idioma];
    const { porque, preferencias, sair } = recheio;
    const titulo = this.linha('titulo', campos);
    const motivo = palavras.motivos[porque];
    const aviso = porque === 'FEITA' ? [{ texto: palavras.feita }] : [];
    const blocos = [...aviso, ...this.blocos(recheio, campos)];
    const rodape = [
      motivo,
      ...(preferencias === undefined ? [] : [`${palavras.rotuloDasPreferencias}: ${preferencias}`]),
      ...(sair === undefined ? [] : [`${palavras.rotuloDeSair}: ${sair}`]),
    ];
    return {
      assunto: this.assunto(campos),
      html: moldura({
        ...palavras,
        idioma: this.idioma,
        casa: 'Plataforma de Reservas',
        titulo,
        previa: umaLinha(this.previa(recheio, blocos)).slice(0, 140),
        blocos,
        motivo,
        preferencias,
        sair,
      }),
      texto: `${[titulo, ...blocos.map(emTexto), `-- \n${rodape.join('\n')}`].join('\n\n')}\n`,
    };
  }

  /** What fits on a telephone. @throws when the message is not for one, or an address is not of `site` */
  curto(recheio: Recheio, site: string): { assunto: string; texto: string } {
    const campos = this.preencher(recheio, site);
    return { assunto: this.assunto(campos), texto: this.linha('curto', campos) };
  }

  private preencher({ campos, links = {} }: Recheio, site: string): Campos {
    for (const link of Object.values(links))
      if (link !== undefined && new URL(link).origin !== new URL(site).origin)
        throw new Error(`${this.nome}: um link não é de ${site}`);
    const ditos = Object.entries(campos).map(([nome, valor]) => [nome, valor && dito(valor)]);
    return { ...Object.fromEntries(ditos), ...links } as Campos;
  }

  /** Nothing makes links of a subject. */
  private assunto(campos: Campos): string {
    return this.linha('assunto', campos).replaceAll('\u200B', '');
  }

  private linha(chave: string, campos: Campos): string {
    const escrever = this.cabecalho[chave];
    if (!escrever) throw this.falta(chave);
    return umaLinha(escrever(campos));
  }

  private blocos({ lugar = '', periodos = [] }: Recheio, campos: Campos): Bloco[] {
    const { ou } = PALAVRAS[this.idioma];
    const blocos: Bloco[] = [];
    for (const { forma, escrever } of this.trechos) {
      const escrito = escrever(campos).trim();
      // Of the last one: the label is ours, and what people typed may have any character.
      const [rotulo = '', ...partes] = escrito.split(' |');
      const valor = partes.join(' |').trim();
      const anterior = blocos.at(-1);
      if (forma === 'horarios') blocos.push({ lugar: dito(lugar), horarios: periodos });
      else if (escrito === '') continue;
      else if (forma === 'nota') blocos.push({ nota: escrito });
      else if (forma === 'citacao') blocos.push({ citacao: escrito });
      else if (forma === '') blocos.push({ texto: escrito });
      else if (valor === '') continue;
      else if (forma === 'codigo') blocos.push({ rotulo, codigo: valor });
      else if (forma === 'botao') blocos.push({ botao: rotulo, endereco: valor, ou });
      else if (anterior && 'dados' in anterior) blocos.splice(-1, 1, { dados: [...anterior.dados, { rotulo, valor }] });
      else blocos.push({ dados: [{ rotulo, valor }] });
    }
    return blocos;
  }

  /** What an inbox shows beside the subject: where and when, or what follows the greeting. */
  private previa({ lugar, periodos = [] }: Recheio, blocos: readonly Bloco[]): string {
    if (lugar !== undefined) return `${dito(lugar)}: ${periodos[0] ?? ''}`;
    const textos = blocos.flatMap((bloco) => ('texto' in bloco ? [bloco.texto] : []));
    return textos[1] ?? textos[0] ?? '';
  }

  private falta(chave: string): Error {
    return new Error(`modelos/${this.idioma}/${this.nome}.hbs não diz ${chave}`);
  }
}

function emTexto(bloco: Bloco): string {
  if ('texto' in bloco) return bloco.texto;
  if ('horarios' in bloco) return [bloco.lugar, ...bloco.horarios].join('\n');
  if ('dados' in bloco) return bloco.dados.map(({ rotulo, valor }) => `${rotulo}: ${valor}`).join('\n');
  if ('codigo' in bloco) return `${bloco.rotulo}: ${bloco.codigo}`;
  if ('citacao' in bloco) return `“${bloco.citacao}”`;
  if ('botao' in bloco) return `${bloco.botao}: ${bloco.endereco}`;
  return bloco.nota;
}

/** Each message of the kinds, in each language, read at once: one that is missing keeps the service from starting. */
export function mensagensEmArquivo<T extends string>(
  tipos: readonly T[],
): (tipo: T, idioma: Idioma) => MensagemEmArquivo {
  const todas = new Map(
    tipos.flatMap((tipo) =>
      (['pt-BR', 'en'] as const).map((idioma) => [
        `${idioma} ${tipo}`,
        new MensagemEmArquivo(tipo.toLowerCase().replaceAll('_', '-'), idioma),
      ]),
    ),
  );
  return (tipo, idioma) => {
    const mensagem = todas.get(`${idioma} ${tipo}`);
    if (!mensagem) throw new Error(`nenhum modelo para ${tipo}`);
    return mensagem;
  };
}
