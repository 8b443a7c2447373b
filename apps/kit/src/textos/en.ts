import type { Traducao } from '../textos.js';
import type { textos as original } from './pt-BR.js';

export const textos: Traducao<typeof original> = {
  ajustes: {
    pular: 'Skip to content',
    idioma: 'Language',
    tema: 'Appearance',
    semRede: 'You are offline. What is on the screen stays; the rest comes back with the connection.',
    saiuSoAqui:
      'You have logged out of this browser, but the server has not heard yet. We keep telling it; leave this page open if you can.',
  },
  temas: { sistema: 'As the device', claro: 'Light', escuro: 'Dark' },
  falha: {
    titulo: 'Something went wrong',
    semResposta: 'We got no answer',
    semRespostaDetalhe:
      'It may be the connection, or a busy service. What you typed is still here; trying again is safe.',
    codigo: 'If you need help, give this code: {codigo}',
    deNovo: 'Try again',
  },
};
