import type { ErroAuth } from '../domain/errors.js';

/** Every code that the domain may raise; a new one does not compile without its status. */
export const statusDosErros: Record<ErroAuth['code'], number> = {
  'auth.senha-curta': 422,
  'auth.senha-longa': 422,
  'auth.senha-comum': 422,
  'auth.email-em-uso': 409,
  'auth.credenciais-invalidas': 401,
  'auth.renovacao-invalida': 401,
  'auth.renovacao-concorrente': 409,
  'auth.usuario-nao-encontrado': 404,
};
