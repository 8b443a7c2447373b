/**
 * Every command and option, once: what `--help` says, what is refused and what the commands get all come from here.
 * Plain JavaScript without dependencies, because `tools/run.mjs` reads it on whatever Node is at hand and before
 * anything is installed.
 */
import util from 'node:util';

/**
 * @typedef {object} Option
 * @property {'string' | 'boolean'} type
 * @property {string} [short]
 * @property {string} [value] how the value is called in the help
 * @property {string} help
 * @property {(value: string) => string | undefined} [mistake] what is wrong with a value, if anything
 */

/** Every port of the platform must stay a valid one: 65535 less the largest of `tools/infra/ports.ts`. */
export const largestOffset = 37_818;

export const infraModes = /** @type {const} */ (['docker', 'native', 'external']);
/** What `npm run bench` measures, in this order: what asks for a platform that is at rest comes first, what is left of a load last. */
export const benchScenarios = /** @type {const} */ ([
  'ocioso',
  'retencoes',
  'leituras',
  'entradas',
  'borda',
  'repeticao',
  'tempestade',
  'efeito',
  'perfil',
  'memoria',
  'relay',
  'rastros',
  'webhooks',
  'avisos',
  'disponibilidade',
  'crescimento',
]);
/** The profiles of `load-tests/`. */
export const loadProfiles = /** @type {const} */ (['reserva', 'busca', 'jornada', 'relampago', 'resistencia']);
/** Guards that `npm run chaos` can do without, to show that it is seen. */
export const chaosGuards = /** @type {const} */ (['restricao', 'idempotencia']);
/** As many faults as `npm run chaos` knows. */
const chaosFaults = 28;
export const dlqActions = /** @type {const} */ (['list', 'show', 'replay', 'drop', 'forget']);
/** Roles that only an operator of the installation gives. */
export const houseRoles = /** @type {const} */ (['ADMIN', 'OPERADOR']);
/** What `npm run fuzz` asks: every application but the emulator. */
export const fuzzedApps = /** @type {const} */ ([
  'auth',
  'reservas',
  'pagamentos',
  'notificacoes',
  'bff-web',
  'bff-mobile',
  'bff-admin',
]);
/** As whom `npm run fuzz` asks. */
export const fuzzRoles = /** @type {const} */ (['anonimo', 'cliente', 'admin', 'operador']);
/** What `npm run provision` takes from the environment, and needs. */
export const provisionVariables = {
  POSTGRES_URL: 'com que se administra o PostgreSQL',
  POSTGRES_ROLES: 'as senhas dos papéis do PostgreSQL: um JSON de nome para senha',
  RABBITMQ_URL: 'onde está o RabbitMQ (AMQP)',
  RABBITMQ_MANAGEMENT_URL: 'com que se administra o RabbitMQ (HTTP)',
  RABBITMQ_USERS: 'as senhas dos usuários do RabbitMQ: um JSON de nome para senha',
};
/** What `npm run imagens` builds: every application, the emulator too. */
export const imagedApps = /** @type {const} */ ([...fuzzedApps, 'stripe-emulator']);
/** Whose databases `npm run migrar` brings up to date. */
export const migratedServices = /** @type {const} */ (['reservas', 'pagamentos', 'notificacoes', 'auth']);
const [leastRows, mostRows] = [1_000, 100_000_000];

/** Instances of commands that throw their data away. */
const takenInstances = {
  test: 'npm test',
  bench: 'npm run bench',
  caos: 'npm run chaos',
  e2e: 'npm test',
  compatibilidade: 'npm run compatibilidade',
};

/** @param {number} least @param {number} most @returns {(value: string) => string | undefined} */
const integer = (least, most) => (value) =>
  /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most
    ? undefined
    : `deve ser um inteiro de ${least} a ${most}`;

/** @param {string} value @returns {string | undefined} */
const httpAddress = (value) =>
  /^https?:\/\/[^\s/]+/.test(value) && URL.canParse(value) ? undefined : 'deve ser um endereço http:// ou https://';

/** @param {readonly string[]} values @returns {(value: string) => string | undefined} */
const oneOf = (values) => (value) => (values.includes(value) ? undefined : `deve ser ${values.join(', ')}`);

