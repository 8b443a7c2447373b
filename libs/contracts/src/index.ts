export * from './envelope.js';
export * from './messages.js';
export * from './primitives.js';
export * from './http-auth.js';
export * from './http-espacos.js';
export * from './http-notificacoes.js';
export * from './http-pagamentos.js';
export * from './http-reservas.js';
