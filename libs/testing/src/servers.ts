/** The real servers that tests run against; `npm test` starts them and says where they are. */
function serverUrl(name: string): string {
  const url = process.env[name];
  if (!url)
    throw new Error(`${name} não está definida: os testes de integração rodam por "npm test", que sobe os servidores`);
  return url;
}

export const testServers = {
  /** As superuser. */
  postgres: () => serverUrl('TEST_POSTGRES_URL'),
  redis: () => serverUrl('TEST_REDIS_URL'),
  /** AMQP; the virtual host is replaced by one of the test's own. */
  rabbitmq: () => serverUrl('TEST_RABBITMQ_URL'),
  /** HTTP, with the credentials of an administrator. */
  rabbitmqManagement: () => serverUrl('TEST_RABBITMQ_MANAGEMENT_URL'),
};