/** @satisfies {Record<string, Option>} */
export const options = {
  instance: {
    type: 'string',
    value: 'nome',
    help: 'a instância; cada uma tem dados, segredos e registros seus (padrão: dev)',
    mistake: (value) =>
      /^[a-z][a-z0-9-]{0,30}$/.test(value) && value !== 'pacotes'
        ? undefined
        : 'deve ter letras minúsculas, algarismos e hífens, começando por letra',
  },
  'port-offset': {
    type: 'string',
    value: 'n',
    help: 'soma n a todas as portas (padrão: 0)',
    mistake: integer(0, largestOffset),
  },
  infra: {
    type: 'string',
    value: 'modo',
    help: `de onde vêm PostgreSQL, Redis e RabbitMQ: ${infraModes.join(', ')} (padrão: o primeiro que serve)`,
    mistake: oneOf(infraModes),
  },
  yes: { type: 'boolean', short: 'y', help: 'aceita o que o comando perguntaria' },
  detach: { type: 'boolean', short: 'd', help: 'volta quando tudo está pronto, e tudo segue em execução' },
  'sem-demo': {
    type: 'boolean',
    help: 'não cria espaços e contas de demonstração (o padrão com NODE_ENV=production); os que já estão lá ficam',
  },
  oidc: {
    type: 'boolean',
    help: 'inicia também um provedor OpenID Connect local, que crê em quem se nomeia, e deixa entrar por ele (não em produção)',
  },
  'com-gateway': {
    type: 'boolean',
    help: 'põe o Kong diante dos BFFs, onde os servidores estão em contêineres; sem o Docker, diz o que fica de fora',
  },
  observar: {
    type: 'boolean',
    help: 'inicia também o que olha para a plataforma: Prometheus, Alertmanager e, onde há Go, registros (e rastros, se o Jaeger já foi feito)',
  },
  json: { type: 'boolean', help: 'responde em JSON' },
  timeout: { type: 'string', value: 'segundos', help: 'quanto esperar', mistake: integer(1, 99_999) },
  dias: { type: 'string', value: 'n', help: 'até quantos dias atrás (padrão: 30)', mistake: integer(1, 9_999) },
  aplicar: { type: 'boolean', help: 'reescreve o que difere' },
  orcamento: {
    type: 'boolean',
    help: 'em vez das imagens, mede visitas; código 1 se a do meio custa mais do que pode',
  },
  opcional: { type: 'boolean', help: 'sem o programa de que precisa, não é um erro' },
  preparar: { type: 'boolean', help: 'só compila o programa de que precisa' },
  exemplos: { type: 'string', value: 'n', help: 'pedidos por operação (padrão: 40)', mistake: integer(1, 9_999) },
  so: {
    type: 'string',
    value: 'nome,…',
    help: `só estas aplicações: ${fuzzedApps.join(', ')}`,
    mistake: (value) => value.split(',').map(oneOf(fuzzedApps)).find(Boolean),
  },
  servico: {
    type: 'string',
    value: 'nome,…',
    help: `só os bancos destes serviços (padrão: ${migratedServices.join(',')})`,
    mistake: (value) => value.split(',').map(oneOf(migratedServices)).find(Boolean),
  },
  mostrar: { type: 'boolean', help: 'só mostra o que falta aplicar' },
  papeis: {
    type: 'string',
    value: 'papel,…',
    help: `como quem se pede (padrão: ${fuzzRoles.join(',')})`,
    mistake: (value) => value.split(',').map(oneOf(fuzzRoles)).find(Boolean),
  },
  check: { type: 'boolean', help: 'só confere, sem escrever' },
  novo: { type: 'boolean', help: 'refaz tudo, também o que não mudou desde que deu certo' },
  all: { type: 'boolean', help: 'todas as mensagens' },
  bruto: { type: 'boolean', help: 'mostra o conteúdo como é, dados pessoais inclusive' },
  rows: {
    type: 'string',
    value: 'n,n…',
    help: 'tamanhos da tabela de ocupações, dois ou mais (padrão: 10000,1000000,10000000; com --quick, 10000,300000)',
    mistake: (value) => {
      const sizes = value.split(',').map((size) => (/^\s*\d{1,9}\s*$/.test(size) ? Number(size) : NaN));
      return new Set(sizes).size >= 2 && sizes.every((size) => size >= leastRows && size <= mostRows)
        ? undefined
        : `pede dois tamanhos ou mais, diferentes, de ${leastRows} a ${mostRows}`;
    },
  },
  quick: { type: 'boolean', help: 'poucas rodadas e poucas amostras, em até 3 min: para ver se tudo anda' },
  only: { type: 'string', value: 'nome,…', help: 'só estes (padrão: todos)' },
  minutos: {
    type: 'string',
    value: 'n',
    help: 'por quanto tempo (padrão: 1; de mutantes, sem limite)',
    mistake: integer(1, 10_000),
  },
  taxa: {
    type: 'string',
    value: 'n',
    help: 'quantos começam por segundo (padrão: o do perfil)',
    mistake: integer(1, 10_000),
  },
  list: { type: 'boolean', help: 'só mostra a tabela do que há' },
  seed: {
    type: 'string',
    value: 'n',
    help: 'a semente do acaso (padrão: outra cada vez)',
    mistake: integer(1, 999_999_999),
  },
  minutes: {
    type: 'string',
    value: 'n',
    help: 'depois de tantos minutos nenhuma falha mais começa (padrão: 25)',
    mistake: integer(1, 600),
  },
  selecao: { type: 'boolean', help: 'só as falhas que cabem em 3 min, cada uma por menos tempo' },
  quebrar: {
    type: 'string',
    value: 'guarda',
    help: `sem falha nenhuma, tira uma guarda (${chaosGuards.join(', ')}) e confere que a história o mostra (padrão: nenhuma)`,
    mistake: oneOf(chaosGuards),
  },
  email: {
    type: 'string',
    value: 'endereço',
    help: 'com que a pessoa entra',
    mistake: (value) => (/^[^\s@]+@[^\s@]+$/.test(value) ? undefined : 'deve ser um endereço de e-mail'),
  },
  nome: {
    type: 'string',
    value: 'nome',
    help: 'como a pessoa se chama (padrão: Administração)',
    mistake: (value) => (value.trim() === '' || value.length > 120 ? 'deve ter de 1 a 120 caracteres' : undefined),
  },
  papel: { type: 'string', value: 'papel', help: 'ADMIN (o padrão) ou OPERADOR', mistake: oneOf(houseRoles) },
  rotacionar: { type: 'boolean', help: 'faz outra chave, que assina dentro da antecedência' },
  ja: { type: 'boolean', help: 'com --rotacionar: a nova assina em 10 s, como quando uma chave vazou' },
  jwks: {
    type: 'string',
    value: 'endereço',
    help: 'onde estão as chaves públicas (padrão: o auth da instância)',
    mistake: httpAddress,
  },
  saida: { type: 'string', value: 'arquivo', help: 'onde se escreve (padrão: .data/<instância>/kong/kong.yml)' },
  admin: {
    type: 'string',
    value: 'endereço',
    help: 'a administração do Kong, que recebe o resultado na hora (padrão: ninguém o recebe)',
    mistake: httpAddress,
  },
  'a-cada': {
    type: 'string',
    value: 'segundos',
    help: 'segue em execução, e refaz quando as chaves mudam (padrão: uma vez só)',
    mistake: integer(5, 3_600),
  },
  jaeger: {
    type: 'boolean',
    help: 'faz o Jaeger com o Go desta máquina, o que leva meia hora e 2 GB de memória, uma vez',
  },
  desde: {
    type: 'string',
    value: 'ref',
    help: 'a versão anterior, como o git a chama (padrão: a última v*, ou o commit anterior)',
    mistake: (value) =>
      /^[\w./^~@{}-]+$/.test(value) && !value.startsWith('-') ? undefined : 'deve ser uma ref do git',
  },
  'prazos-reais': {
    type: 'boolean',
    help: 'com as regras como são publicadas, que esperam minutos ou horas; senão, com as mesmas e esperas de segundos',
  },
  'gerar-senha': { type: 'boolean', help: 'gera a senha e a mostra uma vez, sem perguntar' },
  'sem-docker': {
    type: 'boolean',
    help: 'sem construir: monta o que a imagem teria, mede e inicia, ao lado da instância em execução',
  },
  marca: {
    type: 'string',
    value: 'marca',
    help: 'a marca das imagens (padrão: local)',
    mistake: (value) =>
      /^[\w][\w.-]{0,127}$/.test(value) ? undefined : 'deve ter letras, algarismos, ponto, hífen e _',
  },
  completa: { type: 'boolean', help: 'uma cópia inteira, e não só do que mudou desde a última' },
  ate: {
    type: 'string',
    value: 'instante',
    help: 'a que instante se volta, com fuso: 2026-11-27T08:30:00-03:00 (padrão: o último que as cópias alcançam)',
    mistake: (value) =>
      /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
      !Number.isNaN(Date.parse(value))
        ? undefined
        : 'deve ser um instante com fuso, como 2026-11-27T08:30:00-03:00',
  },
  manter: { type: 'boolean', help: 'o servidor restaurado segue em execução até Ctrl-C, para se olhar nele' },
  assumir: {
    type: 'boolean',
    help: 'o que se restaurou toma o lugar dos bancos da instância, que precisa estar encerrada; os de antes ficam ao lado',
  },
  renderizar: { type: 'boolean', help: 'antes, refaz infra/k8s/renderizado com o Helm' },
  tudo: { type: 'boolean', help: 'também o que é demorado' },
  testNamePattern: { type: 'string', short: 't', value: 'texto', help: 'só os testes cujo nome o contém' },
  runInBand: { type: 'boolean', short: 'i', help: 'um arquivo de cada vez' },
  bail: { type: 'boolean', help: 'para no primeiro arquivo que falha' },
  verbose: { type: 'boolean', help: 'mostra cada teste' },
  cobertura: { type: 'boolean', help: 'mede a cobertura (coverage/lcov.info), recusa a que está abaixo do mínimo' },
  repetir: { type: 'boolean', help: 'até três arquivos em que algo falha rodam mais uma vez, sozinhos, e isso se diz' },
};

