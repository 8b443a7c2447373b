import type { CodigoDeErro } from '../domain/errors.js';

/** HTTP status of every error of the domain. */
export const problemas: Readonly<Record<CodigoDeErro | 'concorrencia.conflito', number>> = {
  'reservas.espaco-inexistente': 404,
  'reservas.reserva-inexistente': 404,
  'reservas.espaco-indisponivel': 409,
  'reservas.ja-cancelada': 409,
  'reservas.ja-iniciada': 409,
  'reservas.transicao-invalida': 409,
  'concorrencia.conflito': 409,
  'reservas.periodo-invalido': 422,
  'reservas.periodo-no-passado': 422,
  'reservas.duracao-fora-do-permitido': 422,
  'reservas.inicio-fora-da-grade': 422,
  'reservas.fora-do-horario': 422,
  'reservas.fuso-diferente': 422,
};
