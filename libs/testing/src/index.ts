export { type CoisaDeAlguem, nadaAlcancado, nomeDa, operacoesSobreCoisas, pedirComo } from './coisas-de-alguem.js';
export { redisOfItsOwn, testEnvironment } from './environment.js';
export { eventually } from './eventually.js';
export { FakePlatform } from './fake-platform.js';
export { freePort } from './free-port.js';
export {
  type FakeAnswer,
  type FakeBehaviour,
  FakeService,
  problemAnswer,
  type ReceivedRequest,
} from './fake-service.js';
export { longestTurn, MAX_TURN_MS } from './longest-turn.js';
export {
  acordado,
  interacao,
  interacoesDaTela,
  mensagemDePacto,
  pacto,
  pactosCom,
  pactosDeMensagens,
  quebrados,
  tratadorDe,
} from './pacto.js';
export { PgBouncer } from './pg-bouncer.js';
export { TcpProxy } from './tcp-proxy.js';
export { testServers } from './servers.js';
export { TestApp, type TestAppOptions, type TestMethod, type TestRequest, type TestResponse } from './test-app.js';
export { TestBroker } from './test-broker.js';
export { TestDatabase } from './test-database.js';
export { TokenIssuer, type TokenOverrides } from './token-issuer.js';