/** @typedef {keyof typeof options} OptionName */
/** @typedef {Partial<Record<OptionName, string | boolean>>} Values */

/**
 * @typedef {object} Command
 * @property {string} purpose
 * @property {readonly OptionName[]} options
 * @property {string} [operands] how the arguments that are no options are called in the help; none are taken without it
 * @property {(operands: string[], values: Values) => string | undefined} [mistake] what is wrong with them together
 * @property {Partial<Record<OptionName, string>>} [defaults] what options are worth when they are not given, where that is the command's own affair
 * @property {string[]} [notes] further lines of the help
 * @property {true} [compiled] it loads what the build writes, which is written first where it never was
 * @property {true} [passThrough] everything belongs to another program
 */

/** @satisfies {Record<string, Command>} */
export const commands = {
  start: {
    purpose: 'inicia a plataforma inteira',
    options: ['infra', 'instance', 'port-offset', 'detach', 'sem-demo', 'oidc', 'com-gateway', 'observar', 'yes'],
    mistake: (_, values) => takenInstance(values),
    notes: ['O que se pode configurar em .env está em .env.example.'],
  },
  dev: {
    purpose: 'inicia a plataforma e reinicia o que usa cada arquivo que muda',
    options: ['infra', 'instance', 'port-offset', 'sem-demo', 'oidc', 'yes'],
    mistake: (_, values) => takenInstance(values),
  },
  stop: { purpose: 'encerra o que o start iniciou', options: ['instance'] },
  status: { purpose: 'mostra o que está em execução', options: ['instance'] },
  reset: {
    purpose: 'encerra tudo e apaga os dados',
    options: ['instance', 'yes'],
    notes: ['Os segredos ficam quando bancos em servidores seus ainda dependem deles.'],
  },
  migrar: {
    purpose: 'aplica as migrações que faltam, com o papel dono de cada banco',
    options: ['servico', 'mostrar', 'instance'],
    notes: [
      'Os servidores da instância precisam estar em execução; as aplicações podem estar.',
      'Com DATABASE_MIGRATION_URL (ou DATABASE_MIGRATION_URL_FILE) no ambiente, só o banco que ela diz, do --servico dado;',
      'o endereço é o do próprio PostgreSQL, não o de um PgBouncer.',
    ],
  },
  'admin:criar': {
    purpose: 'cria uma conta de ADMIN ou OPERADOR, ou dá o papel a quem já tem conta',
    options: ['email', 'nome', 'papel', 'gerar-senha', 'instance', 'yes'],
    mistake: (_, values) => (values.email === undefined ? 'Diga de quem é a conta: --email.' : undefined),
    notes: [
      'Pergunta a senha; vazia, gera uma. Sem terminal, lê a senha da entrada padrão ou, com --gerar-senha, gera uma.',
      'Os servidores da instância precisam estar em execução; as aplicações, não.',
    ],
  },
  'auth:chaves': {
    purpose: 'mostra as chaves que assinam os tokens; com --rotacionar, faz a próxima antes da hora',
    options: ['rotacionar', 'ja', 'instance'],
    mistake: (_, values) => (values.ja && !values.rotacionar ? '--ja vale com --rotacionar.' : undefined),
    notes: [
      'A nova é publicada AUTH_ANTECEDENCIA_SEGUNDOS antes de assinar; os tokens das antigas valem até expirarem.',
      'Os servidores da instância precisam estar em execução; as aplicações podem estar.',
    ],
  },
  'kong:render': {
    purpose: 'escreve a configuração do Kong com as chaves que o auth publica, todas de uma vez',
    options: ['jwks', 'saida', 'admin', 'a-cada', 'instance'],
    notes: [
      'Parte de infra/kong/kong.yml; CORS_ORIGINS, SITE_URL e OTEL_EXPORTER_OTLP_ENDPOINT vêm de .env.',
      'Com --a-cada e --admin, uma troca de chaves chega ao Kong sem que ninguém faça nada.',
    ],
  },
  demo: { compiled: true, purpose: 'conta seis histórias pela API pública', options: ['instance'] },
  invariants: {
    purpose: 'confere as promessas da plataforma',
    options: ['timeout', 'instance'],
    defaults: { timeout: '60' },
  },
  'auditoria:verificar': {
    compiled: true,
    purpose: 'confere a auditoria de todos os serviços, elo por elo, contra as âncoras que outros guardam',
    options: ['instance'],
    notes: ['Código 1 com o primeiro registro que não é o que foi gravado.'],
  },
  'notificacoes:preview': {
    purpose: 'escreve cada mensagem em cada língua, com exemplos, e diz onde está o índice',
    options: [],
    notes: ['As páginas ficam em .data/previas; abra o índice num navegador, também estreito e escuro.'],
  },
  'painel:telas': {
    purpose: 'tira imagens de cada tela do painel, clara e escura, estreita e larga',
    options: ['instance'],
    notes: [
      'Ficam em .data/telas-painel. Precisa do Chromium, e da plataforma em execução com os dados de demonstração.',
    ],
  },
  'site:telas': {
    compiled: true,
    purpose: 'tira imagens de cada tela do site, clara e escura, estreita e larga',
    options: ['orcamento', 'instance'],
    notes: [
      'Ficam em .data/telas. Precisa do Chromium, e da plataforma em execução com os dados de demonstração.',
      'Com --orcamento, num processador 4 vezes mais lento: LCP até 1,8 s, INP até 150 ms, CLS até 0,05.',
    ],
  },
  'reservas:rebuild': {
    purpose: 'refaz as projeções das reservas dos seus eventos e as compara',
    options: ['aplicar', 'json', 'instance'],
  },
  'pagamentos:reconciliar': {
    purpose: 'compara provedor, razão e reservas, e repara o que pode',
    options: ['dias', 'timeout', 'json', 'instance'],
    defaults: { timeout: '120' },
  },
  'stripe:conformidade': {
    purpose: 'compara o adaptador e o emulador com a API publicada pela Stripe',
    options: ['opcional'],
  },
  'notificacoes:mongodb': {
    purpose: 'prova o histórico do que se avisou contra o FerretDB, que fala o protocolo do MongoDB',
    options: ['opcional', 'preparar'],
  },
  fuzz: {
    purpose: 'prova as aplicações em execução contra os seus documentos OpenAPI',
    options: ['exemplos', 'so', 'papeis', 'opcional', 'instance'],
    notes: ['Precisa do Schemathesis, que não instala; SCHEMATHESIS diz onde está.'],
  },
  dlq: {
    purpose: 'lista, mostra, reenvia ou descarta mensagens mortas',
    operands: 'list | show <id> | replay <id…> | drop <id…> | forget',
    options: ['all', 'json', 'bruto', 'yes', 'instance'],
    mistake: ([action, ...ids], values) => {
      if (action === undefined) return 'Diga o que fazer.';
      if (!(/** @type {readonly string[]} */ (dlqActions).includes(action))) return `Não existe a ação "${action}".`;
      if (action === 'list' && (values.all || ids.length > 0)) return 'list mostra todas, e não recebe ids nem --all.';
      if (action === 'forget' && (values.all || ids.length > 0))
        return 'forget escolhe por si: o que pode nomear pessoas e ninguém decidiu há 30 dias.';
      if (action === 'show' && (values.all || ids.length !== 1)) return 'show recebe exatamente um id.';
      if ((action === 'replay' || action === 'drop') && (values.all === true) === ids.length > 0)
        return `${action} recebe ids, ou --all para todas; um dos dois.`;
      return undefined;
    },
  },
  observabilidade: {
    purpose: 'inicia Prometheus, Alertmanager e, onde há Go, registros e rastros, diante da plataforma em execução',
    options: ['jaeger', 'instance'],
    notes: [
      'Prometheus e Alertmanager vêm do apt (instalados ou desempacotados); VictoriaLogs e Jaeger são feitos pelo Go uma vez.',
      'Diz o que ficou de fora e por quê. Segue até Ctrl-C; os dados ficam em .data/<instância>/observabilidade.',
    ],
  },
  ensaio: {
    compiled: true,
    purpose: 'provoca um alerta na plataforma em execução, e mostra que dispara e que cessa',
    operands: 'ALERTA…',
    options: ['list', 'prazos-reais', 'instance'],
    mistake: (names, { list }) =>
      names.length > 0 === (list === true) ? 'Diga que alertas, ou --list para ver quais há.' : undefined,
    notes: [
      'Prometheus e Alertmanager são os do apt, só para o ensaio. O que se faz à plataforma é desfeito no fim, também com',
      'Ctrl-C; ainda assim, não é para onde há gente.',
    ],
  },
  'ensaio:canario': {
    compiled: true,
    purpose:
      'põe uma versão nova do bff-web ao lado da que roda, atrás do nginx, e mostra que uma boa segue e uma má volta',
    options: ['instance'],
    notes: [
      'Seis pessoas inventadas reservam e cancelam o tempo todo; código 1 se uma reserva falhar, ou a má não voltar.',
      'As contas delas ficam na instância.',
    ],
  },
  bench: {
    purpose: 'mede a plataforma em servidores próprios, cada razão com os dois lados na mesma rodada',
    operands: '[cenário…]',
    options: ['quick', 'only', 'rows', 'json', 'infra', 'yes'],
    mistake: (names, { only }) => {
      const asked = [...names, ...(typeof only === 'string' ? only.split(',') : [])];
      const unknown = asked.filter((name) => !(/** @type {readonly string[]} */ (benchScenarios).includes(name)));
      return unknown.length > 0
        ? `Não existe o cenário "${unknown.join('", "')}"; há ${benchScenarios.join(', ')}.`
        : undefined;
    },
    notes: [
      `Cenários: ${benchScenarios.join(', ')}.`,
      'Grava bench/results.json e bench/relatorio.html; código 1 se algo que deve valer não vale.',
    ],
  },
  carga: {
    purpose: 'roda um perfil de load-tests contra a plataforma em execução, e confere limites e promessas',
    operands: loadProfiles.join(' | '),
    options: ['minutos', 'taxa', 'instance'],
    mistake: (names) =>
      names.length === 1 && loadProfiles.some((profile) => profile === names[0])
        ? undefined
        : `Diga um perfil: ${loadProfiles.join(', ')}.`,
    notes: ['Os mesmos arquivos rodam no k6: k6 run -e BASE_URL=… -e MINUTOS=… load-tests/reserva.ts'],
  },
  mutantes: {
    purpose:
      'muda de propósito o domínio dos serviços e as decisões do mensageiro, e diz que mudanças teste nenhum notou',
    operands: '[arquivo…]',
    options: ['tudo', 'minutos'],
    mistake: (names, values) => (values.tudo && names.length > 0 ? '--tudo não recebe arquivos.' : undefined),
    notes: [
      'Sem mais, só as linhas que mudaram desde o ramo main; --tudo, tudo. Código 1 abaixo de 85 %.',
      'Sem commit com que comparar, ou passados --minutos (padrão: sem limite), diz que não conferiu; código 0.',
    ],
  },
  chaos: {
    purpose: 'injeta as 28 falhas numa plataforma própria em uso, e confere as promessas e a história',
    options: ['list', 'only', 'seed', 'minutes', 'selecao', 'quebrar', 'infra', 'yes'],
    mistake: (_, values) => {
      const numbers = typeof values.only === 'string' ? values.only.split(',') : [];
      if (numbers.map(integer(1, chaosFaults)).some(Boolean))
        return `--only recebe números de falhas, de 1 a ${chaosFaults}.`;
      return values.selecao && values.only ? '--selecao e --only não vão juntas.' : undefined;
    },
    notes: [
      'Grava chaos/results.json; código 1 se algo que deve valer não vale, com a semente que o repete.',
      'A semente repete o que as pessoas querem e a ordem das falhas; o instante em que cada coisa acontece, não.',
    ],
  },
  compatibilidade: {
    purpose:
      'põe esta versão e a anterior a conversar, em cada ordem de uma atualização, e confere histórias e promessas',
    options: ['desde', 'tudo', 'infra', 'yes'],
    notes: [
      'A anterior é compilada uma vez, em .data/versoes; os servidores são próprios, e jogados fora.',
      '--tudo: antes, também as specs da versão anterior com as migrações desta.',
    ],
  },
  imagens: {
    purpose: 'constrói a imagem de cada aplicação',
    operands: '[aplicação…]',
    options: ['sem-docker', 'marca', 'instance'],
    mistake: (names, values) => {
      const unknown = names.filter((name) => !(/** @type {readonly string[]} */ (imagedApps).includes(name)));
      if (unknown.length > 0) return `Não existe a aplicação "${unknown.join('", "')}"; há ${imagedApps.join(', ')}.`;
      return values['sem-docker'] && values.marca
        ? '--marca é de imagens que se constroem: sem --sem-docker.'
        : undefined;
    },
  },
  backup: {
    purpose: 'copia os bancos da instância, cifrados; daí em diante cada mudança é guardada em até um minuto',
    options: ['completa', 'instance'],
    notes: [
      'Os servidores precisam estar em execução, iniciados por npm start sem Docker; as aplicações podem estar.',
      'O repositório e a chave ficam na pasta de dados da instância: guarde cópias dos dois em outro lugar.',
    ],
  },
  restaurar: {
    compiled: true,
    purpose: 'restaura os quatro bancos a um instante, em outra porta, e confere ali as promessas',
    options: ['ate', 'manter', 'assumir', 'instance', 'yes'],
    mistake: (_, values) => (values.manter && values.assumir ? '--manter e --assumir não vão juntas.' : undefined),
    notes: [
      'Sem --assumir é um ensaio: nada do que está em execução muda, e o que se restaurou é apagado no fim.',
      'Código 1 se uma promessa não vale no que se restaurou.',
    ],
  },
  'infra:conferir': {
    purpose: 'confere imagens, manifestos, Terraform e fluxos do GitHub com as ferramentas que houver',
    options: ['tudo', 'renderizar'],
    notes: ['Diz o que não foi conferido, e por quê. INFRA_FERRAMENTAS nomeia uma pasta em que também se procura.'],
  },
  test: {
    purpose: 'roda os testes, todos ou os dos arquivos cujo caminho contém um dos textos',
    operands: '[caminho…]',
    options: ['testNamePattern', 'runInBand', 'bail', 'verbose', 'cobertura', 'repetir', 'novo', 'infra', 'yes'],
    notes: ['Sem caminho nem opção do Jest só rodam os projetos que mudaram desde que deram certo; --novo roda todos.'],
    mistake: (paths, { cobertura }) =>
      cobertura && paths.length > 0
        ? 'Uma parte dos testes cobre uma parte do código: --cobertura é de todos.'
        : undefined,
  },
  check: {
    purpose: 'confere tipos, lint, fronteiras, código morto, formatação e gerados',
    options: ['novo'],
    notes: ['O que não mudou desde que deu certo não se confere de novo.'],
  },
  build: { purpose: 'compila tudo', options: [] },
  generate: { purpose: 'gera os artefatos (OpenAPI, AsyncAPI, .env.example)', options: ['check'] },
  format: { purpose: 'formata o código', options: [] },
  compose: { purpose: 'docker compose com os segredos da instância dev', options: [], passThrough: true },
  provision: {
    purpose: 'prepara servidores seus: bancos, papéis, migrações, filas e usuários',
    options: [],
    notes: [
      'Recebe do ambiente:',
      ...Object.entries(provisionVariables).map(([name, what]) => `  ${name.padEnd(23)}  ${what}`),
    ],
  },
};

