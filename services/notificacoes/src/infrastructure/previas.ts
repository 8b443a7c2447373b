import { Descadastro } from '../application/descadastro.js';
import { AVISOS_DE_EXEMPLO, cartasDeExemplo, contatoDeExemplo } from './exemplos.js';
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

/** Every message in every language, as it would be sent. */
export function previas(origens: Origens) {
  const [avisos, cartas] = [
    new HandlebarsModelos(origens, 'reservas@exemplo.com', new Descadastro(Buffer.alloc(32))),
    new HandlebarsCartas(origens),
  ];
  return (['pt-BR', 'en'] as const).flatMap((idioma) => [
    ...AVISOS_DE_EXEMPLO.map(([caso, exemplo]) => ({
      nome: `${exemplo[0].tipo} ${caso}`.trim(),
      idioma,
      email: avisos.write('EMAIL', exemplo, {
        ...contatoDeExemplo(idioma),
        convidado: CONVITES.includes(exemplo[0].tipo) ? { por: 'Caio Prado' } : null,
      }),
    })),
    ...cartasDeExemplo(idioma).map((carta) => ({
      nome: `${carta.tipo}${carta.fato && 'situacao' in carta.fato ? ` ${carta.fato.situacao}${carta.fato.consulta ? ' consulta' : ''}` : ''}`,
      idioma,
      email: cartas.write(carta, COM_SEGREDO.includes(carta.tipo) ? 'um-segredo-de-exemplo' : undefined),
    })),
  ]);
}
