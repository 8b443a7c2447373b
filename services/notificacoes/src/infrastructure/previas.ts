import { Descadastro } from '../application/descadastro.js';
import { LinkDoConvite } from '../application/link-do-convite.js';
import type { Conteudos } from '../application/ports.js';
import type { Idioma } from '../domain/entrega.js';
import { AVISOS_DE_EXEMPLO, cartasDeExemplo, comPalavras, contatoDeExemplo } from './exemplos.js';
import type { Origens } from './enderecos.js';
import { HandlebarsCartas } from './handlebars-cartas.js';
import { HandlebarsModelos } from './handlebars-modelos.js';

const COM_SEGREDO: readonly string[] = [
  'VERIFICAR_EMAIL',
  'CONFIRMAR_NOVO_EMAIL',
  'REDEFINIR_SENHA',
  'APAGAMENTO_PEDIDO',
];

const CONVITES: readonly string[] = ['CONVITE_RECEBIDO', 'CONVITE_MUDOU', 'CONVITE_RETIRADO'];

/** What is said in each channel; letters about accounts and to the house go by e-mail alone. */
export interface Previa {
  readonly nome: string;
  readonly idioma: Idioma;
  readonly email: Conteudos['EMAIL'];
  readonly sms?: Conteudos['SMS'];
  readonly push?: Conteudos['PUSH'];
}

/**
 * Every message in every language, as it would be sent.
 *
 * @param palavras stand wherever somebody's own words may, instead of those of the examples
 */
export function previas(origens: Origens, palavras?: string): Previa[] {
  const [avisos, cartas] = [
    new HandlebarsModelos(
      origens,
      'reservas@exemplo.com',
      new Descadastro(Buffer.alloc(32)),
      new LinkDoConvite(Buffer.alloc(32)),
    ),
    new HandlebarsCartas(origens),
  ];
  const dito = <T>(exemplo: T): T => (palavras === undefined ? exemplo : comPalavras(exemplo, palavras));
  return (['pt-BR', 'en'] as const).flatMap((idioma) => [
    ...AVISOS_DE_EXEMPLO.map(([caso, exemplo]) => {
      const convidado = CONVITES.includes(exemplo[0].tipo) ? { por: 'Caio Prado' } : null;
      const [avisados, contato] = [dito(exemplo), dito({ ...contatoDeExemplo(idioma), convidado })];
      return {
        nome: `${exemplo[0].tipo} ${caso}`.trim(),
        idioma,
        email: avisos.write('EMAIL', avisados, contato),
        sms: avisos.write('SMS', avisados, contato),
        push: avisos.write('PUSH', avisados, contato),
      };
    }),
    ...cartasDeExemplo(idioma).map((carta) => ({
      nome: `${carta.tipo}${carta.fato && 'situacao' in carta.fato ? ` ${carta.fato.situacao}${carta.fato.consulta ? ' consulta' : ''}` : ''}`,
      idioma,
      email: cartas.write(dito(carta), COM_SEGREDO.includes(carta.tipo) ? 'um-segredo-de-exemplo' : undefined),
    })),
  ]);
}