/** @typedef {keyof typeof commands} CommandName */

/** @param {Values} values */
function takenInstance({ instance }) {
  const owner = Object.entries(takenInstances).find(([name]) => name === instance);
  return owner && `A instância ${owner[0]} é de ${owner[1]}, que apaga os dados dela; escolha outro nome.`;
}

/** A mistake in how a command was called; the message is for the person who called it. */
export class CommandLineError extends Error {}

/** @param {string} name @returns {name is CommandName} */
export const isCommand = (name) => Object.hasOwn(commands, name);

/**
 * The line that runs a command. An option that it does not take, or with the value it has without being named, is left
 * out.
 *
 * @param {CommandName} name
 * @param {...(string | { instance?: string, portOffset?: number } | undefined)} args
 */
export function npmLine(name, ...args) {
  const words = args.flatMap((arg) => {
    if (arg === undefined || typeof arg === 'string') return arg ?? [];
    const { instance = 'dev', portOffset = 0 } = arg;
    const takes = (/** @type {OptionName} */ option) =>
      /** @type {Command} */ (commands[name]).options.includes(option);
    return [
      ...(instance === 'dev' || !takes('instance') ? [] : ['--instance', instance]),
      ...(portOffset === 0 || !takes('port-offset') ? [] : ['--port-offset', String(portOffset)]),
    ];
  });
  const line = ['start', 'stop', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`;
  return words.length === 0 ? line : `${line} -- ${words.join(' ')}`;
}

/** @param {CommandName} name */
export function helpOf(name) {
  /** @type {Command} */
  const { purpose, options: accepted, operands, defaults = {}, notes = [], passThrough } = commands[name];
  if (passThrough)
    return `${npmLine(name, '<argumentos>')}\n\n  ${purpose}\n\n  O que o Compose aceita, com o Docker instalado: ${npmLine(name, 'help')}\n`;
  const rows = accepted.map((option) => {
    /** @type {Option} */
    const { short, value, help } = options[option];
    return [
      `${short ? `-${short}, ` : ''}--${option}${value ? ` <${value}>` : ''}`,
      defaults[option] ? `${help} (padrão: ${defaults[option]})` : help,
    ];
  });
  const width = Math.max(0, ...rows.map(([left]) => (left ?? '').length));
  const usage = npmLine(name, ...(operands ? [operands] : []), ...(accepted.length > 0 ? ['[opções]'] : []));
  return [
    usage,
    `\n  ${purpose}\n`,
    ...rows.map(([left, right]) => `  ${(left ?? '').padEnd(width)}  ${right}`),
    ...(rows.length > 0 ? [''] : []),
    ...notes.map((note) => `  ${note}`),
    ...(notes.length > 0 ? [''] : []),
  ].join('\n');
}

/**
 * @param {CommandName} name
 * @param {string[]} args
 */
export const asksForHelp = (name, args) => {
  // Of what is passed on only the first word may be ours: `up --help` asks the other program.
  if (/** @type {Command} */ (commands[name]).passThrough) return ['--help', '-h'].includes(args[0] ?? '');
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return own.some((arg) => arg === '--help' || arg === '-h');
};

/**
 * Reads the arguments of a command. Nothing may have been done yet.
 *
 * @param {CommandName} name
 * @param {string[]} args
 * @returns {{ values: Values, operands: string[] }}
 * @throws {CommandLineError} for an argument that the command does not take, or a value that it cannot have
 */
export function parseCommandLine(name, args) {
  /** @type {Command} */
  const { options: accepted, operands: takesOperands, mistake, passThrough } = commands[name];
  if (passThrough) return { values: {}, operands: args };
  const wrong = (/** @type {string} */ why) => new CommandLineError(`${why}\nComo se usa: ${npmLine(name, '--help')}`);
  const list = accepted.map((option) => `--${option}`).join(', ') || 'nenhuma';
  /** @type {ReturnType<typeof util.parseArgs>} */
  let parsed;
  try {
    parsed = util.parseArgs({
      args,
      options: Object.fromEntries(accepted.map((option) => [option, optionForm(options[option])])),
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const option = /'(?:-\w, )?(-[^'\s=]*)/.exec(message)?.[1] ?? args.join(' ');
    throw wrong(
      code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
        ? `Opção desconhecida: ${option}. Este comando aceita: ${list}.`
        : `A opção ${option} está incompleta ou recebeu um valor que não aceita. Opções deste comando: ${list}.`,
    );
  }
  const { positionals: operands, tokens = [] } = parsed;
  if (!takesOperands && operands.length > 0)
    throw wrong(`Este comando não recebe argumentos soltos ("${operands.join(' ')}"). Opções aceitas: ${list}.`);
  const named = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const repeated = named.find((option, index) => named.indexOf(option) !== index);
  if (repeated) throw wrong(`A opção --${repeated} foi dada mais de uma vez.`);
  const values = /** @type {Values} */ (parsed.values);
  for (const [option, value] of Object.entries(values)) {
    /** @type {Option} */
    const { mistake: mistakeIn } = options[/** @type {OptionName} */ (option)];
    const why = typeof value === 'string' ? mistakeIn?.(value) : undefined;
    if (why) throw wrong(`--${option} ${why}; "${value}" não serve.`);
  }
  const why = mistake?.(operands, values);
  if (why) throw wrong(why);
  return { values, operands };
}

/** @param {Option} option */
const optionForm = ({ type, short }) => (short === undefined ? { type } : { type, short });

/** Options of ours that npm has too, or had: they may be set for its sake, so only a command that takes them minds. */
const alsoOfNpm = ['yes', 'json', 'all', 'email', 'verbose'];

/**
 * npm keeps for itself the options written before `--`, and would let `npm stop --instance x` stop another instance;
 * it leaves a trace of them in the environment (`npm_config_instance`). Misspelt ones leave theirs too.
 *
 * @param {CommandName} name
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @throws {CommandLineError} with the line that was meant
 */
export function refuseSwallowedOptions(name, args, env) {
  if (env.npm_lifecycle_event !== name) return;
  const accepted = /** @type {readonly string[]} */ (commands[name].options);
  const candidates = Object.keys(options).filter((option) => accepted.includes(option) || !alsoOfNpm.includes(option));
  const meant = Object.entries(env).flatMap(([variable, value]) => {
    const swallowed = /^npm_config_(.+)$/.exec(variable)?.[1];
    if (swallowed === undefined || value === undefined || value === '' || value === 'false') return [];
    const option = candidates.find((candidate) => isMeantBy(swallowed, candidate));
    if (option === undefined) return [];
    // npm reads `--instance x` as a switch and an argument.
    return value === 'true' ? [`--${option}`] : [`--${option}=${value}`];
  });
  if (meant.length === 0) return;
  throw new CommandLineError(
    `O npm tomou para si ${meant.join(' ')}: o que é do comando vem depois de "--". Nada foi feito. Escreva:\n` +
      `  ${npmLine(name, ...meant, ...args)}\n` +
      `(Se não foi você, há no ambiente ou no .npmrc um npm_config_… com esse nome; tire-o.)`,
  );
}

/** @param {string} swallowed as npm writes it @param {string} option */
function isMeantBy(swallowed, option) {
  const [left, right] = [swallowed, option].map((text) => text.toLowerCase().replaceAll(/[-_]/g, ''));
  if (left === undefined || right === undefined) return false;
  return left === right || (Math.min(left.length, right.length) >= 5 && editDistance(left, right) <= 2);
}

/** Levenshtein's. @param {string} left @param {string} right */
function editDistance(left, right) {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...right].entries())
      next.push(
        Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + (letter === other ? 0 : 1)),
      );
    row = next;
  }
  return row[right.length] ?? 0;
}
