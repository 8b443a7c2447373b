/** Patterns of what drivers and servers say, and what it means to whoever wrote the address. */
const meanings: [pattern: RegExp, meaning: (match: RegExpExecArray, place: Place) => string][] = [
  [/ENOTFOUND|EAI_AGAIN/, (_, { host }) => `o endereço ${host} não existe, ou não há rede para encontrá-lo`],
  [/ECONNREFUSED/, (_, { host }) => `ninguém atende em ${host}`],
  [/EHOSTUNREACH|ENETUNREACH/, (_, { host }) => `não há caminho até ${host}`],
  [/ETIMEDOUT|timeout|timed out|a tempo/i, (_, { host }) => `${host} não respondeu a tempo`],
  [
    /ECONNRESET|socket hang up|closed abruptly|terminated unexpectedly/i,
    (_, { host }) => `${host} encerrou a conexão: o protocolo e a porta estão certos?`,
  ],
  // RabbitMQ says which of the two it is; amqplib keeps it to itself.
  [
    /vhost (\S+) not found|ConnectionOpenOk; got <ConnectionClose/,
    (_, { path, user }) =>
      `o vhost "${path}" não existe, ou o usuário "${user}" não pode entrar nele; crie-o com: rabbitmqctl add_vhost ${path}`,
  ],
  [
    /access to vhost '([^']*)' refused/,
    ([, vhost], { user }) => `o usuário "${user}" não pode entrar no vhost "${vhost}"`,
  ],
  [
    /ACCESS_REFUSED|WRONGPASS|NOAUTH|password authentication failed|respondeu 401|28P01/i,
    (_, { user }) => `o usuário ou a senha ("${user}") foram recusados`,
  ],
  [/database "([^"]*)" does not exist/, ([, database]) => `o banco "${database}" não existe`],
  [
    /no pg_hba.conf entry/,
    (_, { host, user }) => `o PostgreSQL em ${host} não aceita "${user}" vindo daqui (pg_hba.conf)`,
  ],
  [/self[- ]signed|certificate/i, (_, { host }) => `o certificado de ${host} não é de confiança`],
  [/does not support SSL/i, (_, { host }) => `o servidor em ${host} não fala TLS, e o endereço o pede`],
];

interface Place {
  host: string;
  user: string;
  /** The virtual host or database. */
  path: string;
}

/**
 * One sentence about why the server at an address could not be used; never the password in it.
 *
 * @param variable that holds the address
 */
export function explainConnection(variable: string, url: string, error: unknown): string {
  const { host = '', username = '', pathname = '' } = URL.parse(url) ?? {};
  const place = {
    host,
    user: decodeURIComponent(username) || 'sem nome',
    path: decodeURIComponent(pathname.slice(1)) || '/',
  };
  const said = textOf(error);
  for (const [pattern, meaning] of meanings) {
    const match = pattern.exec(said);
    if (match) return `${variable}: ${meaning(match, place)}.`;
  }
  return `${variable}: ${host} não respondeu como se espera (${said}).`;
}

/** An error with what caused it: one for several addresses (localhost is two) has no message of its own. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '' } = error as NodeJS.ErrnoException;
  const inner = error instanceof AggregateError ? error.errors.map(textOf) : [];
  return [error.message, code, ...inner, ...(error.cause === undefined ? [] : [textOf(error.cause)])]
    .filter(Boolean)
    .join(' ');
}
